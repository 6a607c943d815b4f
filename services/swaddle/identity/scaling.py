"""Portraits with the pixels that the frame has for a face: no more than there are."""

from typing import Final

import cv2
import numpy as np

from swaddle.kernel.frames import Image

SMALLEST_SIDE: Final = 16
"""Of a portrait, in pixels: no face is found in smaller ones."""


def scaled(picture: Image, ratio: float) -> Image:
    """
    Scale a square picture, so that a small face is painted with the pixels the frame has for it.

    What is painted with more looks like another person to the recogniser (0.5 of 1 at 20 pixels).
    """
    if ratio == 1:
        return picture
    side = max(SMALLEST_SIDE, round(picture.shape[0] * ratio))
    way = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (side, side), interpolation=way), np.uint8)
