"""
MediaPipe's face mesh, and the attention mesh that looks closer.

Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs", 2019.
"""

from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.faces import MESH_POINTS, Mesh
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.numbers import require_numbers

from .attention import AttentionMesh
from .interpreter import LitertModel, sigmoid

LANDMARKS: Final = "conv2d_21"
PRESENCE: Final = "conv2d_31"


class LitertFaceLandmarker:
    """Fits the mesh, and looks at it closely, on the CPU."""

    def __init__(self, mesh: Path, attention: Path, threads: int = 1) -> None:
        self._mesh = LitertModel(mesh, threads)
        self._attention = AttentionMesh(attention, threads)

    def fit(self, frame: Frame, region: Region) -> Mesh:
        """Return the mesh of the face in this part of the frame, and how sure it is there."""
        side = self._mesh.side
        matrix = region.matrix(side)
        outputs = self._mesh(frame.view(matrix, side, side))
        require_numbers("The face mesh", outputs[LANDMARKS], outputs[PRESENCE])
        points = outputs[LANDMARKS].reshape(MESH_POINTS, 3)
        depth = points[:, 2] * (region.size / side)
        presence = float(sigmoid(outputs[PRESENCE]).reshape(-1)[0])
        return Mesh(np.column_stack([_in_frame(points[:, :2], matrix), depth]), presence)

    def look_closer(self, frame: Frame, mesh: Mesh) -> tuple[Mesh, Floats]:
        """Let the attention mesh look where the mesh lies; how deep the points are, the mesh knows."""
        side = self._attention.side
        matrix = mesh.region().matrix(side)
        points, irises, sure = self._attention(frame.view(matrix, side, side))
        landmarks = mesh.landmarks.copy()
        landmarks[:, :2] = _in_frame(points, matrix)
        return Mesh(landmarks, min(mesh.presence, sure)), _in_frame(irises, matrix)


def _in_frame(points: Floats, matrix: Floats) -> Floats:
    return (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
