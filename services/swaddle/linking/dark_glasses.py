"""
Dark glasses in front of a face's eyes.

No eyes are seen there that could show through, and a face that is painted over the lenses has black holes
in their place. So the glasses stay, and what is behind them is made unrecognisable when they are drawn
(`swapping/lenses.py`). Told on the person's own texture by what nothing else does: around both eyes, well
down to the cheeks, hardly any of the light that the rest of the face has comes back.
"""

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import LEFT_EYE, RIGHT_EYE
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import BROW_LEVEL, LUMA, canonical, face_mask, in_cells

from .shading import bare_cells, skin_light

DARK: Final = 0.7
"""How much darker than the skin, in the logarithm of the luma, lenses are nearly everywhere. Of 943 synthetic
people, 24 of 29 who wear dark glasses are darker than that around both eyes, and nobody else: tinted glasses
reach 0.63, eyes in the shadow of a cap 0.55. The other five are tinted, or mirror what is before them."""

NEARLY: Final = 85.0
"""Percentile of a lens's cells that is meant: a lamp or a window shines on the rest."""

PART: Final = 0.65
"""Darker than the skin by this, a cell that touches a lens is one of the glasses."""

LENS: Final = (0.62, 0.55)
"""Half the width and the height of what has to be dark, in widths of the eye: well outside the lids."""

LOWER: Final = 0.15
"""Widths of the eye by which its middle is below that of the eye."""

FARTHEST: Final = 4
"""Cells from what has to be dark that glasses may reach: the light is read from what is farther away. Hair and
shadows on the cheeks begin there; larger glasses are not found, for most of what is left would be theirs."""

BROWS: Final = 2
"""Cells above the middle of the brows that they may reach."""


def dark_lenses(logs: Floats) -> Image:
    """
    Return where dark glasses are in front of a face: (48, 48), 0 none, 255 lenses and rims; or 0 everywhere.

    `logs` (48, 48, 3): the logarithm of the colours of the face, blue, green, red.
    """
    if darkness(logs) < DARK:
        return np.zeros((TEXTURE_CELLS, TEXTURE_CELLS), np.uint8)
    return _whole((_darker(logs) > PART) & _reach()) * np.uint8(255)


def darkness(logs: Floats) -> float:
    """
    Return how much darker than its skin a face is nearly everywhere around either eye.

    In the logarithm of the luma; below 0 where more of either is brighter than `NEARLY` leaves out.
    """
    darker = _darker(logs)
    return min(float(np.percentile(darker[lens], 100 - NEARLY)) for lens in _lenses())


def _darker(logs: Floats) -> Floats:
    luma = logs @ LUMA
    return skin_light(luma, _beside()) - luma


def _whole(dark: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the glasses, 0 or 1: the lenses, and the dark cells that are connected with one."""
    certain = np.logical_or(*_lenses())
    _, labels = cv2.connectedComponents((dark | certain).astype(np.uint8), connectivity=4)
    glasses = np.isin(labels, np.unique(labels[certain])).astype(np.uint8)
    return glasses * face_mask(TEXTURE_CELLS)


@cache
def _lenses() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the cells in front of either eye that dark glasses cover, whatever their shape."""
    y, x = np.mgrid[:TEXTURE_CELLS, :TEXTURE_CELLS]
    found = []
    for eye in (LEFT_EYE, RIGHT_EYE):
        corners = in_cells(canonical()[list(eye), :2], TEXTURE_CELLS)
        width = float(np.ptp(corners[:, 0]))
        middle = corners.mean(axis=0) + np.array([0, LOWER * width])
        across, down = (half * width for half in LENS)
        found.append(((x - middle[0]) / across) ** 2 + ((y - middle[1]) / down) ** 2 < 1)
    return found[0], found[1]


@cache
def _around() -> NDArray[np.bool_]:
    near = np.ones((2 * FARTHEST + 1, 2 * FARTHEST + 1), np.uint8)
    around: NDArray[np.bool_] = cv2.dilate(np.logical_or(*_lenses()).astype(np.uint8), near) > 0
    return around


@cache
def _reach() -> NDArray[np.bool_]:
    """Return which cells may be glasses: what is near to a lens, and no higher than the brows."""
    brows = float(in_cells(canonical()[BROW_LEVEL, 1], TEXTURE_CELLS))
    reach: NDArray[np.bool_] = _around() & (np.arange(TEXTURE_CELLS)[:, None] > brows - BROWS)
    return reach


@cache
def _beside() -> NDArray[np.bool_]:
    """Return the bare cells of nose and cheeks that no glasses are in front of, which the light is read from."""
    beside: NDArray[np.bool_] = bare_cells() & ~_around()
    return beside
