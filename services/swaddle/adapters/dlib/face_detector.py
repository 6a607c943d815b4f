"""
dlib's histogram-of-gradients detector, which shares nothing with the networks: for the gate.

Dalal and Triggs, CVPR 2005; King, "Max-Margin Object Detection", 2015. It comes with the library.
"""

from collections.abc import Sequence

import dlib
import numpy as np

from swaddle.kernel.faces import Detection
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box


class DlibFaceDetector:
    """Finds upright frontal faces of at least 80 pixels."""

    name = "dlib-hog"

    def __init__(self, threshold: float = 0.0) -> None:
        """`threshold`: dlib's own default is 0; larger finds less."""
        self._detector = dlib.get_frontal_face_detector()
        self._threshold = threshold

    def detect_each(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        """Take one after the other: the model has no batches."""
        return [self.detect(image) for image in images]

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """Return the faces of a BGR picture, best score first; the points are a guess."""
        rgb = np.ascontiguousarray(image[:, :, ::-1])
        boxes, scores, _ = self._detector.run(rgb, 0, self._threshold)
        faces = []
        for found, score in zip(boxes, scores, strict=True):
            box = Box(found.left(), found.top(), found.right() + 1, found.bottom() + 1)
            faces.append(Detection(box, min(1.0, max(0.0, score / 2)), _typical_points(box)))
        return tuple(sorted(faces, key=lambda face: -face.score))


def _typical_points(box: Box) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return where eyes, nose and mouth usually are in dlib's boxes."""
    relative = np.array([[0.3, 0.3], [0.7, 0.3], [0.5, 0.55], [0.35, 0.75], [0.65, 0.75]])
    placed = relative * [box.width, box.height] + [box.x0, box.y0]
    return placed.astype(np.float32)
