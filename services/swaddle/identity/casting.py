"""Who takes a subject's place, and who stands in where the engine fails on a face."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from swaddle.kernel.errors import Misused
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.recognition import RecognitionScale
from swaddle.kernel.seeds import IDENTITY_DOMAIN, STAND_IN_DOMAIN

from .choosing import Candidate, Chooser
from .ports import IdentityGenerator
from .screening import Screener, Sitter


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Two people, or one who stands in for nobody."""

    identity: Candidate
    stand_in: Candidate | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Casting:
    """Asks the engine, and the face space for who stands in."""

    generator: IdentityGenerator
    stand_in: IdentityGenerator | None
    embedder: FaceEmbedder
    scale: RecognitionScale

    def chosen(self, sitters: Sequence[Sitter]) -> Iterator[Chosen]:
        """Yield somebody for each, in turn; raises Misused where a stand-in is missing."""
        for sitter, candidate in zip(sitters, self._first(sitters), strict=True):
            yield self._with_stand_in(sitter, candidate)

    def _first(self, sitters: Sequence[Sitter]) -> Sequence[Candidate | None]:
        if self.generator.by_picture:
            return Screener(self.generator, self.embedder, self.scale).choose(sitters)
        return [self._known(self.generator, IDENTITY_DOMAIN, sitter) for sitter in sitters]

    def _with_stand_in(self, sitter: Sitter, candidate: Candidate | None) -> Chosen:
        if self.stand_in is None:
            if candidate is None:
                raise Misused("An engine that invents people as pictures needs a stand-in.")
            return Chosen(candidate)
        stand_in = self._known(self.stand_in, STAND_IN_DOMAIN, sitter)
        # A picture that nobody found acceptable, or that nobody saw, is never shown.
        if candidate is None or (sitter.portraits and candidate.shown is None):
            return Chosen(stand_in)
        return Chosen(candidate, stand_in)

    def _known(self, engine: IdentityGenerator, domain: bytes, sitter: Sitter) -> Candidate:
        chooser = Chooser(engine, self.embedder, self.scale)
        return chooser.choose(sitter.seeds(domain), sitter.group, sitter.portraits, sitter.around)
