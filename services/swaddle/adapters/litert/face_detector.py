"""
MediaPipe's full-range face detector: independent of CenterFace, so it serves the gate.

Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import Detection
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box

from .anchors import decode, grid
from .interpreter import LitertModel

ANCHORS: Final = ((48, 1),)
OVERLAP: Final = 0.3
THRESHOLD: Final = 0.6
"""MediaPipe's own default for this model."""


class LitertFaceDetector:
    """Finds faces of at least about a twentieth of the picture's side."""

    name = "mediapipe-full-range"

    def __init__(self, model: Path, threshold: float = THRESHOLD, threads: int = 1) -> None:
        """`threshold`: of the score, 0 to 1."""
        self._model = LitertModel(model, threads, signed=True)
        self._threshold = threshold
        self._anchors = grid(ANCHORS)

    def detect_each(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        """Take one after the other: the model has no batches."""
        return [self.detect(image) for image in images]

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """Return the faces of a BGR picture, best score first."""
        height, width = image.shape[:2]
        long = max(height, width)
        side = self._model.side
        square = np.zeros((side, side, 3), np.uint8)
        small = cv2.resize(
            image,
            (max(1, round(width * side / long)), max(1, round(height * side / long))),
            interpolation=cv2.INTER_AREA if long > side else cv2.INTER_LINEAR,
        )
        square[: small.shape[0], : small.shape[1]] = small
        outputs = self._model(square)
        found = decode(
            outputs["Identity"],
            outputs["Identity_1"],
            self._anchors,
            side,
            self._threshold,
            OVERLAP,
        )
        faces = []
        for box, score, points in zip(found.boxes, found.scores, found.points, strict=True):
            x0, y0, x1, y1 = (box * long).tolist()
            # Right eye, left eye, nose, middle of the mouth, ears: the mouth's corners are unknown.
            eye_a, eye_b, nose, mouth = (points[:4] * long).astype(np.float32)
            five = np.stack([eye_a, eye_b, nose, mouth, mouth])
            faces.append(Detection(Box(x0, y0, x1, y1), float(score), five))
        return tuple(sorted(faces, key=lambda face: -face.score))
