"""The step that gives a swapped face the expression that the person has in the frame."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from swaddle.kernel.geometry import Floats

from .alignment import Square
from .crops import Crop, glanced, picture, planes
from .masks import box_mask
from .running import Array, Model, Runtime, open_model
from .swap_families import ONES, ZEROS

TEMPLATE: Final = "arcface_128"
INPUT_SIDE: Final = 256
OUTPUT_SIDE: Final = 512

POINTS: Final = 21
"""Implicit key points of LivePortrait (Guo et al., arXiv 2407.03168)."""

VOLUME: Final = (32, 16, 64, 64)
"""Shape of its feature volume."""

MOTION: Final = ((1,), (1,), (1,), (1,), (3,), (POINTS, 3), (POINTS, 3))
"""What the motion extractor says: pitch, yaw, roll, scale, translation, expression, key points."""

RIGID: Final = (0, 4, 5, 8, 9)
"""Key points that carry the shape of the head rather than its expression: they stay."""


class ExpressionModels(NamedTuple):
    """The three files."""

    features: Path
    motions: Path
    generator: Path


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """What the motion extractor says of one face."""

    rotation: Floats
    """(3, 3), of row vectors."""
    scale: float
    translation: Floats
    """(3,)"""
    expression: Floats
    """(21, 3)"""
    canonical: Floats
    """(21, 3): the key points without pose and expression."""

    def points(self, expression: Floats) -> Floats:
        """Return the key points with an expression: (21, 3), equation 2 of the paper."""
        moved = self.canonical @ self.rotation + expression
        return (self.scale * moved + self.translation).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ExpressStep:
    """LivePortrait's family, as three models."""

    features: Model
    """RGB in 0..1, 256 x 256, to a volume of 32 x 16 x 64 x 64."""
    motions: Model
    """The same, to pitch, yaw and roll (degrees), scale, translation, expression, key points."""
    generator: Model
    """Volume, key points wanted, key points there, to RGB in 0..1, 512 x 512."""
    share: float = 1.0
    """Of the expression in the frame: 0 leaves that of the swapped face."""

    @property
    def fingerprint(self) -> str:
        """How much of it is done."""
        return f"express*{self.share:g}"

    def __call__(self, crops: Sequence[Crop]) -> Sequence[Crop]:
        """Return the crops with the expressions of the frame."""
        squares = [Square.fitted(crop.points, TEMPLATE, OUTPUT_SIDE) for crop in crops]
        pairs = list(zip(crops, squares, strict=True))
        now = [(planes(c.shown(s, INPUT_SIDE), ZEROS, ONES),) for c, s in pairs]
        real = [(planes(glanced(c.frame, s, INPUT_SIDE), ZEROS, ONES),) for c, s in pairs]
        there = [_motion(outputs) for outputs in self.motions.run(now)]
        wanted = [_motion(outputs) for outputs in self.motions.run(real)]
        rows = [
            (
                volume[0],
                motion.points(self._between(motion, other)),
                motion.points(motion.expression),
            )
            for volume, motion, other in zip(self.features.run(now), there, wanted, strict=True)
        ]
        return [
            replace(crop, now=crop.laid_over(picture(row[0], ZEROS, ONES), square, box_mask()))
            for (crop, square), row in zip(pairs, self.generator.run(rows), strict=True)
        ]

    def _between(self, there: Motion, wanted: Motion) -> Floats:
        """Return the expression to show: of the frame, but for the points that show none."""
        shown = there.expression + (wanted.expression - there.expression) * self.share
        shown[list(RIGID)] = there.expression[list(RIGID)]
        return shown


def open_expression(models: ExpressionModels, share: float, runtime: Runtime) -> ExpressStep:
    """Open LivePortrait's three models; raises ModelMissing where a file is none of them."""
    picture_shape, points = (1, 3, INPUT_SIDE, INPUT_SIDE), (1, POINTS, 3)
    volume = {"feature_volume": (1, *VOLUME), "source": points, "target": points}
    return ExpressStep(
        open_model(models.features, [picture_shape], 1, runtime, [VOLUME]),
        open_model(models.motions, [picture_shape], len(MOTION), runtime, MOTION),
        open_model(models.generator, volume, 1, runtime, [(3, OUTPUT_SIDE, OUTPUT_SIDE)]),
        share,
    )


def _motion(outputs: Sequence[Array]) -> Motion:
    pitch, yaw, roll, scale = (float(np.ravel(value)[0]) for value in outputs[:4])
    return Motion(
        rotation=_turned(*np.deg2rad([pitch, yaw, roll])),
        scale=scale,
        translation=outputs[4].reshape(3),
        expression=outputs[5].reshape(POINTS, 3),
        canonical=outputs[6].reshape(POINTS, 3),
    )


def _turned(pitch: float, yaw: float, roll: float) -> Floats:
    """Return the rotation about x, then y, then z, for row vectors: LivePortrait, camera.py."""
    (cx, cy, cz), (sx, sy, sz) = np.cos([pitch, yaw, roll]), np.sin([pitch, yaw, roll])
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return (about_z @ about_y @ about_x).T
