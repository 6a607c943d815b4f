"""
Lips, which a texture knows closed.

Where they meet there is a dark line in the pictures that textures were learned from. It belongs to
lips that touch: around an open mouth it would be a second, dark edge within the first.
"""

from functools import cache
from typing import Final

import numpy as np

from swaddle.kernel.faces import INNER_LIPS, LOWER_LIP, UPPER_LIP
from swaddle.kernel.geometry import Floats
from swaddle.kernel.measures import INNER_MOUTH, rim_gap
from swaddle.kernel.texture_space import polygon, softened

from .light import LUMA, coarse

CLOSED: Final = 0.06
PARTED: Final = 0.16
"""How far lips are apart, against the width of the mouth, up to which the line stays, and from which on
it is gone. 95 of 100 faces that textures were learned from have less than the first. One frame in ten of
the infant clip has 0.1 and more, and 0.4 where the mouth is widest; from 0.02 to 0.08, mouths of 70
pixels wide faces were followed less well (head-pose clip, 0.18 in place of 0.27)."""

SEAM: Final = 4
"""Texture pixels on both sides of the inner lips that the line is wide; two leave its shade."""

AROUND: Final = 3.0
"""Texture pixels from which the colour of the lips is taken in its place: deviation of a Gaussian."""

PALER: Final = 0.5
"""Share of the lips' own darkness that stays there. With all of it, who has dark lips seems to shut the
mouth (mouth openness of three people on the infant clip 0.94, 0.93 and 0.55, with half 0.95, 0.95 and
0.90); without any lips look painted."""


def parting(landmarks: Floats) -> float:
    """Return how far lips are apart: 0 where they touch, 1 where nothing of the line is left."""
    apart = rim_gap(landmarks, UPPER_LIP, LOWER_LIP, INNER_MOUTH)
    return float(np.clip((apart - CLOSED) / (PARTED - CLOSED), 0, 1))


def parted(detail: Floats) -> Floats:
    """Return the detail of a texture (256, 256, 3) without the line between its lips."""
    rest = 1 - _line()
    filled = coarse(detail, rest, AROUND)
    filled -= (1 - PALER) * (filled @ LUMA)[..., None]
    return detail * rest[..., None] + filled * (1 - rest)[..., None]


@cache
def _line() -> Floats:
    """Return where the line is, softly: (256, 256), 0 to 1."""
    return softened(polygon(INNER_LIPS), SEAM, 1.0).astype(np.float32) / 255
