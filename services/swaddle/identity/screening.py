"""
Which of several pictures becomes a subject's synthetic person.

For engines that make pictures: a seed on a portrait is a person, so each picture is a candidate,
and nothing can be said of it before it is made. The first that looks like a stranger to everybody
in the video is taken, for the reason that `choosing` gives. There is no second best: a picture
that was not found acceptable is never shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.recognition import RecognitionScale

from .choosing import Candidate, Surroundings
from .ports import IdentityGenerator, Portrait

ONE_PORTRAIT_MARGIN: Final = 0.75
"""Deviations below the stranger mean that a person needs who is seen in one portrait alone: over all
frames the similarity was up to 0.54 higher than on three portraits (`choosing.OWN_MARGIN`)."""

SITTINGS: Final = 3
"""Portraits that a seed is painted on: the best."""

SEEDS: Final = 8
"""Of one attempt: a picture costs seconds on a GPU, and a subject that none of 24 suits is better
served by the face space."""


@dataclass(frozen=True, slots=True, eq=False)
class Screener:
    """Looks through pictures."""

    generator: IdentityGenerator
    embedder: FaceEmbedder
    scale: RecognitionScale

    def choose(
        self,
        seeds: Iterator[tuple[int, bytes]],
        group: AgeGroup,
        portraits: Sequence[Portrait],
        around: Surroundings,
    ) -> Candidate | None:
        """Return the first acceptable candidate; None where none is. `portraits`: best first."""
        limits = around.limits(self.scale, group, ONE_PORTRAIT_MARGIN)
        for candidate, similarities in self._candidates(seeds, group, portraits, around):
            if (similarities <= limits).all():
                return candidate
        return None

    def _candidates(
        self,
        seeds: Iterator[tuple[int, bytes]],
        group: AgeGroup,
        portraits: Sequence[Portrait],
        around: Surroundings,
    ) -> Iterator[tuple[Candidate, Floats]]:
        best, step = portraits[:SITTINGS], self.generator.at_once
        for number, seed in islice(seeds, SEEDS):
            identity = self.generator.invent(seed, group, number)
            for first in range(0, len(best), step):
                previews = self.generator.preview(identity, group, best[first : first + step])
                for index, preview in enumerate(previews, first):
                    if preview is not None:
                        (seen,) = self.embedder.embed([preview])
                        yield around.compared(identity, {index: seen}, preview)
