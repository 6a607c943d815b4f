"""
Warping a mesh: which triangle a pixel lies in, and where its colour comes from.

Everything is piecewise affine. The triangles are drawn from the farthest to the nearest, so that
in a turned head the near cheek hides the far one. Before all others come those that are seen from
behind or from the side: a nose folds over its far wing, and how deep that lies is a guess.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .geometry import Floats
from .texture_space import SIDE, canonical, in_cells, triangles

SUBPIXEL: Final = 4
"""Bits behind the point in the corners of the drawn triangles."""

SLIVER: Final = 1.0
"""Twice the area in pixels below which a triangle has no inside: less than half a pixel is its own."""

SIDEWAYS: Final = 0.15
"""Share of its area in the canonical face below which a triangle is seen from the side: by 81 degrees. Of
those that drew slivers beside a turned nose (rendered demonstration) the largest showed 0.1."""


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """The pixels of a part of a frame that a mesh covers."""

    x0: int
    y0: int
    owner: NDArray[np.int32]
    """(h, w): the triangle of each pixel, -1 outside."""
    points: Floats
    """(498, 2): the mesh, in frame pixels."""

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(h, w): the mesh covers the pixel."""
        return self.owner >= 0

    def lookup(self, source: Floats) -> tuple[Floats, Floats]:
        """
        Return for each pixel where it comes from, if the mesh's points come from `source`.

        `source` (498, at least 2); the result is x and y (h, w) for cv2.remap.
        """
        affine = _affine(self.points[triangles()], source[triangles(), :2])
        # Row by row, so that what a pixel needs lies together.
        chosen = affine.take(self.owner, axis=0, mode="clip")
        height, width = self.owner.shape
        x = np.arange(self.x0, self.x0 + width, dtype=np.float32)[None, :]
        y = np.arange(self.y0, self.y0 + height, dtype=np.float32)[:, None]
        where = [x * chosen[..., k] + y * chosen[..., 2 + k] + chosen[..., 4 + k] for k in (0, 1)]
        return where[0], where[1]


def rasterize(
    points: Floats, width: int, height: int, *, margin: int = 4, facing: bool = False
) -> Raster | None:
    """
    Return the pixels of a frame that a mesh (498, 3) covers, or None where it covers none.

    z grows away from the camera. With `facing`, triangles that look away from it are left out.
    """
    low = np.floor(points[:, :2].min(axis=0)).astype(int) - margin
    high = np.ceil(points[:, :2].max(axis=0)).astype(int) + margin + 1
    x0, y0 = int(max(0, low[0])), int(max(0, low[1]))
    x1, y1 = int(min(width, high[0])), int(min(height, high[1]))
    if x1 <= x0 or y1 <= y0:
        return None
    corners = triangles()
    fixed = np.round((points[corners, :2] - [x0, y0]) * (1 << SUBPIXEL)).astype(np.int32)
    owner = np.full((y1 - y0, x1 - x0), -1, np.int32)
    seen = _seen(points)
    order = np.lexsort((-points[corners, 2].mean(axis=1), seen >= SIDEWAYS))
    if facing:
        order = order[seen[order] > 0]
    for index, triangle in zip(order.tolist(), fixed[order], strict=True):
        # By position: a name costs a fifth of the call.
        cv2.fillConvexPoly(owner, triangle, index, cv2.LINE_8, SUBPIXEL)
    return Raster(x0, y0, owner, points[:, :2])


def sampled(picture: Floats, places: tuple[Floats, Floats]) -> Floats:
    """
    Return a picture of the canonical face, however large its pixels are, at places of the texture.

    `picture` (s, s) or (s, s, c), single precision; `places`: x and y (h, w), as `Raster.lookup` gives them.
    """
    x, y = places
    if picture.shape[0] < SIDE:
        x, y = (in_cells(v, picture.shape[0]).astype(np.float32) for v in places)
    return cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def covered(points: Floats, width: int, height: int) -> NDArray[np.bool_]:
    """Return which pixels of a picture a mesh (498, 3) covers: (height, width)."""
    whole = np.zeros((height, width), bool)
    raster = rasterize(points, width, height)
    if raster is not None:
        rows, columns = raster.owner.shape
        whole[raster.y0 : raster.y0 + rows, raster.x0 : raster.x0 + columns] = raster.inside
    return whole


def _seen(points: Floats) -> Floats:
    """Return each triangle's area, of that in the canonical face at this size; < 0 from behind: (n,)."""
    there, front = _turns(points), _front()
    size = max(float(np.abs(there).sum()), SLIVER) / float(np.abs(front).sum())
    return there * np.sign(front) / np.maximum(np.abs(front) * size, 1e-9)


@cache
def _front() -> Floats:
    """Return twice the area of each triangle in the canonical face, signed: (n,)."""
    return _turns(canonical())


def _turns(points: Floats) -> Floats:
    corners = points[triangles(), :2]
    return _crossed(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def _crossed(one: Floats, other: Floats) -> Floats:
    """Return twice the area between two sides, signed: (n, 2) and (n, 2) to (n,)."""
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]


def _affine(target: Floats, source: Floats) -> NDArray[np.float32]:
    """
    Return the maps from triangles (n, 3, 2) to triangles (n, 3, 2): (n, 6).

    A row has what x adds to both coordinates, what y adds, and what is constant. Flat triangles are
    as their longest side.
    """
    first = target[:, 0]
    one, other = target[:, 1] - first, target[:, 2] - first
    area = _crossed(one, other)
    # A sliver of closed lips would read from anywhere beside its line.
    flat = np.abs(area) < SLIVER
    share = np.where(flat, 0.0, 1.0 / np.where(flat, 1.0, area))[:, None]
    to_one, to_other = source[:, 1] - source[:, 0], source[:, 2] - source[:, 0]
    along_x = (to_one * other[:, 1:] - to_other * one[:, 1:]) * share
    along_y = (to_other * one[:, :1] - to_one * other[:, :1]) * share
    constant = source[:, 0] - along_x * first[:, :1] - along_y * first[:, 1:]
    maps = np.hstack([along_x, along_y, constant])
    maps[flat] = _lengthwise(target[flat], source[flat])
    return maps.astype(np.float32)


def _lengthwise(target: Floats, source: Floats) -> Floats:
    """Return the maps that lead along the longest sides of triangles, and across them nowhere."""
    sides = np.roll(target, -1, axis=1) - target
    lengths = np.linalg.norm(sides, axis=2)
    longest = np.arange(len(target)), lengths.argmax(axis=1)
    begin, side = target[longest], sides[longest]
    step = (np.roll(source, -1, axis=1) - source)[longest]
    # Of less than a pixel, nobody sees where it leads.
    step = step / np.maximum(lengths[longest] ** 2, SLIVER)[:, None]
    along_x, along_y = step * side[:, :1], step * side[:, 1:]
    return np.hstack(
        [along_x, along_y, source[longest] - along_x * begin[:, :1] - along_y * begin[:, 1:]]
    )
