"""
Irises of another colour, without the pattern of the real ones.

Gaze stays: how dark the eye is where, but for what is finer than a fifth of the iris, is the real
one's; lids, highlights and the contrast with the white stay. What is replaced is colour and pattern.
"""

from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import LEFT_EYE, RIGHT_EYE
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats

from .light import LUMA

DARKER: Final = 0.25
PALER: Final = 0.05
"""Share of the skin's luma, and redness (R - G) / (R + G + B), by which an eyeball surely differs
from the lid around it: lids of the infant and adult clips stay within 0.12 and 0.02."""

SMALLEST_RADIUS: Final = 1.5
"""Pixels: smaller irises are a dark dot."""

FEWEST: Final = 4
"""Pixels of the iris that have to show: below, the eye is closed."""

PUPIL: Final = 0.42
"""Radius of the pupil, in radii of the iris: 4 to 5 mm of 12 mm in the light of a room."""

LIMBUS: Final = 0.82
"""From here on an iris darkens towards its border."""

SMOOTH: Final = 0.2
"""Radii of the iris: what is finer is its pattern, which tells people apart."""

PUPIL_DEPTH: Final = 0.25
"""Share by which the pupil is darkened further: a dark iris whose pupil cannot be seen stays one
that is painted blue. Gaze on the infant clip: 0.80 with 0, 0.76 with 0.5 (and a rim of 0.065)."""

GAIN: Final = (0.8, 1.25)
"""How much brighter or darker than the real one an iris may be, or the white of the eye seems to end
elsewhere: with up to 1.6 and a drawn profile, gaze on the infant clip was 0.69 instead of 0.80 (with
wider rims around the eyes than today's, which reach 0.71: docs/explanation/looks.md)."""

HIGHLIGHT: Final = 45.0
"""Brighter than the iris by this much is a reflection of a lamp or window."""


def recolour(picture: Floats, landmarks: Floats, irises: Floats, colour: Floats) -> Floats:
    """
    Return a part of a frame (h, w, 3) with other irises.

    `landmarks` (468, at least 2) and `irises` (2, 5, 2) in the picture's pixels, after warping.
    """
    result = picture.copy()
    for eye, iris in zip((LEFT_EYE, RIGHT_EYE), irises, strict=True):
        centre = iris[0]
        radius = float(np.linalg.norm(iris[1:] - centre, axis=1).mean())
        opening = landmarks[list(eye), :2]
        if radius < SMALLEST_RADIUS or not _is_open(opening, radius):
            continue
        # Nothing outside this square changes.
        corner = np.maximum(np.floor(centre - 1.5 * radius - 2), 0).astype(int)
        x0, y0 = corner.tolist()
        x1, y1 = np.ceil(centre + 1.5 * radius + 2).astype(int).tolist()
        part = result[y0:y1, x0:x1]
        if part.size:
            part[:] = _one_iris(part, opening - corner, centre - corner, radius, colour)
    return result


def _is_open(opening: Floats, radius: float) -> bool:
    # The shorter side of the opening, however the head is turned.
    spread = np.linalg.svd(opening - opening.mean(axis=0), compute_uv=False)
    return 2 * float(spread[1]) * np.sqrt(2 / len(opening)) > 0.2 * radius


def _one_iris(
    picture: Floats, opening: Floats, centre: Floats, radius: float, colour: Floats
) -> Floats:
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    distance = np.hypot(x - centre[0], y - centre[1]) / radius
    lids = np.zeros((height, width), np.uint8)
    cv2.fillPoly(lids, [np.round(opening * 16).astype(np.int32)], 255, shift=4)
    soft = max(0.5, 0.08 * radius)
    inside = np.clip((1.0 - distance) * radius / soft / 2 + 0.5, 0, 1)
    alpha = inside * cv2.GaussianBlur(lids, (0, 0), soft).astype(np.float32) / 255
    ring = (distance < LIMBUS) & (distance > PUPIL) & (lids > 0)
    if ring.sum() < FEWEST:
        return picture
    luma = picture @ LUMA
    alpha *= _eyeball(picture, luma, lids, radius)
    bright = float(np.median(luma[ring]))
    # Pupil, dark border and shadows of the lids stay, and with them where the eye looks.
    blurred = _blurred(luma, lids, SMOOTH * radius)
    own = max(float(colour @ LUMA), 1.0)
    gain = np.clip(own / max(bright, 1.0), *GAIN)
    painted = (blurred * gain * _pupil(distance) / own)[..., None] * colour
    shining = np.clip((luma - bright - HIGHLIGHT) / 30, 0, 1)[..., None]
    painted = painted * (1 - shining) + picture * shining
    return picture + (painted - picture) * alpha[..., None]


def _eyeball(picture: Floats, luma: Floats, lids: Image, radius: float) -> Floats:
    """
    Return where there is an eyeball and no skin: (h, w), 0 to 1.

    A mesh follows a lid roughly; an iris painted on a lid opens a closed eye. Skin is what lies
    around the eye: an eyeball is darker than it, or less red.
    """
    around = cv2.dilate(lids, np.ones((3, 3), np.uint8), iterations=max(2, round(0.5 * radius)))
    skin = (around > 0) & (lids == 0)
    if not skin.any():
        return np.ones(luma.shape, np.float32)
    darker = 1 - luma / max(float(np.median(luma[skin])), 1.0)
    redness = (picture[..., 2] - picture[..., 1]) / np.maximum(picture.sum(axis=2), 1.0)
    paler = float(np.median(redness[skin])) - redness
    evidence = np.maximum(darker / DARKER, paler / PALER)
    shown = np.clip(evidence, 0, 1).astype(np.float32)
    return cv2.GaussianBlur(shown, (0, 0), max(0.5, 0.15 * radius))


def _blurred(luma: Floats, lids: Image, sigma: float) -> Floats:
    """Return the luma (h, w) without fine detail; the skin around the eyeball does not leak in."""
    weight, sigma = (lids > 0).astype(np.float32), max(sigma, 0.5)
    total: Floats = cv2.GaussianBlur(luma * weight, (0, 0), sigma)
    return total / np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3)


def _pupil(distance: Floats) -> Floats:
    """Return how much darker the pupil is than its iris; `distance` in radii of the iris."""
    return 1 - PUPIL_DEPTH * np.clip((PUPIL - distance) / 0.25 + 0.5, 0, 1)
