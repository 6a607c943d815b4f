"""When a picture moves, stands still or is black: compared in few cells, so that noise is none."""

from typing import Final

import numpy as np

from .frames import Frame
from .geometry import Floats

WIDTH, HEIGHT = 64, 36

MOVES: Final = 0.3
"""Mean absolute difference of neighbouring frames of the original, in grey levels of 64 x 36
cells, from which it moves: a camera's grain averages out to 0.24 and less, a face that moves by a
pixel reaches 0.38 (docs/reference/calibration.md). Stronger noise stays in the output, too."""

STANDS: Final = 0.3
"""Share of the original's difference below which the output stands still: a repeated frame that was
encoded keeps up to 0.29 of slow movements, a new encoding 0.9 and more of any."""

BLACK: Final = 6.0
"""Mean brightness (0..255) below which a frame is black; an encoder leaves less than 2."""


def cells(frame: Frame) -> Floats:
    """Return the brightness of a frame in cells: (36, 64), 0..255."""
    shrunk: Floats = frame.scaled(WIDTH, HEIGHT).mean(axis=2)
    return shrunk


def difference(now: Floats, before: Floats) -> float:
    """Return the mean absolute difference of two pictures, in grey levels."""
    return float(np.abs(now - before).mean())


def stands_still(original: float, output: float) -> bool:
    """Return whether the output stands still where the original moves, from their differences."""
    return original >= MOVES and output <= STANDS * original


def turned_black(original: Floats, output: Floats) -> bool:
    """Return whether the output is black where the original is not."""
    return bool(output.mean() < BLACK < original.mean() / 2)
