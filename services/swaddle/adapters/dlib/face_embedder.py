"""
dlib's face recognition ResNet: 128 numbers a face.

The weights (dlib_face_recognition_resnet_model_v1.dat) are CC0. Raw vectors of small children are
nearly parallel, so the mean of many synthetic people is subtracted first (DESIGN 5).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dlib
import numpy as np

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.faces import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    NOSE_BASE,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
)
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.recognition import require_centre

WIDTH: Final = 128
"""Numbers for a face."""

CHIP_SIDE: Final = 150
"""Pixels of the aligned picture the network was trained on."""

CHIP_PADDING: Final = 0.25

# The order of dlib's own five points: eye corners of the picture's right eye from outside to
# inside, of its left eye likewise, and the base of the nose.
FIVE_POINTS: Final = (
    RIGHT_EYE_OUTER,
    RIGHT_EYE_INNER,
    LEFT_EYE_OUTER,
    LEFT_EYE_INNER,
    NOSE_BASE,
)


class DlibFaceEmbedder:
    """Runs the ResNet on the CPU."""

    def __init__(self, model: Path, mean: Floats) -> None:
        """`mean` (128,): the raw vector of nobody in particular."""
        if not model.is_file():
            raise ModelMissing(f"The model {model.name} is not there.")
        require_centre(mean, WIDTH, "dlib")
        try:
            self._network = dlib.face_recognition_model_v1(str(model))
        except RuntimeError as error:
            raise ModelMissing(f"The model {model.name} is no recogniser of dlib's.") from error
        self._mean = mean

    def embed(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """Return one centred unit vector for each face: (n, 128)."""
        if not faces:
            return np.zeros((0, WIDTH), np.float32)
        centred = self.raw(faces) - self._mean
        return centred / np.linalg.norm(centred, axis=1, keepdims=True)

    def raw(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """Return the network's own vectors, as the mean is learned from: (n, 128)."""
        chips = [_chip(image, landmarks) for image, landmarks in faces]
        return np.asarray(self._network.compute_face_descriptor(chips), np.float32)


def _chip(image: Image, landmarks: Floats) -> Image:
    box = Box.around(landmarks)
    points = dlib.points()
    for index in FIVE_POINTS:
        x, y = landmarks[index, :2].round().astype(int).tolist()
        points.append(dlib.point(x, y))
    edges = dlib.rectangle(int(box.x0), int(box.y0), int(box.x1), int(box.y1))
    shape = dlib.full_object_detection(edges, points)
    rgb = np.ascontiguousarray(image[:, :, ::-1])
    return dlib.get_face_chip(rgb, shape, size=CHIP_SIDE, padding=CHIP_PADDING)
