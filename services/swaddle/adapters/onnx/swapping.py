"""The step that swaps: another person's face, in the pose and expression of the one in the frame."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from swaddle.kernel.geometry import Floats

from .crops import Crop, picture, planes
from .running import Model, Runtime, open_model
from .swap_families import ONES, ZEROS, Family


@dataclass(frozen=True, slots=True, eq=False)
class SwapStep:
    """
    Runs a family's network.

    With a boost of k, crops have k times the network's pixels on each side. Every k-th pixel of
    every k-th row makes one picture of k x k: the network gets all of them, and what comes out is
    put together again (pixel boost of FaceFusion).
    """

    family: Family
    model: Model
    boost: int = 1

    @property
    def fingerprint(self) -> str:
        """Family and boost."""
        return f"{self.family.name}*{self.boost}"

    def __call__(self, crops: Sequence[Crop]) -> Sequence[Crop]:
        """Return the crops with the synthetic person's face."""
        family = self.family
        rows = [
            (crop.source, planes(tile, family.mean, family.deviation))
            for crop in crops
            for tile in interleaved(crop.now, self.boost)
        ]
        outputs = self.model.run(rows)
        scale = (family.mean, family.deviation) if family.same_range else (ZEROS, ONES)
        tiles = [picture(output[0], *scale) for output in outputs]
        each = self.boost**2
        return [
            replace(crop, now=together(tiles[number * each : (number + 1) * each], self.boost))
            for number, crop in enumerate(crops)
        ]


def open_swap(path: Path, family: Family, boost: int, runtime: Runtime) -> SwapStep:
    """Open a network of a family; raises ModelMissing where the file is none."""
    shape = (3, family.side, family.side)
    return SwapStep(family, open_model(path, family.inputs, 1, runtime, [shape]), boost)


def interleaved(face: Floats, boost: int) -> list[Floats]:
    """Split (k * s, k * s, 3) into k * k pictures (s, s, 3), the first row of pictures first."""
    return [face[row::boost, column::boost] for row in range(boost) for column in range(boost)]


def together(tiles: Sequence[Floats], boost: int) -> Floats:
    """Put them together again."""
    side = tiles[0].shape[0] * boost
    face = np.empty((side, side, 3), np.float32)
    for number, tile in enumerate(tiles):
        face[number // boost :: boost, number % boost :: boost] = tile
    return face
