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
    LEFT_UPPER_LID,
    MESH_POINTS,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    RIGHT_UPPER_LID,
    Mesh,
)
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats, Region

from .interpreter import LitertModel, sigmoid

LANDMARKS: Final = "conv2d_21"
PRESENCE: Final = "conv2d_31"
IRIS: Final = "output_iris"
CONTOURS: Final = "output_eyes_contours_and_brows"

LEFT_LIDS: Final = (33, 7, 163, 144, 145, 153, 154, 155, 133, *LEFT_UPPER_LID)
RIGHT_LIDS: Final = (263, 249, 390, 373, 374, 380, 381, 382, 362, *RIGHT_UPPER_LID)
"""Points of the mesh that the first points of the contours stand for: the lower lid from the outer
corner to the inner one, then the upper lid (MediaPipe's iris tracking and its attention mesh)."""

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

    def eyes(self, frame: Frame, mesh: Mesh) -> tuple[Mesh, Floats]:
        """Let the iris model find lids and irises; how deep the lids lie, the mesh knows."""
        points = mesh.landmarks[:, :2]
        corners = (points[LEFT_EYE_OUTER], points[LEFT_EYE_INNER])
        left, left_lids = self._one_eye(frame, *corners, flip=False)
        corners = (points[RIGHT_EYE_INNER], points[RIGHT_EYE_OUTER])
        right, right_lids = self._one_eye(frame, *corners, flip=True)
        landmarks = mesh.landmarks.copy()
        landmarks[list(LEFT_LIDS), :2] = left_lids
        landmarks[list(RIGHT_LIDS), :2] = right_lids
        return Mesh(landmarks, mesh.presence), np.stack([left, right])

    def _one_eye(
        self, frame: Frame, start: Floats, end: Floats, *, flip: bool
    ) -> tuple[Floats, Floats]:
        """`flip`: the model knows one eye only, the other is shown to it mirrored."""
        side = self._iris.side
        cx, cy = ((start + end) / 2).tolist()
        across = end - start
        size = max(EYE_REGION * float(np.hypot(*across)), 1.0)
        matrix = Region(cx, cy, size, float(np.arctan2(across[1], across[0]))).matrix(side)
        view = frame.view(matrix, side, side)
        outputs = self._iris(view[:, ::-1] if flip else view)
        iris = outputs[IRIS].reshape(5, 3)[:, :2]
        lids = outputs[CONTOURS].reshape(-1, 3)[: len(LEFT_LIDS), :2]
        if flip:
            iris = np.column_stack([side - 1 - iris[:, 0], iris[:, 1]])[[0, 3, 2, 1, 4]]
            lids = np.column_stack([side - 1 - lids[:, 0], lids[:, 1]])
        placed = [(p @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32) for p in (iris, lids)]
        return placed[0], placed[1]
