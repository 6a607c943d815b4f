"""
Upper lids, of which a texture knows a strip.

Eyes are open in the pictures that textures were learned from: what shows of an upper lid there is its
edge with the lashes, and the fold. On an eye that closes, the lid is several times as high, and that
strip would be drawn out over it like make-up.
"""

from functools import cache
from typing import Final

import numpy as np

from swaddle.kernel.faces import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    LEFT_UPPER_LID,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    RIGHT_UPPER_LID,
)
from swaddle.kernel.geometry import Floats
from swaddle.kernel.measures import rim_gap
from swaddle.kernel.texture_space import SIDE, canonical, polygon, softened

LIDS: Final = (
    (LEFT_UPPER_LID, (247, 30, 29, 27, 28, 56, 190), (LEFT_EYE_OUTER, LEFT_EYE_INNER)),
    (RIGHT_UPPER_LID, (467, 260, 259, 257, 258, 286, 414), (RIGHT_EYE_OUTER, RIGHT_EYE_INNER)),
)
"""Of the left and the right eye: edge of the upper lid, its fold, and the corners of the eye."""

DRAWN_OUT_FROM: Final = 1.3
"""Times as high, against the width of the eye, as on the canonical face: from there on detail fades. 95 of
100 faces that textures were learned from have less, and so has the newborn in nine frames of ten."""

SOFT: Final = SIDE // 128
"""Texture pixels over which that begins and ends, outside the lid: deviation of a Gaussian."""


def lid_weight(landmarks: Floats) -> Floats | None:
    """
    Return how much the detail of a texture counts: (256, 256), 0 to 1, or None for 1 everywhere.

    `landmarks` (468, 3) of the real face.
    """
    shares = np.minimum(1.0, (DRAWN_OUT_FROM / drawn_out(landmarks)) ** 2)
    if shares.min() >= 1:
        return None
    faded = (1 - shares).astype(np.float32)[:, None, None]
    lost: Floats = (faded * _lids()).max(axis=0)
    return 1 - lost


def drawn_out(landmarks: Floats) -> Floats:
    """Return how many times as high as on the canonical face the upper lids are: (2,), left, right."""
    return _heights(landmarks) / _learned()


@cache
def _learned() -> Floats:
    return _heights(canonical())


def _heights(points: Floats) -> Floats:
    """Return the mean height of both lids in widths of their eyes: (2,)."""
    return np.array([rim_gap(points, edge, fold, corners) for edge, fold, corners in LIDS])


@cache
def _lids() -> Floats:
    """Return where the upper lids are in a texture, softly: (2, 256, 256)."""
    strips = [polygon((*edge, *fold[::-1])) for edge, fold, _ in LIDS]
    return np.array([softened(s, 2 * SOFT, SOFT).astype(np.float32) / 255 for s in strips])
