"""
Which of several pictures becomes a subject's synthetic person.

For engines that make pictures: a seed on a portrait is a person, so each picture is a candidate,
and nothing can be said of it before it is made. The first that looks like a stranger to everybody
in the video is taken, for the reason that `choosing` gives. There is no second best: a picture
that was not found acceptable is never shown.

Several subjects are painted together, seed by seed, so that a GPU is filled: each gets whom it
would get alone, as far as a network paints the same whoever is beside.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.recognition import RecognitionScale
from swaddle.kernel.seeds import IDENTITY_DOMAIN

from .choosing import Candidate, Surroundings
from .ports import IdentityGenerator, Portrait, Preview, PreviewRequest

ONE_PORTRAIT_MARGIN: Final = 0.75
"""Deviations below the stranger mean that a person needs who is seen in one portrait alone: over all
frames the similarity was up to 0.54 higher than on three portraits (`choosing.OWN_MARGIN`)."""

SITTINGS: Final = 3
"""Portraits that a seed is painted on: the best."""

SEEDS: Final = 8
"""Of one attempt: a picture costs seconds on a GPU, and a subject that none of 24 suits is better
served by the face space."""


@dataclass(frozen=True, slots=True, eq=False)
class Sitter:
    """A subject that somebody is wanted for."""

    seeds: Callable[[bytes], Iterator[tuple[int, bytes]]]
    """Numbers and seeds of a domain (`kernel.seeds`)."""
    group: AgeGroup
    portraits: Sequence[Portrait]
    """The best first."""
    around: Surroundings


Screening = Generator[Sequence[PreviewRequest], Sequence[Preview | None], Candidate | None]
"""Asks for previews until it has a candidate, or None."""


@dataclass(frozen=True, slots=True, eq=False)
class Screener:
    """Looks through pictures."""

    generator: IdentityGenerator
    embedder: FaceEmbedder
    scale: RecognitionScale

    def choose(self, sitters: Sequence[Sitter]) -> Sequence[Candidate | None]:
        """Return the first acceptable candidate for each; None where none is."""
        chosen: list[Candidate | None] = [None] * len(sitters)
        screenings = [self._screened(sitter) for sitter in sitters]
        asked = {index: next(screening, ()) for index, screening in enumerate(screenings)}
        while asked := {index: requests for index, requests in asked.items() if requests}:
            together = [request for requests in asked.values() for request in requests]
            previews = iter(self.generator.preview(together))
            for index, requests in asked.items():
                try:
                    answer = list(islice(previews, len(requests)))
                    asked[index] = screenings[index].send(answer)
                except StopIteration as end:
                    chosen[index], asked[index] = end.value, ()
        return chosen

    def _screened(self, sitter: Sitter) -> Screening:
        limits = sitter.around.limits(self.scale, sitter.group, ONE_PORTRAIT_MARGIN)
        best, step = sitter.portraits[:SITTINGS], self.generator.at_once
        for number, seed in islice(sitter.seeds(IDENTITY_DOMAIN), SEEDS):
            identity = self.generator.invent(seed, sitter.group, number)
            for first in range(0, len(best), step):
                portraits = best[first : first + step]
                previews = yield [PreviewRequest(identity, sitter.group, p) for p in portraits]
                for index, preview in enumerate(previews, first):
                    if preview is None:
                        continue
                    (seen,) = self.embedder.embed([preview])
                    candidate, found = sitter.around.compared(identity, {index: seen}, preview)
                    if (found <= limits).all():
                        return candidate
        return None
