"""What a face does: eyes close, a mouth opens. Displacements of the mesh, in its own units."""

from functools import cache
from typing import Final

import numpy as np

from swaddle.kernel.faces import INNER_LIPS, LEFT_EYE, RIGHT_EYE
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import canonical

WIDEST_MOUTH: Final = 42.0
"""Units of the canonical face (one is about 0.8 mm on an adult) by which the lower lip sinks."""

LID_REACH: Final = 15.0
"""So far above the eye the skin is drawn along by the lid."""

CLOSED: Final = 0.93
"""Share of the way to the lower lid: lashes keep a line between the lids."""

UPPER_LIDS: Final = (
    (246, 161, 160, 159, 158, 157, 173),
    (398, 384, 385, 386, 387, 388, 466),
)
LOWER_LIDS: Final = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133),
    (362, 382, 381, 380, 374, 373, 390, 249, 263),
)
UPPER_INNER_LIP: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_INNER_LIP: Final = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)


def expressed(shape: Floats, mouth: float, blink: float) -> Floats:
    """Return a mesh (498, 3) with its mouth open and its eyes closed so far (0..1 each)."""
    moved = shape.copy()
    if mouth > 0:
        sinking = jaw_weights() * mouth * WIDEST_MOUTH
        moved[:, 1] += sinking
        # The jaw turns about a hinge before the ears, so that the chin goes back as it sinks.
        moved[:, 2] += 0.35 * sinking
    if blink > 0:
        moved[:, 1] += _lids(shape) * blink
    return moved


@cache
def jaw_weights() -> Floats:
    """Return how far each point follows the jaw: (498,)."""
    x, y, z = canonical().T
    upper, lower = canonical()[list(UPPER_INNER_LIP)], canonical()[list(LOWER_INNER_LIP)]
    line = np.interp(x, upper[:, 0], (upper[:, 1] + lower[:, 1]) / 2)
    beside = np.clip(np.maximum(upper[0, 0] - x, x - upper[-1, 0]) / 25, 0, 1)
    # Below the lips everything sinks, above nothing; the cheeks are stretched in between.
    stretched = _soft((y - line + 25 * beside) / np.maximum(70 * beside, 1e-3))
    in_front = _soft((125 - z) / 60)
    weights = stretched * in_front
    weights[list(UPPER_INNER_LIP)] = 0
    weights[list(LOWER_INNER_LIP[1:-1])] = 1
    # Near the corners of the mouth the lips part less.
    arch = np.clip(np.minimum(x - upper[0, 0], upper[-1, 0] - x) / 12, 0, 1)
    lips = (np.abs(y - line) < 6) & (beside == 0)  # noqa: PLR2004 - the thickness of the lips
    return np.where(lips, weights * np.sqrt(arch), weights)


def _lids(shape: Floats) -> Floats:
    """Return by how much each point sinks when the eyes are closed: (498,)."""
    sinking = np.zeros(len(shape))
    for upper, lower, eye in zip(UPPER_LIDS, LOWER_LIDS, (LEFT_EYE, RIGHT_EYE), strict=True):
        x, y = shape[:, 0], shape[:, 1]
        rim, floor = shape[list(upper)], shape[list(lower)]
        gap = np.interp(x, floor[:, 0], floor[:, 1], 0, 0) - np.interp(x, rim[:, 0], rim[:, 1])
        above = np.interp(x, rim[:, 0], rim[:, 1]) - y
        inside = (x > floor[0, 0]) & (x < floor[-1, 0]) & (above > 0) & (above < LID_REACH)
        follows = np.where(inside, 1 - above / LID_REACH, 0)
        follows[list(eye)] = 0
        follows[list(upper)] = 1
        sinking += follows * np.maximum(gap, 0) * CLOSED
    return sinking


def _soft(share: Floats) -> Floats:
    part = np.clip(share, 0, 1)
    return part * part * (3 - 2 * part)


@cache
def parted() -> Floats:
    """Return the canonical face with eyes and mouth wide open: (498, 3)."""
    face = expressed(canonical(), 0.8, 0)
    for lower in LOWER_LIDS:
        face[list(lower[1:-1]), 1] += 4
    return face


OPENINGS: Final = (LEFT_EYE, RIGHT_EYE, INNER_LIPS)
"""Through which one sees into the head."""
