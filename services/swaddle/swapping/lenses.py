"""
Dark glasses, of which a swap shows nothing but the colour: who wears them is not seen through them.

Linking says where they are once for a whole track. So where they are taken off for a moment, eyes are hidden
by the same.
"""

from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import CHIN, FOREHEAD_TOP
from swaddle.kernel.frames import Frame, Image, Patch
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.occluders import occluders
from swaddle.kernel.tables import TEXTURE_CELLS

SMEARED: Final = 0.2
"""Heights of the face: deviation of the Gaussian that is left of what lies behind them. A whole face that is
blurred so was found again at 5 % rank 1 among 57, where chance is 1.8 % (DESIGN 6)."""

WHITE: Final = 255
HALF: Final = 127
"""Of 255: a pixel belongs to what fills more of it."""

GROWN: Final = 1.5
"""Cells of the mask by which `occluders` draws it larger."""

RIM: Final = 1.0
"""Cells of the mask around the lenses: rims, and their edges on the face. They stay, and lend no colour."""


def veiled(frame: Frame, landmarks: Floats, lenses: Image) -> Patch | None:
    """
    Return the glasses without what is behind them; None where there are none, or outside the frame.

    `landmarks` (468, 3) of the real face, in the frame's pixels; `lenses` (48, 48) in texture space: 0, or
    255 where they are.
    """
    if not lenses.any():
        return None
    cell = float(np.ptp(landmarks[:, 1])) / TEXTURE_CELLS
    face = Box.around(landmarks).grown(1.0, GROWN * cell)
    if face.clipped(frame.width, frame.height).area <= 0:
        return None
    x0, y0, x1, y1 = face.pixels(frame.width, frame.height)
    drawn = occluders(landmarks - np.array([x0, y0, 0]), lenses, (y1 - y0, x1 - x0))
    # Cells have corners, lenses have none.
    drawn = np.where(cv2.GaussianBlur(drawn, (0, 0), cell) > HALF, WHITE, 0).astype(np.uint8)
    shown, inner = (_shrunk(drawn, cells * cell) for cells in (GROWN + RIM, GROWN + 2 * RIM))
    if not inner.any():
        return None
    seen = frame.bgr((x0, y0, x1, y1)).astype(np.float32)
    height = float(np.linalg.norm(landmarks[FOREHEAD_TOP, :2] - landmarks[CHIN, :2]))
    soft = cv2.GaussianBlur(shown, (0, 0), max(RIM * cell / 2, 0.5))
    return Patch(x0, y0, _smeared(seen, inner, SMEARED * height), soft)


def _shrunk(mask: Image, reach: float) -> Floats:
    """Return a mask, 0 or 255, without `reach` pixels at its edge: 0 or 1."""
    size = 2 * round(reach) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return cv2.erode(mask, disc, borderValue=0).astype(np.float32) / 255


def _smeared(seen: Floats, inner: Floats, sigma: float) -> Floats:
    """Return the mean colours (h, w, 3) within a Gaussian, of what is `inner` (h, w) alone."""
    weight = cv2.GaussianBlur(inner, (0, 0), sigma)
    total: Floats = cv2.GaussianBlur(seen * inner[..., None], (0, 0), sigma)
    return total / np.maximum(weight, 1e-3)[..., None]
