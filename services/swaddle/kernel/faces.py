"""What models say about one picture: faces, meshes, hands, persons."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from .geometry import Box, Floats, Region

MESH_POINTS: Final = 468
"""Points of the MediaPipe face mesh, the landmark scheme of the whole project."""

# Indices into the mesh (MediaPipe canonical face model). "Left" is the left side of an upright
# picture, which is the person's right.
LEFT_EYE_OUTER, LEFT_EYE_INNER = 33, 133
RIGHT_EYE_INNER, RIGHT_EYE_OUTER = 362, 263
NOSE_TIP, NOSE_BASE = 1, 2
MOUTH_LEFT, MOUTH_RIGHT = 61, 291
LIP_UPPER_INNER, LIP_LOWER_INNER = 13, 14
FOREHEAD_TOP, CHIN = 10, 152
LEFT_EYE_UPPER, LEFT_EYE_LOWER = 159, 145
RIGHT_EYE_UPPER, RIGHT_EYE_LOWER = 386, 374

LEFT_EYE: Final = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
RIGHT_EYE: Final = (
    *(362, 382, 381, 380, 374, 373, 390, 249),
    *(263, 466, 388, 387, 386, 385, 384, 398),
)
LEFT_UPPER_LID: Final = (246, 161, 160, 159, 158, 157, 173)
RIGHT_UPPER_LID: Final = (466, 388, 387, 386, 385, 384, 398)
"""Edges of the lids between the corners, from the outer one to the inner one."""

INNER_LIPS: Final = (
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324),
    *(308, 415, 310, 311, 312, 13, 82, 81, 80, 191),
)
LOWER_LIP: Final = INNER_LIPS[1:10]
UPPER_LIP: Final = INNER_LIPS[:10:-1]
"""The inner rims of the lips between the corners of the mouth, from left to right."""

OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
ZONES: Final = 3
"""Of the face's detail: brows, middle of the face, mouth with the chin."""

STABLE: Final = (
    *(33, 133, 362, 263, 168, 6, 197, 195, 5, 4, 1, 2, 98, 327),
    *(10, 151, 9, 8, 109, 338, 67, 297, 127, 356, 234, 454, 93, 323),
)
"""Points that expressions hardly move: eye corners, nose, forehead, temples."""


class AgeGroup(StrEnum):
    """Which people a face is compared with, and which identities it may be given."""

    INFANT = "infant"
    """Up to about two years."""
    CHILD = "child"
    """About two to twelve years."""
    ADULT = "adult"
    """Older."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A face as a detector reports it."""

    box: Box
    score: float
    """0..1, on the detector's own scale."""
    points: Floats
    """(5, 2): left eye, right eye, nose, left and right corner of the mouth, as in the picture."""

    def region(self) -> Region:
        """Return a turned square that a landmarker can start from."""
        left, right, _, mouth_left, mouth_right = self.points
        eyes, mouth = (left + right) / 2, (mouth_left + mouth_right) / 2
        across, down = right - left, mouth - eyes
        # 3.6 eye distances or eye-to-mouth distances hold the mesh with the margin it was trained
        # with; a face in profile has almost no eye distance, so the box counts as well.
        size = max(
            3.6 * float(np.hypot(*across)), 3.6 * float(np.hypot(*down)), 1.3 * self.box.size
        )
        # The longer of the two axes tells the roll more exactly.
        if np.hypot(*across) >= np.hypot(*down):
            angle = float(np.arctan2(across[1], across[0]))
        else:
            angle = float(np.arctan2(-down[0], down[1]))
        cx, cy = ((eyes + mouth) / 2).tolist()
        return Region(cx, cy, size, angle)


def five_points(landmarks: Floats) -> Floats:
    """
    Return the five points of a mesh, in the order of `Detection.points`: (468, 2 or 3) -> (5, 2).

    The middle of an eye is that of its rim, which a look aside does not move.
    """
    flat = np.asarray(landmarks)[:, :2]
    eyes = [flat[list(rim)].mean(axis=0) for rim in (LEFT_EYE, RIGHT_EYE)]
    return np.stack([*eyes, flat[NOSE_TIP], flat[MOUTH_LEFT], flat[MOUTH_RIGHT]])


@dataclass(frozen=True, slots=True)
class Mesh:
    """A face mesh fitted to a picture."""

    landmarks: Floats
    """(468, 3): x, y in pixels; z in pixels too, smaller is nearer to the camera."""
    presence: float
    """0..1: how sure the model is that the region holds a face."""

    @property
    def box(self) -> Box:
        """The smallest box that holds the mesh."""
        return Box.around(self.landmarks)

    def region(self) -> Region:
        """
        Return the turned square in which the model should look next.

        MediaPipe's face_landmarks_to_roi: turned so that the outer eye corners are level,
        1.5 times as large as the mesh.
        """
        points = self.landmarks[:, :2]
        across = points[RIGHT_EYE_OUTER] - points[LEFT_EYE_OUTER]
        angle = float(np.arctan2(across[1], across[0]))
        c, s = np.cos(angle), np.sin(angle)
        level = points @ np.array([[c, -s], [s, c]])
        low, high = level.min(axis=0), level.max(axis=0)
        cx, cy = (((low + high) / 2) @ np.array([[c, s], [-s, c]])).tolist()
        return Region(cx, cy, 1.5 * float((high - low).max()), angle)


@dataclass(frozen=True, slots=True)
class Face:
    """A face in one frame: a mesh where one fits, a box in any case."""

    box: Box
    score: float
    """Of the detector; 0 where it was not asked."""
    mesh: Mesh | None

    @property
    def presence(self) -> float:
        """How sure the mesh is; 0 without one."""
        return 0.0 if self.mesh is None else self.mesh.presence

    def region(self) -> Region:
        """Return the turned square that holds the face with some margin."""
        if self.mesh is not None:
            return self.mesh.region()
        cx, cy = self.box.center
        return Region(cx, cy, 1.5 * self.box.size)


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand's skeleton."""

    points: Floats
    """(21, 2): wrist, then four points for each finger from the thumb on."""
    score: float
    """0..1: how sure the model is that this is a hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A body's skeleton."""

    box: Box
    """The head: a square about the middle of nose, eyes and ears."""
    score: float
    face_visibility: float
    """0..1: the visibility of the nose or of the better visible eye, whichever is larger."""
    points: Floats
    """(33, 3): x, y in pixels and visibility 0..1 of MediaPipe's body points, the nose first."""
