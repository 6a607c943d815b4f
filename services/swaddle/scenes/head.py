"""A head in space: a face on a skull, with an expression, turned, and seen from the front."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import CHIN, INNER_LIPS, LEFT_EYE, LOWER_LIP, RIGHT_EYE, UPPER_LIP
from swaddle.kernel.geometry import Floats

from .scene import HeadKey

CENTRE: Final = np.array([128.0, 100.0, 118.0])
"""Of the skull, in canonical coordinates (texture pixels, z away from the viewer)."""
RADII: Final = np.array([90.0, 122.0, 112.0])
"""Of the skull: as wide as the mesh at the ears, half a face deeper than wide."""
EARS: Final = np.array([[38.0, 128.0, 128.0], [218.0, 128.0, 128.0]])
FACE_HEIGHT: Final = 256.0
"""Canonical length that `HeadKey.size` speaks of."""

JAW_DROP: Final = 26.0
"""Texture pixels by which the chin falls when the mouth is wide open."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A head in a picture."""

    turn: Floats
    """(3, 3): rotation from canonical directions to the picture's."""
    scale: float
    """Pixels for a texture pixel."""
    middle: Floats
    """(2,): where the middle of the skull is."""

    def points(self, canonical: Floats) -> Floats:
        """Return canonical points (n, 3) in the picture: x and y in pixels, z away from it."""
        moved = (canonical - CENTRE) @ self.turn.T * self.scale
        moved[:, :2] += self.middle
        return np.asarray(moved)

    def outline(self) -> Floats:
        """Return (2, 2): the matrix M of the skull's silhouette x' M x = 1 about its middle."""
        spread = self.turn @ np.diag((RADII * self.scale) ** 2) @ self.turn.T
        return np.linalg.inv(spread[:2, :2])


def place(key: HeadKey, width: int, height: int) -> Placed:
    """Return where a head is in a picture of this size."""
    return Placed(
        _rotation(key),
        key.size * height / FACE_HEIGHT,
        np.array([key.x * width, key.y * height]),
    )


def expressed(shape: Floats, key: HeadKey) -> Floats:
    """Return a mesh (498, 3) with the mouth opened and the lids closed as the key says."""
    face = shape.copy()
    _open_mouth(face, key.mouth)
    for eye in (LEFT_EYE, RIGHT_EYE):
        _close(face, list(eye), key.blink)
    return face


def _open_mouth(face: Floats, amount: float) -> None:
    lips = face[list(INNER_LIPS), :2]
    left, right = lips[:, 0].min(), lips[:, 0].max()
    middle, reach = (left + right) / 2, right - left
    level = lips[:, 1].mean()
    aside = np.abs(face[:, 0] - middle) / reach
    depth = np.clip((face[:, 1] - level) / (face[CHIN, 1] - level), 0, 1)
    # The corners of the mouth hold, the lower lip and the chin fall; cheeks follow less.
    arch = np.clip(1 - (2 * aside) ** 2, 0, 1)
    beside = np.clip(1 - aside**2, 0, 1) * np.clip(6 * depth, 0, 1)
    lower = face[:, 1] > level + 0.3
    lower[list(LOWER_LIP)], lower[list(UPPER_LIP)] = True, False
    face[lower, 1] += amount * JAW_DROP * np.maximum(arch, beside)[lower]


def _close(face: Floats, ring: list[int], amount: float) -> None:
    corners = face[ring]
    left, right = corners[corners[:, 0].argmin()], corners[corners[:, 0].argmax()]
    chord = np.interp(corners[:, 0], [left[0], right[0]], [left[1], right[1]])
    lower = corners[:, 1] >= chord
    order = np.argsort(corners[lower, 0])
    floor = np.interp(corners[:, 0], corners[lower, 0][order], corners[lower, 1][order])
    face[ring, 1] += np.where(lower, 0, amount * (floor - corners[:, 1]))


def _rotation(key: HeadKey) -> Floats:
    yaw, pitch, roll = np.radians([key.yaw, key.pitch, key.roll])
    # Canonical: x right, y down, z away. A face that turns to the right shows its left cheek.
    about_y = cv2.Rodrigues(np.array([0.0, -yaw, 0.0]))[0]
    about_x = cv2.Rodrigues(np.array([-pitch, 0.0, 0.0]))[0]
    about_z = cv2.Rodrigues(np.array([0.0, 0.0, roll]))[0]
    # In the order in which `kernel.measures` takes them apart.
    return np.asarray(about_z @ about_y @ about_x)
