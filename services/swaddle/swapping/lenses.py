"""
Dark glasses, of which a swap leaves one colour: who wears them is not seen through them.

Linking says where they are once for a whole track, and no engine paints there. So where they are taken off for
a moment, eyes are hidden by the same colour.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.frames import Frame, Image, Patch
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import canonical, pose, with_forehead
from swaddle.kernel.warping import Raster, rasterize, sampled

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
    drawn = [_drawn(frame, mesh) for mesh in meshes]
    colour = _colour(frame, drawn[0], _from(near, CORE))
    return tuple(_patch(one, _from(near, ENDS), colour) for one in drawn if one is not None)


def _drawn(frame: Frame, mesh: Floats) -> Raster | None:
    return rasterize(with_forehead(mesh, pose(mesh)), frame.width, frame.height)


def _patch(raster: Raster, glasses: Floats, colour: Floats) -> Patch:
    alpha = _placed(raster, glasses)
    return Patch(raster.x0, raster.y0, np.broadcast_to(colour, (*alpha.shape, 3)).copy(), alpha)


def _near(lenses: Image) -> Floats:
    """Return the glasses blurred by a cell, 0 to 1, on a finer grid: cells have corners."""
    side = FINER * lenses.shape[0]
    cells = cv2.resize(lenses, (side, side), interpolation=cv2.INTER_NEAREST).astype(np.float32)
    return cv2.GaussianBlur(cells / cells.max(), (0, 0), FINER)


def _from(near: Floats, ends: tuple[float, float]) -> Floats:
    """Return 0 up to the first of two values, 1 from the second on."""
    low, high = ends
    return np.clip((near - low) / (high - low), 0, 1)


def _placed(raster: Raster, glasses: Floats) -> Floats:
    """Return how much of each pixel (h, w) they are, placed as the engines place what they leave out."""
    return sampled(glasses, raster.lookup(canonical())) * raster.inside.astype(np.float32)


def _colour(frame: Frame, raster: Raster | None, core: Floats) -> Floats:
    """Return the mean colour of the glasses: (3,)."""
    if raster is None:
        return BLACK
    weight = _placed(raster, core)
    total = float(weight.sum())
    if total == 0:
        return BLACK
    height, width = weight.shape
    seen = frame.bgr((raster.x0, raster.y0, raster.x0 + width, raster.y0 + height))
    summed: Floats = (seen * weight[..., None]).sum(axis=(0, 1)) / total
    return summed.astype(np.float32)
