"""Steps that keep what is no face: networks that see hands, toys, hair and glasses in front of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.geometry import Floats

from .crops import Crop, glanced, planes
from .masks import CELLS, inner_half
from .running import Model, Runtime, open_model
from .swap_families import IMAGENET_DEVIATION, IMAGENET_MEAN

OCCLUDER_SIDE: Final = 256
PARSER_SIDE: Final = 512

SOFT: Final = 0.02
"""Deviation, in sides, of the blur of these masks: FaceFusion's 5 pixels of 256."""

CLASSES: Final = 19
FACE_REGIONS: Final = (1, 2, 3, 4, 5, 6, 10, 11, 12, 13)
"""Of the classes of CelebAMask-HQ as BiSeNet numbers them: skin, brows, eyes, glasses, nose, mouth,
lips. Left out: background, ears, earrings, neck, necklace, clothes, hair, hat."""


@dataclass(frozen=True, slots=True, eq=False)
class OccluderStep:
    """XSeg's family: BGR in 0..1, channels last, 256 x 256, to one plane: 1 where the face shows."""

    model: Model

    @property
    def fingerprint(self) -> str:
        """That it is done."""
        return "occluder"

    def __call__(self, crops: Sequence[Crop]) -> Sequence[Crop]:
        """Return the crops with what is in front of the faces taken out of their masks."""
        rows = [(glanced(c.frame, c.square, OCCLUDER_SIDE) / np.float32(255),) for c in crops]
        outputs = [row[0] for row in self.model.run(rows)]
        return [_least(crop, mask) for crop, mask in zip(crops, outputs, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class ParserStep:
    """BiSeNet's family: RGB normalised as for ImageNet, 512 x 512, to 19 planes of scores."""

    model: Model

    @property
    def fingerprint(self) -> str:
        """That it is done."""
        return "parser"

    def __call__(self, crops: Sequence[Crop]) -> Sequence[Crop]:
        """Return the crops with their masks cut down to the regions of a face."""
        rows = [
            (planes(glanced(c.frame, c.square, PARSER_SIDE), IMAGENET_MEAN, IMAGENET_DEVIATION),)
            for c in crops
        ]
        return [
            _least(crop, _regions(row[0]))
            for crop, row in zip(crops, self.model.run(rows), strict=True)
        ]


def open_occluder(path: Path, runtime: Runtime) -> OccluderStep:
    """Open a network of XSeg's family; raises ModelMissing where the file is none."""
    shape = (1, OCCLUDER_SIDE, OCCLUDER_SIDE, 3)
    return OccluderStep(open_model(path, [shape], 1, runtime, [(OCCLUDER_SIDE, OCCLUDER_SIDE)]))


def open_parser(path: Path, runtime: Runtime) -> ParserStep:
    """Open a network of BiSeNet's family; raises ModelMissing where the file is none."""
    shape, scores = (1, 3, PARSER_SIDE, PARSER_SIDE), (CLASSES, PARSER_SIDE, PARSER_SIDE)
    return ParserStep(open_model(path, [shape], 1, runtime, [scores]))


def _regions(scores: Floats) -> Floats:
    """Return where one of the face's regions wins; no number where a score is none."""
    others = sorted(set(range(len(scores))) - set(FACE_REGIONS))
    face, rest = (scores[list(numbers)].max(axis=0) for numbers in (FACE_REGIONS, others))
    # What is no number stays none in a maximum.
    return np.where(np.isfinite(face + rest), face > rest, np.nan).astype(np.float32)


def _least(crop: Crop, shows: Floats) -> Crop:
    """Return the crop with the least of its mask and another: (s, s), 1 where the face shows."""
    size = (CELLS, CELLS)
    cells = cv2.resize(shows, size, interpolation=cv2.INTER_AREA)
    soft = inner_half(cv2.GaussianBlur(np.clip(cells, 0, 1), (0, 0), SOFT * CELLS))
    return replace(crop, mask=np.minimum(crop.mask, soft))
