"""
What a person's skin makes of the light that falls on it.

It depends on the person alone, so it is computed once, on the texture: a frame only places it.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import CHIN, FOREHEAD_TOP
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import (
    SIDE,
    by_zone,
    canonical,
    face_mask,
    plain_skin,
    polygon,
    softened,
)

from .light import LIGHT_SIGMA, LUMA, SHINE, coarse, dulled, paleness
from .lips import parted
from .people import Person

SMALLEST_TEXTURE: Final = 32
"""Texture pixels: a side below which a texture is not halved any more."""

FINER: Final = 0.5
"""Pixels of the frame for one of the texture below which the texture is too fine: at one for two,
halving it loses nothing."""

BROWS: Final = (
    *(70, 63, 105, 66, 107, 336, 296, 334, 293, 300),
    *(276, 283, 282, 295, 285, 168, 55, 65, 52, 53, 46),
)
"""Both brows, and what is between them: upper edge from the left, lower edge from the right."""

BROW_REACH: Final = 12
"""Texture pixels around them where the brows of others are."""

BROW_SHINE: Final = 0.03
"""How much brighter than the light skin becomes there: a fifth of elsewhere. Where most people have dark
brows, somebody with others is brighter than the average by as much, and had white bows above the eyes."""

GLABELLA: Final = (107, 108, 337, 336, 285, 417, 168, 193, 55)
"""The glabella, between the brows: up to the forehead and down to the bridge of the nose."""

GLABELLA_EDGE: Final = 6
"""Texture pixels over which that fades into the brows."""

FROWN: Final = 0.1
"""How much darker than the light it becomes there, at most. Real faces of the clips are darker by 0.11 to
-0.02, those that the textures were learned from by 0.07 in the median; many of them frown, and one drawn
person in four, by 0.2 and more, had a brow from temple to temple."""

KNOWN: Final = 16
"""Details that are kept, of two megabytes each: of a person, a subject's skin and a size."""


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """What is finer than the light, in texture space, for faces of one size."""

    factors: Floats
    """(s, s, 3): how many times as bright as its light the skin is, blue, green, red."""
    parted: Floats
    """(s, s, 3): the same, of a face whose lips are apart."""
    paleness: Floats
    """(s, s): share of its colour that it loses where it is bright, 0 to 1. A line between lips is dark."""


def face_height(points: Floats) -> float:
    """Return the height of a head whose mesh is `points` (498, at least 2), in their unit."""
    return 1.15 * float(np.linalg.norm(points[FOREHEAD_TOP, :2] - points[CHIN, :2]))


def detail_of(person: Person, strength: Floats, size: float) -> Detail:
    """
    Return the detail of a person for faces `size` pixels high, no finer than these show.

    `strength` (3,) says by how much each zone of the texture counts.
    """
    side = SIDE
    while side > SMALLEST_TEXTURE and size < FINER * side:
        side //= 2
    return _detail(person, tuple(strength.tolist()), side)


@lru_cache(maxsize=KNOWN)
def _detail(person: Person, strength: tuple[float, ...], side: int) -> Detail:
    weight = (face_mask() * plain_skin()).astype(np.float32)
    logs = person.texture * by_zone(np.array(strength)).astype(np.float32)[:, None, None]
    # What is as coarse as light gives way to that of the frame.
    fine = _unfrowned(logs - coarse(logs, weight, LIGHT_SIGMA * face_height(canonical())))
    shown, apart = _halved(fine, side), _halved(parted(fine), side)
    brows = _halved(_brows(), side)
    most = SHINE + (BROW_SHINE - SHINE) * brows
    pale = paleness(shown @ LUMA) * (1 - brows)
    return Detail(np.exp(dulled(shown, most)), np.exp(dulled(apart, most)), pale)


def _unfrowned(fine: Floats) -> Floats:
    """
    Return detail (256, 256, 3) that is hardly darker than the light between the brows, and without colour.

    What is dark there is redder as well: where it is not dark, it would be orange beside brighter skin.
    """
    luma = fine @ LUMA
    darkness = np.minimum(luma, 0)
    level = luma - darkness + FROWN * np.tanh(darkness / FROWN)
    glabella = _glabella()[..., None]
    return fine + glabella * (level[..., None] - fine)


@cache
def _glabella() -> Floats:
    """Return what lies between the brows: (256, 256), 0 to 1."""
    return softened(polygon(GLABELLA), 0, GLABELLA_EDGE / 2).astype(np.float32) / 255


@cache
def _brows() -> Floats:
    """Return where brows are, or may be: (256, 256), 0 to 1."""
    return softened(polygon(BROWS), BROW_REACH, BROW_REACH / 2).astype(np.float32) / 255


def _halved(fine: Floats, side: int) -> Floats:
    """Return a texture as small as `side`: otherwise small faces shimmer."""
    while fine.shape[0] > side:
        half = fine.shape[0] // 2
        fine = cv2.resize(fine, (half, half), interpolation=cv2.INTER_AREA)
    return fine
