"""
What similarities between faces mean.

A recogniser finds all infants alike: two different ones score higher than the same adult does
with a hat. So a similarity is only ever read against strangers of the same age.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from .errors import Misused, Unavailable
from .faces import AgeGroup
from .geometry import Floats

SAME_PERSON_DEVIATIONS: Final = 2.0
"""So many standard deviations above the mean of strangers, two faces count as one person: of
single pictures, one pair of adult strangers in thirty scores higher, and one in a hundred of
children and infants (docs/reference/calibration.md)."""

YOUNG_LEAD: Final = 0.5
"""Logits by which a young age has to lead. Of the held-out faces, 9 adults of 228 led without it
and 2 with it; of 40 infants and children, 2 more count as adults (tools/face_space)."""

UNNAMED: Final = (b"an earlier version of swaddle",)
"""Whose the vectors of a table are that does not say it."""

SHORTEST: Final = 1e-9
"""Of a vector that is scaled to unit length."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """How similar different people of one age group are."""

    mean: float
    deviation: float
    pairs: int


@dataclass(frozen=True, slots=True, eq=False)
class RecognitionScale:
    """Learned once for a recogniser, from synthetic people that serve nothing else."""

    mean: Floats
    """(d,): the raw vector that is subtracted from all."""
    strangers: Mapping[AgeGroup, Strangers]
    age_weights: Floats
    """(d, 3), for the groups in the order of `AgeGroup`."""
    age_bias: Floats
    """(3,)."""
    recogniser: str
    """Whose vectors these are: tells recognisers, their weights and their scales apart."""

    @property
    def width(self) -> int:
        """Numbers for a face."""
        return len(self.mean)

    def require(self, recognisers: Iterable[bytes]) -> None:
        """
        Raise Unavailable where another recogniser made vectors, by the names stored beside them.

        Its vectors would look like those of strangers, whoever they are.
        """
        others = {name.decode() for name in recognisers} - {self.recogniser}
        if others:
            raise Unavailable(
                f"The faces of this video were compared by {min(others)}, and here they are by "
                f"{self.recogniser}: give all workers the same SWADDLE_EMBEDDER_URL and "
                "SWADDLE_RECOGNITION_FILE, or begin the video anew."
            )

    def age_of(self, vectors: Floats) -> AgeGroup:
        """
        Return the age group of somebody seen several times, (n, d): in doubt an adult.

        Strangers are least alike among adults, so that is the strictest scale to be judged by.
        """
        scores = (vectors @ self.age_weights + self.age_bias).mean(axis=0)
        likeliest = tuple(AgeGroup)[int(scores.argmax())]
        lead = float(scores.max() - scores[tuple(AgeGroup).index(AgeGroup.ADULT)])
        return likeliest if lead > YOUNG_LEAD else AgeGroup.ADULT

    def same_person_from(self, group: AgeGroup) -> float:
        """Return the similarity from which two faces of this age may be one person."""
        known = self.strangers[group]
        return known.mean + SAME_PERSON_DEVIATIONS * known.deviation

    def stranger_mean(self, group: AgeGroup) -> float:
        """Return how similar two strangers of this age are on average."""
        return self.strangers[group].mean


def require_centre(centre: Floats, width: int, recogniser: str) -> None:
    """Raise Misused for a centre that is not of a recogniser with so many numbers for a face."""
    if np.shape(centre) != (width,):
        raise Misused(
            f"The centre belongs to another recogniser: {recogniser} gives {width} numbers for a "
            f"face, the centre has {np.size(centre)}. Calibrate it with "
            "`python -m tools.face_space.calibrate`."
        )


def unit(vectors: Floats) -> Floats:
    """Return each vector at length 1, zeros as they are: (n, d)."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = vectors / np.maximum(lengths, SHORTEST)
    return scaled


def centroid(vectors: Floats) -> Floats:
    """Return the unit vector in the middle of some: (n, d) -> (d,)."""
    total = vectors.sum(axis=0)
    return total / max(float(np.linalg.norm(total)), SHORTEST)
