"""The cut-out of a face that the recogniser gets."""

from typing import Final

import numpy as np

from .faces import Mesh
from .frames import Frame, Image
from .geometry import Floats

SIDE: Final = 320
"""Pixels of the cut-out."""


def cut_out(frame: Frame, landmarks: Floats) -> tuple[Image, Floats]:
    """
    Return a face upright, (320, 320, 3) BGR, and its mesh in the pixels of that picture.

    `landmarks` (468, 3) in pixels of the frame.
    """
    region = Mesh(landmarks, 1.0).region()
    matrix = region.matrix(SIDE)
    flat = (landmarks[:, :2] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    placed = np.column_stack([flat, landmarks[:, 2] * (SIDE / region.size)])
    return frame.view(matrix, SIDE, SIDE), placed
