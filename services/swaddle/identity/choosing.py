"""
Which of several synthetic people a subject gets.

Candidates come in the order of their seeds, and the first that looks like a stranger to everybody
in the video is taken. To take the least similar of many would make the choice depend on the real
face more than it must.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.recognition import RecognitionScale, centroid

from .ports import IdentityGenerator, Portrait

CANDIDATES: Final = 12
"""Tries in one attempt: with one in four acceptable, all twelve fail in 3 % of the attempts."""

PICTURES: Final = 3
"""Portraits on which a candidate is tried: the best, the worst and one between them."""

OWN_MARGIN: Final = 0.5
"""Deviations below the stranger mean: over all frames the similarity is by up to so much higher
than on three portraits (clips of the development data)."""

HOPELESS: Final = 1.0
"""Deviations above the limit on the first portrait from which the others are not tried."""

ALIKE_MARGIN: Final = 0.5
"""Deviations above the stranger mean from which two synthetic people are look-alikes."""

OTHER_MARGIN: Final = 1.0
"""Deviations above the stranger mean up to which a candidate may resemble another real person."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A synthetic person, and how it compares."""

    identity: IdentityPlan
    embedding: Floats
    """(128,): how the recogniser sees it in the subject's place; zeros where untested."""
    similarity: float
    """With the subject's real face."""
    to_others: float
    """The largest similarity with another real person of the video."""


@dataclass(frozen=True, slots=True, eq=False)
class Chooser:
    """Tries candidates."""

    generator: IdentityGenerator
    embedder: FaceEmbedder
    scale: RecognitionScale

    def choose(
        self,
        seeds: Iterator[tuple[int, bytes]],
        group: AgeGroup,
        portraits: Sequence[Portrait],
        own: Floats,
        others: Sequence[Floats],
        given: Sequence[Floats] = (),
    ) -> Candidate:
        """
        Return the first acceptable candidate, or the least similar of all.

        `own` (n, 128) are the embeddings of the portraits, in their order; `others` (k, 128) those
        of each other person, `given` (128,) those of synthetic people that are in use.
        """
        tried: list[Candidate] = []
        for number, seed in seeds:
            identity = self.generator.invent(seed, group, number)
            candidate = self._compared(identity, group, portraits, own, others)
            if self._excess(candidate, group, given) <= 0:
                return candidate
            tried.append(candidate)
        return min(tried, key=lambda c: self._excess(c, group, given))

    def _compared(
        self,
        identity: IdentityPlan,
        group: AgeGroup,
        portraits: Sequence[Portrait],
        own: Floats,
        others: Sequence[Floats],
    ) -> Candidate:
        seen: list[Floats] = []
        similarities: list[float] = []
        for index in _spread(len(portraits)):
            previews = self.generator.preview(identity, group, [portraits[index]])
            if not previews:
                continue
            seen.append(self.embedder.embed(previews)[0])
            # Before and after in the same picture: hair, light and pose are the same in both.
            similarities.append(float(seen[-1] @ own[index]))
            known = self.scale.strangers[group]
            if similarities[0] > known.mean + (HOPELESS - OWN_MARGIN) * known.deviation:
                break
        if not seen:
            return Candidate(identity, np.zeros(128), 0.0, 0.0)
        middle = centroid(np.array(seen))
        to_others = max((float(middle @ centroid(o)) for o in others if len(o)), default=-1.0)
        return Candidate(identity, middle, float(np.mean(similarities)), to_others)

    def _excess(self, candidate: Candidate, group: AgeGroup, given: Sequence[Floats]) -> float:
        """Return by how many deviations a candidate is too similar to somebody; 0 is enough."""
        known = self.scale.strangers[group]
        to_given = max((float(candidate.embedding @ other) for other in given), default=-1.0)
        excesses = [
            candidate.similarity - known.mean + OWN_MARGIN * known.deviation,
            candidate.to_others - known.mean - OTHER_MARGIN * known.deviation,
            to_given - known.mean - ALIKE_MARGIN * known.deviation,
        ]
        return max(excesses) / known.deviation


def _spread(count: int) -> list[int]:
    """Return the first, the last and the middle index of `count`, each once."""
    return list(dict.fromkeys(np.linspace(0, count - 1, min(PICTURES, count)).round().astype(int)))
