"""
The part of a frame that a synthetic face is painted on.

A texture has 256 pixels: on a face that is larger, what comes from it is computed on a grid of
every second pixel, or fewer, and stretched. Which pixels come from where is piecewise affine, and
stretches just as well.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.geometry import Floats
from swaddle.kernel.warping import Raster, rasterize

HALF: Final = 0.5
"""Of a pixel's area: it belongs to what fills more of it."""

COARSE: Final = 200.0
"""Pixels of a face for each step of the grid: about those that the texture has for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """The pixels, and a coarse grid over them."""

    x0: int
    y0: int
    shape: tuple[int, int]
    """Height and width in pixels."""
    step: int
    """Pixels from one cell of the grid to the next."""
    points: Floats
    """(498, 2): the mesh, in frame pixels."""
    raster: Raster
    """Of the mesh on the grid."""
    inside: Floats
    """(h, w): 1 on the mesh, 0 outside."""

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """The pixels of the frame: x0, y0, x1, y1."""
        return self.x0, self.y0, self.x0 + self.shape[1], self.y0 + self.shape[0]

    @property
    def coarse_inside(self) -> Floats:
        """The cells of the grid that the mesh covers: 1 or 0."""
        return self.raster.inside.astype(np.float32)

    def coarse_lookup(self, source: Floats) -> tuple[Floats, Floats]:
        """Return for each cell where it comes from, if the mesh's points come from `source`."""
        return self.raster.lookup(source)

    def lookup(self, source: Floats) -> tuple[Floats, Floats]:
        """Return the same for each pixel."""
        x, y = self.raster.lookup(source)
        return self.grown(x), self.grown(y)

    def shrunk(self, picture: Floats) -> Floats:
        """Return the means over the cells of the grid."""
        if self.step == 1:
            return picture
        height, width = self.raster.owner.shape
        whole = cv2.copyMakeBorder(
            picture,
            *(0, height * self.step - self.shape[0], 0, width * self.step - self.shape[1]),
            cv2.BORDER_REPLICATE,
        )
        return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)

    def grown(self, cells: Floats) -> Floats:
        """Return values at the pixels from those of the cells."""
        if self.step == 1:
            return cells
        height, width = cells.shape[:2]
        size = (width * self.step, height * self.step)
        whole = cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR)
        return whole[: self.shape[0], : self.shape[1]]


def stretched(points: Floats, width: int, height: int) -> Canvas | None:
    """Return the canvas of a mesh (498, 3) in a frame, or None where it lies outside."""
    extent = float(np.ptp(points[:, :2], axis=0).max())
    step = max(1, int(extent / COARSE))
    raster = _on_grid(points, width, height, step)
    if raster is None:
        return None
    x0, y0 = raster.x0 * step, raster.y0 * step
    rows, columns = raster.owner.shape
    shape = (min(rows * step, height - y0), min(columns * step, width - x0))
    canvas = Canvas(x0, y0, shape, step, points[:, :2], raster, np.zeros(shape, np.float32))
    inside = (canvas.grown(canvas.coarse_inside) > HALF).astype(np.float32)
    return Canvas(x0, y0, shape, step, points[:, :2], raster, inside)


def _on_grid(points: Floats, width: int, height: int, step: int) -> Raster | None:
    """Rasterize in cells: their centres lie between those of their pixels."""
    cells = points.copy()
    cells[:, :2] = (points[:, :2] + 0.5) / step - 0.5
    return rasterize(cells, -(-width // step), -(-height // step))
