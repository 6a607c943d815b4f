"""
What the ControlNets see: the edges of the portrait, and its face as OpenPose draws one.

OpenPose's face has 70 points: the 68 of the iBUG 300-W scheme (Sagonas et al., 2013) and both
pupils (Cao et al., "OpenPose", IEEE PAMI 43(1), 2021). The network was trained with them as white
dots on black, so nothing else is drawn.
"""

from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import LEFT_EYE, RIGHT_EYE
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats

JAW: Final = (
    *(162, 234, 93, 58, 172, 136, 149, 148, 152),
    *(377, 378, 365, 397, 288, 323, 454, 389),
)
"""Points 0 to 16: from the temple that is left in the picture over the chin to the other."""

BROWS: Final = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
"""Points 17 to 26, from left to right."""

NOSE: Final = (168, 197, 5, 4, 98, 97, 2, 326, 327)
"""Points 27 to 35: down the ridge, then below the nostrils from left to right."""

EYES: Final = (33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380)
"""Points 36 to 47: around each eye from its left corner, over the upper lid."""

OUTER_LIPS: Final = (61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181)
"""Points 48 to 59: from the left corner of the mouth, over the upper lip."""

INNER_LIPS: Final = (78, 82, 13, 312, 308, 317, 14, 87)
"""Points 60 to 67, likewise."""

IBUG: Final = (*JAW, *BROWS, *NOSE, *EYES, *OUTER_LIPS, *INNER_LIPS)
"""Points of the MediaPipe mesh for points 0 to 67."""

DOT: Final = 3 / 512
"""Radius of a dot in sides of the picture: the drawings that the networks were trained with have 3
pixels at 512."""


def keypoints(points: Floats) -> Floats:
    """Return OpenPose's face, (70, 2), from a mesh (at least 468, at least 2)."""
    pupils = [points[list(eye), :2].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE)]
    return np.concatenate([points[list(IBUG), :2], pupils])


def openpose(points: Floats, size: int) -> Image:
    """Return the drawing: (size, size, 3)."""
    drawing = np.zeros((size, size, 3), np.uint8)
    radius = max(1, round(DOT * size))
    for x, y in np.round(keypoints(points)).astype(int).tolist():
        cv2.circle(drawing, (x, y), radius, (255, 255, 255), -1)
    return drawing


def canny(picture: Image, low: int, high: int) -> Image:
    """Return the edges of a BGR picture, white on black: (h, w, 3)."""
    edges = cv2.Canny(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), low, high)
    return cv2.cvtColor(edges, cv2.COLOR_GRAY2BGR)
