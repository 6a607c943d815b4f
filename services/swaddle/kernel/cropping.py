"""
Parts of a plane at another size, each sample the mean of the area that it shows.

What is shown smaller is halved first, as often as that can be: each halving leaves a quarter of the
samples to everything that follows, and is the cheapest thing there is to do with a plane.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .geometry import Floats

Plane = NDArray[np.uint8] | NDArray[np.uint16]

TWO_TAPS: Final = 1.5
"""Samples of a plane for one of the crop up to which interpolating between two sees all of them."""

STILL_FINE: Final = 4
"""Samples for each wanted one from which a plane is halved first: two of them may belong to two
cells, which shows the less, the more samples a cell has."""

REACH: Final = 2
"""Samples beside the place that is shown which interpolation may look at."""


def warped(plane: Plane, matrix: Floats, width: int, height: int) -> Plane:
    """
    Return a crop (height, width) of a plane; outside the plane its border repeats.

    `matrix` (2x3) maps the crop's samples to the plane's.
    """
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    wanted = int(np.ceil(np.log2(max(shrink, 1e-9) / TWO_TAPS)))
    # From there on a single sample is left, however far a crop reaches.
    halvings = min(max(0, wanted), (max(plane.shape) - 1).bit_length())
    if halvings:
        x0, y0, x1, y1 = _place(plane, matrix, (width, height), 1 << halvings)
        plane = _whole(plane[y0:y1, x0:x1], 1 << halvings)
        matrix = _from_corner(matrix, x0, y0)
    for _ in range(halvings):
        plane = _halved(plane)
    return cv2.warpAffine(
        plane,
        scaled_target(matrix, 0.5**halvings, 0.5**halvings),
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


def shrunk(plane: Plane, width: int, height: int) -> Plane:
    """Return the whole plane at another size."""
    while _halves(plane.shape[1], width) and _halves(plane.shape[0], height):
        plane = _halved(plane)
    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)


def scaled_target(matrix: Floats, fx: float, fy: float) -> Floats:
    """Let a map end in a plane whose samples are `1 / fx` by `1 / fy` of the present ones large."""
    moved = matrix.copy()
    moved[0] *= fx
    moved[1] *= fy
    # Centres: sample s of the small plane covers the samples around (s + 0.5) / f - 0.5.
    moved[0, 2] += 0.5 * fx - 0.5
    moved[1, 2] += 0.5 * fy - 0.5
    return moved


def _place(
    plane: Plane, matrix: Floats, size: tuple[int, int], cell: int
) -> tuple[int, int, int, int]:
    """Return the part of the plane (x0, y0, x1, y1) that a crop shows, from whole cells on."""
    across, down = (np.array([-0.5, length - 0.5]) for length in size)
    corners = np.array([[x, y, 1.0] for x in across for y in down]) @ matrix.T
    sides = np.array(plane.shape[::-1])
    low = np.floor(corners.min(axis=0) - REACH * cell).astype(int) // cell * cell
    high = np.ceil(corners.max(axis=0) + REACH * cell).astype(int)
    # A crop beside the plane shows its border.
    x0, y0 = np.clip(low, 0, (sides - 1) // cell * cell).tolist()
    x1, y1 = np.clip(high, (x0 + 1, y0 + 1), sides).tolist()
    return x0, y0, x1, y1


def _from_corner(matrix: Floats, x0: int, y0: int) -> Floats:
    moved = matrix.copy()
    moved[:, 2] -= x0, y0
    return moved


def _whole(plane: Plane, cell: int) -> Plane:
    """Let the border repeat until a plane consists of whole cells."""
    height, width = plane.shape
    rim = (0, -height % cell, 0, -width % cell)
    return cv2.copyMakeBorder(plane, *rim, cv2.BORDER_REPLICATE) if any(rim) else plane


def _halves(length: int, wanted: int) -> bool:
    return length % 2 == 0 and length >= STILL_FINE * wanted


def _halved(plane: Plane) -> Plane:
    height, width = plane.shape
    return cv2.resize(plane, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
