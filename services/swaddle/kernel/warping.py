"""
Warping a mesh: which triangle a pixel lies in, and where its colour comes from.

Everything is piecewise affine. The triangles are drawn from the farthest to the nearest, so that
in a turned head the near cheek hides the far one.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .geometry import Floats
from .texture_space import canonical, triangles

SUBPIXEL: Final = 4
"""Bits behind the point in the corners of the drawn triangles."""


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
        corners = triangles()
        target = np.concatenate([self.points[corners], np.ones((len(corners), 3, 1))], axis=2)
        affine = _solved(target, source[corners, :2]).astype(np.float32)
        chosen = affine[np.maximum(self.owner, 0)]
        height, width = self.owner.shape
        x = np.arange(self.x0, self.x0 + width, dtype=np.float32)[None, :]
        y = np.arange(self.y0, self.y0 + height, dtype=np.float32)[:, None]
        where = [x * chosen[..., 0, k] + y * chosen[..., 1, k] + chosen[..., 2, k] for k in (0, 1)]
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
    drawn = _facing(points) if facing else np.ones(len(corners), bool)
    for index in np.argsort(-points[corners, 2].mean(axis=1)).tolist():
        if not drawn[index]:
            continue
        cv2.fillConvexPoly(owner, fixed[index], index, shift=SUBPIXEL)
    return Raster(x0, y0, owner, points[:, :2])


def _facing(points: Floats) -> NDArray[np.bool_]:
    """Return which triangles turn the way they do in the canonical face, seen from the front."""
    return _turns(points) * _turns(canonical()) > 0


def _turns(points: Floats) -> Floats:
    corners = points[triangles(), :2]
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]


def _solved(target: Floats, source: Floats) -> Floats:
    """Solve target @ A = source for each triangle; flat triangles map to their first corner."""
    # Twice the area: a sliver of closed lips would read from anywhere along its line.
    flat = np.abs(np.linalg.det(target)) < 1.0
    safe = np.where(flat[:, None, None], np.eye(3), target)
    solved = np.linalg.solve(safe, source)
    if flat.any():
        solved[flat] = 0
        solved[flat, 2] = source[flat, 0]
    return solved
