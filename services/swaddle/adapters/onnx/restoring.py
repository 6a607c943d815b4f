"""The step that makes a swapped face sharp again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from .alignment import Square
from .crops import Crop, picture, planes
from .masks import box_mask
from .running import Model, Runtime, open_model
from .swap_families import HALVES

RESTORED_SIDE: Final = 512
TEMPLATE: Final = "ffhq_512"


@dataclass(frozen=True, slots=True, eq=False)
class RestoreStep:
    """GFPGAN's family: RGB in -1..1, aligned as FFHQ is, 512 x 512, to the same."""

    model: Model
    share: float = 0.8
    """Of the restored face in the result: FaceFusion's default."""

    @property
    def fingerprint(self) -> str:
        """How much of it is done."""
        return f"restore*{self.share:g}"

    def __call__(self, crops: Sequence[Crop]) -> Sequence[Crop]:
        """Return the crops with restored faces, at least 512 pixels on a side."""
        squares = [Square.fitted(crop.points, TEMPLATE, RESTORED_SIDE) for crop in crops]
        rows = [
            (planes(crop.shown(square, RESTORED_SIDE), HALVES, HALVES),)
            for crop, square in zip(crops, squares, strict=True)
        ]
        weight = box_mask() * self.share
        return [
            replace(crop, now=crop.laid_over(picture(row[0], HALVES, HALVES), square, weight))
            for crop, square, row in zip(crops, squares, self.model.run(rows), strict=True)
        ]


def open_restorer(path: Path, share: float, runtime: Runtime) -> RestoreStep:
    """Open a network of GFPGAN's family; raises ModelMissing where the file is none."""
    shape = (3, RESTORED_SIDE, RESTORED_SIDE)
    return RestoreStep(open_model(path, [(1, *shape)], 1, runtime, [shape]), share)
