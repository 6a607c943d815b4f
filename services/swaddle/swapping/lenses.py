"""
Dark glasses, of which a swap leaves one colour: who wears them is not seen through them.

Linking says where they are once for a whole track, and no engine paints there. So where they are taken off for
a moment, eyes are hidden by the same colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.frames import Frame, Image, Patch
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import canonical, in_cells, pose, with_forehead
from swaddle.kernel.warping import rasterize

FINER: Final = 4
"""Pixels of the blurred mask for one of its cells."""

ENDS: Final = (0.15, 0.35)
"""Of the mask, blurred by a cell: where the glasses end. Their border lies two thirds of a cell outside, beyond
what engines leave unpainted; what is a cell inside, as the lids are, is hidden wholly (0.7 and more)."""

CORE: Final = (0.7, 0.9)
"""The same, where their colour is read: a cell inside, without rims and what is painted beside them."""

BLACK: Final = np.zeros(3, np.float32)
"""What they are where none of their own colour is in sight."""


def veils(frame: Frame, meshes: Sequence[Floats], lenses: Image) -> tuple[Patch, ...]:
    """
    Return the glasses in the mean of their own colours, on each mesh; none where there are none in the frame.

    `frame` with the synthetic face; `meshes` (468, 3) in its pixels: of the real face, whose eyes are behind
    them, and of the synthetic one, on which engines leave them out. `lenses` (48, 48) in texture space: 0,
    or 255 where they are.
    """
    if not lenses.any():
        return ()
    near = _near(lenses)
    placed = [mask for mesh in meshes if (mask := _placed(frame, mesh, _from(near, ENDS)))]
    core = _placed(frame, meshes[0], _from(near, CORE))
    colour = BLACK if core is None else _colour(frame, core)
    return tuple(
        Patch(one.x0, one.y0, np.broadcast_to(colour, (*one.alpha.shape, 3)).copy(), one.alpha)
        for one in placed
    )


def _near(lenses: Image) -> Floats:
    """Return the glasses blurred by a cell, 0 to 1, on a finer grid: cells have corners."""
    side = FINER * lenses.shape[0]
    cells = cv2.resize(lenses, (side, side), interpolation=cv2.INTER_NEAREST).astype(np.float32)
    return cv2.GaussianBlur(cells / cells.max(), (0, 0), FINER)


def _from(near: Floats, ends: tuple[float, float]) -> Floats:
    """Return 0 up to the first of two values, 1 from the second on."""
    low, high = ends
    return np.clip((near - low) / (high - low), 0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """Cells of the texture in a part of a frame."""

    x0: int
    y0: int
    alpha: Floats
    """(h, w), 0 to 1."""


def _placed(frame: Frame, mesh: Floats, cells: Floats) -> _Placed | None:
    """Return where a mask of the texture (s, s) lies on a mesh, as the engines place what they leave out."""
    raster = rasterize(with_forehead(mesh, pose(mesh)), frame.width, frame.height)
    if raster is None:
        return None
    x, y = (in_cells(v, len(cells)).astype(np.float32) for v in raster.lookup(canonical()))
    alpha = cv2.remap(cells, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _Placed(raster.x0, raster.y0, alpha * raster.inside.astype(np.float32))


def _colour(frame: Frame, inner: _Placed) -> Floats:
    """Return the mean colour of the glasses: (3,)."""
    height, width = inner.alpha.shape
    seen = frame.bgr((inner.x0, inner.y0, inner.x0 + width, inner.y0 + height))
    total = float(inner.alpha.sum())
    if total == 0:
        return BLACK
    summed: Floats = (seen * inner.alpha[..., None]).sum(axis=(0, 1)) / total
    return summed.astype(np.float32)
