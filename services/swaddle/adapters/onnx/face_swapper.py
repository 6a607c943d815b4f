"""
A synthetic face in the place of a real one, by neural networks that swap faces.

The face is aligned as the network was trained, and goes through steps: swap, expression,
restoration, colours. What comes out is pasted back under a mask; where the mask is 0, the frame
stays to the bit. Pose and expression stay those of the person in the frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.errors import Misused
from swaddle.kernel.faces import AgeGroup, five_points
from swaddle.kernel.frames import Frame
from swaddle.kernel.plan import IdentityPlan
from swaddle.swapping.ports import FaceToSwap, SwappedFace, SwapRequest

from .alignment import Square
from .colour import ColourStep
from .crops import Crop, Step, cropped, pasted, sound
from .expressing import ExpressionModels, open_expression
from .families import family_called
from .masks import face_mask
from .occluding import open_occluder, open_parser
from .restoring import open_restorer
from .running import Runtime
from .sources import Sources, open_sources
from .swap_families import FAMILIES, Family
from .swapping import open_swap

ENGINE: Final = "onnx/2"
"""Changes where the same models give other pixels."""

LEAST_SHOWN: Final = 0.25
"""
Share of the face's own mask that networks for occlusion may leave: where they leave less, they
have more likely failed than seen a hand, and the face would be bare.
"""

LEAST_EXTENT: Final = 1.0
"""Pixels over which the five points of a face have to spread: from less no square can be told."""


@dataclass(frozen=True, slots=True, eq=False)
class OnnxFaceSwapper:
    """
    Runs one family of swappers, with the steps whose models it is given.

        OnnxFaceSwapper("hyperswap", Path("hyperswap_1a_256.onnx"), Path("arcface_w600k_r50.onnx"))

    `family` is a name in `swap_families.FAMILIES`. Families that are told the person by an embedding
    need `embedder` (ArcFace), some a `converter` behind it; `blendswap` and `uniface` need neither.
    Every other model is a step more. Raises Misused where a model is missing that the family
    needs, ModelMissing where a file is not one of its kind.
    """

    family: str
    swapper: Path
    embedder: Path | None = None
    converter: Path | None = None
    occluder: Path | None = None
    """XSeg's family: what is in front of the face stays."""
    parser: Path | None = None
    """BiSeNet's family: only the regions of a face are replaced."""
    expression: ExpressionModels | None = None
    """LivePortrait's family: the expression of the frame, where the swapper lost it."""
    restorer: Path | None = None
    """GFPGAN's family: a sharp face of 512 pixels."""
    boost: int = 1
    """The crop has so many times the network's pixels on each side."""
    colour: float = 1.0
    """How far colours are matched with the frame's; 0: not at all."""
    restored: float = 0.8
    """Share of the restored face in the result."""
    expressed: float = 1.0
    """Share of the frame's expression in the result."""
    name: str = ""
    """In the catalogue; for the fingerprint."""
    weights: tuple[str, ...] = ()
    """First digits of the SHA-256 of every file above; for the fingerprint."""
    runtime: Runtime = field(default_factory=Runtime)
    _family: Family = field(init=False, repr=False)
    _sources: Sources = field(init=False, repr=False)
    _steps: tuple[Step, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known = family_called(self.family, FAMILIES, "swappers")
        if self.boost < 1:
            raise Misused(f"A boost of {self.boost} makes no crop; it has to be 1 or more.")
        object.__setattr__(self, "_family", known)
        sources = open_sources(known, self.swapper, self.embedder, self.converter, self.runtime)
        object.__setattr__(self, "_sources", sources)
        object.__setattr__(self, "_steps", self._opened(known))

    @property
    def fingerprint(self) -> str:
        """Engine, name, steps and weights."""
        steps = "+".join(step.fingerprint for step in self._steps)
        return " ".join(filter(None, [ENGINE, self.name, steps, ",".join(self.weights)]))

    def swap(
        self, frame: Frame, face: FaceToSwap, identity: IdentityPlan, group: AgeGroup
    ) -> SwappedFace | None:
        """
        Return the rendered face.

        None where it lies outside the frame, where a model failed, or where nobody has a portrait.
        """
        return self.swap_each([SwapRequest(frame, face, identity, group)])[0]

    def swap_each(self, requests: Sequence[SwapRequest]) -> Sequence[SwappedFace | None]:
        """Take the faces of any number of frames through each model together."""
        crops = {
            number: crop
            for number, request in enumerate(requests)
            if (crop := self._cropped(request)) is not None
        }
        shown = {number: float(crop.mask.sum()) for number, crop in crops.items()}
        for step in self._steps:
            done = step(list(crops.values())) if crops else []
            crops = {n: c for n, c in zip(crops, done, strict=True) if sound(c)}
        return [
            _swapped(crops[number], request.face, shown[number]) if number in crops else None
            for number, request in enumerate(requests)
        ]

    def _cropped(self, request: SwapRequest) -> Crop | None:
        """Return the aligned face; None where there is nothing to see of it, or nobody to show."""
        source = self._sources.of(request.identity)
        points = five_points(request.face.landmarks)
        if (
            source is None
            or not np.isfinite(request.face.landmarks).all()
            or np.ptp(points, axis=0).max() < LEAST_EXTENT
        ):
            return None
        side = self._family.side * self.boost
        square = Square.fitted(points, self._family.template, side)
        mask = face_mask(request.face, square)
        if not mask.any():
            return None
        target = cropped(request.frame, square, side)
        return Crop(request.frame, points, square, target, target, mask, source)

    def _opened(self, known: Family) -> tuple[Step, ...]:
        """Return the steps in their order: to add one is to write its file and two lines here."""
        steps: list[Step] = []
        if self.occluder is not None:
            steps.append(open_occluder(self.occluder, self.runtime))
        if self.parser is not None:
            steps.append(open_parser(self.parser, self.runtime))
        steps.append(open_swap(self.swapper, known, self.boost, self.runtime))
        if self.expression is not None:
            steps.append(open_expression(self.expression, self.expressed, self.runtime))
        if self.restorer is not None:
            steps.append(open_restorer(self.restorer, self.restored, self.runtime))
        if self.colour:
            steps.append(ColourStep(self.colour))
        return tuple(steps)


def _swapped(crop: Crop, face: FaceToSwap, shown: float) -> SwappedFace | None:
    """Return the pasted face; None where hardly anything of it would be replaced."""
    if float(crop.mask.sum()) < LEAST_SHOWN * shown:
        return None
    patch = pasted(crop)
    return None if patch is None else SwappedFace(patch, np.array(face.landmarks))
