"""
How bright each part of a face is, beside how that varies among people.

Each direction of the face space may be far from average, and the face still one that occurs. Many
at once may add up in one place: a step away from a dark-browed person makes brows that shine.
"""

from functools import cache
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats

from .face_space import face_space
from .people import deviations

CELLS: Final = 16
"""A part is a cell of a grid of so many by so many: an eyelid, a wing of the nose."""

KNOWN_FROM: Final = 0.03
"""Deviation of the logarithm of the luma below which a part hardly varies: forehead, border."""

FARTHEST_PARTS: Final = (1.5, 2.0, 2.5, 3.0)
"""Deviations by which a part of who is moved may differ from average, unless it did before: the first
with which it can be done. By eye, on the rendered demonstration and two clips: without any, brows
shine; at 2 cheeks still do where faces are contrasty."""


@cache
def parts(group: AgeGroup) -> Floats:
    """
    Return how the coefficients change the brightness of each part: (p, n).

    Both in deviations among the people that are drawn.
    """
    space = face_space(group)
    shapes, lumas = space.shape_size, len(space.luma_components)
    scale = deviations(group)
    cells = [
        cv2.resize(component, (CELLS, CELLS), interpolation=cv2.INTER_AREA).ravel()
        for component in space.luma_components
    ]
    effects = np.array(cells, np.float64).T * scale[shapes : shapes + lumas]
    spread = np.linalg.norm(effects, axis=1)
    known = spread > KNOWN_FROM
    table = np.zeros((int(known.sum()), len(scale)))
    table[:, shapes : shapes + lumas] = effects[known] / spread[known, None]
    table.flags.writeable = False
    return table


def within(group: AgeGroup, start: Floats, farthest: float) -> tuple[Floats, Floats]:
    """
    Return what keeps the parts within `farthest` deviations: of steps x, slopes @ x >= bounds.

    `start` (n,) is where a step begins, in deviations; a part that is farther there may stay.
    `slopes` (2p, n), `bounds` (2p,), at most 0.
    """
    slopes = parts(group)
    there = slopes @ start
    darkest = np.minimum(there, -farthest)
    brightest = np.maximum(there, farthest)
    return np.vstack([slopes, -slopes]), np.concatenate([darkest - there, there - brightest])
