"""
Which pixels of an aligned face are replaced, by what is known without a network.

Everything here is smooth, and so has 128 x 128 cells whatever the resolution of the crop.
"""

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import canonical, pose, with_forehead
from swaddle.kernel.warping import rasterize, sampled
from swaddle.swapping.ports import FaceToSwap

from .alignment import Square, placed

CELLS: Final = 128
"""Cells on a side of a mask."""

SHIFT: Final = 4
"""Binary digits behind the point of what OpenCV draws."""

FEATHER: Final = 0.15
"""Share of the side over which the box fades, inwards: FaceFusion's blur of 0.3, of half a side."""

TINY: Final = 1e-6
"""Weight below which there is nothing to take a mean of."""

HULL_FEATHER: Final = 0.03
"""Deviation, in sides, of the blur of the face's outline, of which the inner half is kept."""


@cache
def box_mask(feather: float = FEATHER) -> Floats:
    """Return 1 in the middle of a crop, 0 at its border: (128, 128)."""
    places = (np.arange(CELLS) + 0.5) / CELLS
    depth = np.minimum(places, 1 - places) - 0.5 / CELLS
    ramp = np.clip(depth / feather, 0, 1)
    smooth = ramp * ramp * (3 - 2 * ramp)
    return np.minimum(smooth[:, None], smooth[None, :]).astype(np.float32)


def face_mask(face: FaceToSwap, square: Square) -> Floats:
    """
    Return the part of a crop that is replaced: (128, 128).

    The least of three: the box; the face's outline with its forehead; what nothing hides.
    """
    points = with_forehead(face.landmarks, pose(face.landmarks))
    mask = np.minimum(box_mask(), hull_mask(points, square))
    if face.occlusion.any():
        mask = np.minimum(mask, 1 - hidden_mask(face, points, square))
    return mask


def hull_mask(points: Floats, square: Square) -> Floats:
    """Return 1 inside the convex hull of a mesh (498, at least 2), fading to 0 at its border."""
    cells = placed(points[:, :2], square.from_picture(CELLS))
    mask = filled(cv2.convexHull(sixteenths(cells)), (CELLS, CELLS)).astype(np.float32)
    return inner_half(cv2.GaussianBlur(mask, (0, 0), HULL_FEATHER * CELLS))


def sixteenths(points: Floats) -> NDArray[np.int32]:
    """Return points as OpenCV draws them with `SHIFT`: in sixteenths of a pixel."""
    return np.round(points * (1 << SHIFT)).astype(np.int32)


def filled(corners: NDArray[np.int32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return 1 in a convex polygon, whose corners are in sixteenths of a pixel, 0 elsewhere."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, corners, 1, shift=SHIFT)
    return mask


def hidden_mask(face: FaceToSwap, points: Floats, square: Square) -> Floats:
    """Return 1 where something is in front of the face, by the tracks' own cells: (128, 128)."""
    matrix = square.from_picture(CELLS)
    cells = points.copy()
    cells[:, :2] = placed(points[:, :2], matrix)
    raster = rasterize(cells, CELLS, CELLS)
    hidden = np.zeros((CELLS, CELLS), np.float32)
    if raster is None:
        return hidden
    seen = sampled(face.occlusion.astype(np.float32) / 255, raster.lookup(canonical()))
    height, width = raster.owner.shape
    part = np.s_[raster.y0 : raster.y0 + height, raster.x0 : raster.x0 + width]
    inside = raster.inside.astype(np.float32)
    # The outline of the mask is convex, the mesh is not: between them, the nearest cells count.
    near = _blurred(seen * inside) / np.maximum(_blurred(inside), TINY)
    hidden[part] = np.where(raster.inside, seen, near)
    return hidden


def _blurred(cells: Floats) -> Floats:
    return cv2.GaussianBlur(cells, (0, 0), HULL_FEATHER * CELLS)


def inner_half(blurred: Floats) -> Floats:
    """Return a blurred outline's inner half: 0 on the line and outside, 1 well inside."""
    return np.clip(2 * blurred - 1, 0, 1)
