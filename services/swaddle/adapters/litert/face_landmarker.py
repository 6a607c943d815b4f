"""
MediaPipe's face mesh and iris models.

Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs", 2019;
Ablavatski et al., "Real-time Pupil Tracking from Monocular Video for Digital Puppetry", 2020.
"""

from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.faces import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    MESH_POINTS,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    Mesh,
)
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats, Region

from .interpreter import LitertModel, sigmoid

LANDMARKS: Final = "conv2d_21"
PRESENCE: Final = "conv2d_31"
IRIS: Final = "output_iris"

EYE_REGION: Final = 2.3
"""Side of the iris model's picture, in distances between the corners of the eye (MediaPipe's
iris_landmark_left_and_right graph)."""


class LitertFaceLandmarker:
    """Fits the mesh, and the irises, on the CPU."""

    def __init__(self, mesh: Path, iris: Path, threads: int = 1) -> None:
        self._mesh = LitertModel(mesh, threads)
        self._iris = LitertModel(iris, threads)

    def fit(self, frame: Frame, region: Region) -> Mesh:
        """Return the mesh of the face in this part of the frame, and how sure it is there."""
        side = self._mesh.side
        matrix = region.matrix(side)
        outputs = self._mesh(frame.view(matrix, side, side))
        points = outputs[LANDMARKS].reshape(MESH_POINTS, 3)
        flat = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        depth = points[:, 2] * (region.size / side)
        presence = float(sigmoid(outputs[PRESENCE]).reshape(-1)[0])
        return Mesh(np.column_stack([flat, depth]).astype(np.float32), presence)

    def irises(self, frame: Frame, mesh: Mesh) -> Floats:
        """
        Return centre, right, top, left and bottom of both irises, in pixels: (2, 5, 2).

        The left eye of the picture comes first.
        """
        points = mesh.landmarks[:, :2]
        left = self._one_iris(frame, points[LEFT_EYE_OUTER], points[LEFT_EYE_INNER], flip=False)
        right = self._one_iris(frame, points[RIGHT_EYE_INNER], points[RIGHT_EYE_OUTER], flip=True)
        return np.stack([left, right])

    def _one_iris(self, frame: Frame, start: Floats, end: Floats, *, flip: bool) -> Floats:
        """`flip`: the model knows one eye only, the other is shown to it mirrored."""
        side = self._iris.side
        cx, cy = ((start + end) / 2).tolist()
        across = end - start
        size = max(EYE_REGION * float(np.hypot(*across)), 1.0)
        matrix = Region(cx, cy, size, float(np.arctan2(across[1], across[0]))).matrix(side)
        view = frame.view(matrix, side, side)
        points = self._iris(view[:, ::-1] if flip else view)[IRIS].reshape(5, 3)[:, :2]
        if flip:
            points = np.column_stack([side - 1 - points[:, 0], points[:, 1]])[[0, 3, 2, 1, 4]]
        return (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
