"""
How similar a candidate will be to everybody in a video, before it is tried.

The engine knows how its people move the recogniser's vector on average over portraits, not where the
vector is without them: hair, light and head stay the subject's. Nor does it know how this subject's
portraits differ from the average. Both are learned from what was tried.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np

from swaddle.kernel.geometry import Floats

DOUBT: Final = 1.0
"""Of what tried candidates missed, as much is ascribed to chance as varies from one to another. From 0.5 to
3 the figures are the same: on the clip with three walking people (24 subjects) nobody stayed more like
the subject than 0.22 to 0.32 deviations below strangers, in 180 tries; with bias alone it was 0.14, in 193."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What the similarities of a candidate will be, to one reference each."""

    vectors: Floats
    """(r, d): whom candidates are compared with."""
    limits: Floats
    """(r,)."""
    guess: Floats
    """(r,): how similar the average person will be, for want of better; counts as one that was tried."""
    references: Floats
    """(r, d): by how much each similarity grows with a tendency."""
    surprise: Floats
    """(r,): how much more similar a candidate is than its tendency says."""
    tried: tuple[tuple[Floats, Floats], ...] = ()
    """Tendency (d,) and similarities (r,) of each."""

    @classmethod
    def of(cls, vectors: Floats, limits: Floats, guess: Floats) -> Self:
        """Return the forecast of somebody who has tried nobody."""
        return cls(vectors, limits, guess, vectors, guess)

    def excesses(self, tendency: Floats) -> Floats:
        """Return how far above its limit each similarity of a candidate will be: (r,)."""
        expected: Floats = self.references @ tendency + self.surprise
        return expected - self.limits

    def corrected(self, tendency: Floats, similarities: Floats) -> Self:
        """Return the forecast that has learned from a tried candidate: by ridge regression."""
        tried = (*self.tried, (tendency, similarities))
        tendencies, found = (np.array(column) for column in zip(*tried, strict=True))
        missed = found - tendencies @ self.vectors.T
        middle = tendencies.mean(axis=0)
        apart = tendencies - middle
        shared = apart @ apart.T
        doubted = shared + DOUBT * np.trace(shared) / len(tried) * np.eye(len(tried))
        # Of one nothing is apart, and everything 0: the pseudo-inverse of that is 0, too.
        slopes = np.linalg.pinv(doubted, hermitian=True) @ (missed - missed.mean(axis=0))
        turned = slopes.T @ apart
        surprise = (missed.sum(axis=0) + self.guess) / (len(tried) + 1) - turned @ middle
        return replace(self, references=self.vectors + turned, surprise=surprise, tried=tried)
