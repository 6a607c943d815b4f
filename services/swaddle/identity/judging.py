"""
Whether a made picture looks as the portrait it was made from does.

A synthetic face that turns elsewhere, or opens a mouth that was closed, would carry that into every
frame of the video; one that no detector finds is none. Both pictures are measured by the same
models, so that what these get wrong alike counts for nothing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.faces import Mesh
from swaddle.kernel.frames import Image, still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.measures import measure
from swaddle.kernel.ports import FaceDetector, FaceLandmarker

from .ports import Portrait, Preview

SCORE: Final = 0.5
"""A detector is as sure of a face as FaceFusion 3.8 and BLANKET ask theirs to be."""

PRESENCE: Final = 0.5
"""The mesh model's own threshold (MediaPipe, face_landmark: `min_presence_confidence`)."""

OVERLAP: Final = 0.5
"""Intersection over union of the found face and the one that was asked for: at least 0.70 in the
same pictures as below."""

LIMITS: Final = {
    "yaw": 3.2,
    "pitch": 7.8,
    "roll": 2.3,
    "eye_openness_left": 0.09,
    "eye_openness_right": 0.09,
    "mouth_openness": 0.16,
}
"""
How far a measure may move: degrees, and ratios of `kernel.measures`.

So far it moves in 99 of 100 pictures in which only the person changed: 384 people of the face
space in portraits of 128 held-out synthetic faces (tools/judging.py). A smaller limit would refuse
people for having another face: 3 degrees of pitch are exceeded by 18 %.
"""


@dataclass(frozen=True, slots=True)
class Judge:
    """Looks at both pictures."""

    detector: FaceDetector
    landmarker: FaceLandmarker

    def accepted(self, picture: Image, portrait: Portrait) -> Preview | None:
        """
        Return the picture with its landmarks (468, 3), or None where it is not to be used.

        `picture` has the size of the portrait's.
        """
        asked = Mesh(portrait.landmarks.astype(np.float64), 1.0)
        found = self.detector.detect(picture)
        if not any(f.score >= SCORE and f.box.iou(asked.box) >= OVERLAP for f in found):
            return None
        seen, _ = made = self.measured(picture, asked)
        if seen.presence < PRESENCE or not alike(made, self.measured(portrait.picture, asked)):
            return None
        return picture, seen.landmarks

    def measured(self, picture: Image, asked: Mesh) -> tuple[Mesh, Floats]:
        """Return the face that the models see there, and its irises (2, 5, 2)."""
        frame = still(picture)
        mesh = self.landmarker.fit(frame, asked.region())
        return self.landmarker.look_closer(frame, mesh)


def alike(made: tuple[Mesh, Floats], real: tuple[Mesh, Floats]) -> bool:
    """Tell whether two faces, each with its irises (2, 5, 2), look the same way with one face."""
    found = differences(made, real)
    return all(found[name] <= limit for name, limit in LIMITS.items())


def differences(made: tuple[Mesh, Floats], real: tuple[Mesh, Floats]) -> dict[str, float]:
    """Return by how much each measure that has a limit moved."""
    both = measure(np.array([made[0].landmarks, real[0].landmarks]), np.array([made[1], real[1]]))
    return {name: float(abs(both[name][0] - both[name][1])) for name in LIMITS}
