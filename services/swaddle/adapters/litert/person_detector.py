"""
MediaPipe's pose detector and pose landmark model.

Bazarevsky et al., "BlazePose: On-device Real-time Body Pose Tracking", 2020.
"""

from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.faces import Person
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Box, Floats, Region

from .anchors import decode, grid
from .interpreter import LitertModel, sigmoid

ANCHORS: Final = ((28, 2), (14, 2), (7, 6))
OVERLAP: Final = 0.3
THRESHOLD: Final = 0.5
"""MediaPipe's own default."""
POINTS: Final = 39
BODY_POINTS: Final = 33
"""The others are helpers of the model."""
NOSE: Final = 0
LEFT_EYE, RIGHT_EYE = 2, 5
LEFT_EAR, RIGHT_EAR = 7, 8
HEAD: Final = (NOSE, LEFT_EYE, RIGHT_EYE, LEFT_EAR, RIGHT_EAR)

BODY_SCALE: Final = 1.25
"""MediaPipe's pose_detection_to_roi."""

HEAD_SCALE: Final = 2.2
"""Side of the head's box, in distances of its farthest two of five points: ears are about 0.8 of
the width of a head apart, nose and eyes less."""


class LitertPersonDetector:
    """Finds people, on the CPU."""

    def __init__(
        self, detector: Path, landmarks: Path, threshold: float = THRESHOLD, threads: int = 1
    ) -> None:
        """`threshold`: of the detector's score, 0 to 1."""
        self._detector = LitertModel(detector, threads, signed=True)
        self._landmarks = LitertModel(landmarks, threads)
        self._threshold = threshold
        self._anchors = grid(ANCHORS)

    def persons(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame."""
        side = self._detector.side
        long = max(frame.width, frame.height)
        whole = Region((frame.width - 1) / 2, (frame.height - 1) / 2, float(long))
        matrix = whole.matrix(side)
        outputs = self._detector(frame.view(matrix, side, side))
        found = decode(
            outputs["Identity"],
            outputs["Identity_1"],
            self._anchors,
            side,
            self._threshold,
            OVERLAP,
        )
        people = []
        for points, score in zip(found.points, found.scores, strict=True):
            placed = points * side @ matrix[:, :2].T + matrix[:, 2]
            people.append(self._person(frame, _body_region(placed), float(score)))
        return tuple(people)

    def _person(self, frame: Frame, region: Region, score: float) -> Person:
        side = self._landmarks.side
        matrix = region.matrix(side)
        outputs = self._landmarks(frame.view(matrix, side, side))
        rows = outputs["Identity"].reshape(POINTS, 5)
        placed = rows[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        visible = sigmoid(rows[:, 3])
        certain = float(outputs["Identity_1"].reshape(-1)[0])
        face = max(float(visible[NOSE]), float(visible[LEFT_EYE]), float(visible[RIGHT_EYE]))
        points = np.column_stack([placed, visible])[:BODY_POINTS]
        return Person(_head(placed[list(HEAD)]), min(score, certain), face, points)


def _body_region(points: Floats) -> Region:
    """Return a square about the body: hips in the middle, the head up."""
    hips, top = points[0], points[1]
    along = top - hips
    angle = float(np.arctan2(along[0], -along[1]))
    size = 2 * BODY_SCALE * float(np.hypot(*along))
    return Region(float(hips[0]), float(hips[1]), max(size, 1.0), angle)


def _head(points: Floats) -> Box:
    centre = points.mean(axis=0)
    spread = float(np.linalg.norm(points[:, None] - points[None], axis=2).max())
    half = HEAD_SCALE * spread / 2
    return Box(
        float(centre[0]) - half,
        float(centre[1]) - half,
        float(centre[0]) + half,
        float(centre[1]) + half,
    )
