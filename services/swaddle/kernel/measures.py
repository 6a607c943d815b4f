"""
What the landmarks of a face tell: where the head points, how eyes, mouth and brows stand.

Everything is a number without a picture: an angle, or a ratio of two distances on one face.

Axes of the head pose, for an observer who looks at the picture: `roll` is how far the head is
turned in the plane of the picture, clockwise; then, about the head's own axis from crown to chin,
`yaw`: positive when the face turns towards the side that is right in an upright picture; then,
about the axis through the ears, `pitch`: positive when the face looks up. All are 0 for a face
that is upright and looks into the camera. Turned in this order (intrinsic z, y', x''), a child
that lies on its side has a roll of 90 degrees and a yaw and pitch like a child that sits.

"Left" is left in an upright picture: the person's right.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .faces import (
    LEFT_EYE_INNER,
    LEFT_EYE_LOWER,
    LEFT_EYE_OUTER,
    LEFT_EYE_UPPER,
    LIP_LOWER_INNER,
    LIP_UPPER_INNER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    RIGHT_EYE_INNER,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_OUTER,
    RIGHT_EYE_UPPER,
)
from .geometry import Floats
from .texture_space import pose

Measures = dict[str, NDArray[np.float32]]

EYES: Final = {
    "left": (LEFT_EYE_OUTER, 160, 158, LEFT_EYE_INNER, 153, 144),
    "right": (RIGHT_EYE_INNER, 385, 387, RIGHT_EYE_OUTER, 373, 380),
}
"""Corner, two points of the upper lid, corner, two points of the lower lid, around the eye: p1 to
p6 of Soukupova and Cech, "Real-Time Eye Blink Detection using Facial Landmarks", 2016, figure 1."""

LIDS: Final = {
    "left": (LEFT_EYE_UPPER, LEFT_EYE_LOWER),
    "right": (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER),
}
BROWS: Final = {"left": 105, "right": 334}
INNER_BROWS: Final = (107, 336)
INNER_MOUTH: Final = (78, 308)

CLOSED_BELOW: Final = 0.1
"""Gap between the lids, in widths of the eye, below which nobody can say where an eye looks."""

MEASURES: Final = (
    *("yaw", "pitch", "roll"),
    *("eye_openness_left", "eye_openness_right"),
    *("gaze_horizontal_left", "gaze_vertical_left"),
    *("gaze_horizontal_right", "gaze_vertical_right"),
    *("mouth_openness", "mouth_width", "mouth_corner_lift"),
    *("brow_height_left", "brow_height_right", "brow_gap"),
)


def measure(landmarks: Floats, irises: Floats) -> Measures:
    """
    Return every measure of some faces, (n,) each; NaN where a face does not tell.

    `landmarks` (n, 468, 3) and `irises` (n, 2, 5, 2) are in pixels of the picture.
    """
    if not len(landmarks):
        return {name: np.zeros(0, np.float32) for name in MEASURES}
    points = np.asarray(landmarks, np.float64)
    placed = [pose(face) for face in points]
    # Seen from the front, a turned head is as wide as any other.
    front = np.array([at(face) for at, face in zip(placed, points, strict=True)])[..., :2]
    angles = np.array([head_angles(at.rotation) for at in placed])
    found = dict(zip(("yaw", "pitch", "roll"), angles.T, strict=True))
    for index, side in enumerate(EYES):
        found[f"eye_openness_{side}"] = eye_aspect_ratio(front, side)
        across, up = gaze(points[..., :2], np.asarray(irises)[:, index, 0], side)
        found[f"gaze_horizontal_{side}"], found[f"gaze_vertical_{side}"] = across, up
    found |= _mouth(front) | _brows(front)
    return {name: found[name].astype(np.float32) for name in MEASURES}


def head_angles(rotation: Floats) -> tuple[float, float, float]:
    """
    Return yaw, pitch and roll in degrees.

    `rotation` (3, 3) is that of `texture_space.pose`: its columns are the head's axes (to the
    right, to the chin, to the back of the head) in the picture (to the right, down, away).
    """
    # rotation = Rz(roll) @ Ry(-yaw) @ Rx(-pitch), from the elements that hold one angle each.
    yaw = np.arcsin(np.clip(rotation[2, 0], -1.0, 1.0))
    pitch = -np.arctan2(rotation[2, 1], rotation[2, 2])
    roll = np.arctan2(rotation[1, 0], rotation[0, 0])
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))


def eye_aspect_ratio(front: Floats, side: str) -> Floats:
    """
    Return the mean gap between the lids over the width of the eye: (n,), from `front` (n, 468, 2).

    Equation 1 of Soukupova and Cech: about 0.3 for an open eye, near 0 for a closed one.
    """
    p1, p2, p3, p4, p5, p6 = EYES[side]
    gaps = _distance(front, p2, p6) + _distance(front, p3, p5)
    return gaps / np.maximum(2 * _distance(front, p1, p4), 1e-9)


def gaze(flat: Floats, iris: Floats, side: str) -> tuple[Floats, Floats]:
    """
    Return where the centre of the iris is in its eye: horizontally and vertically, (n,) each.

    Both in halves of the eye's width, from the middle between its corners: -1 is the left corner,
    1 the right one; positive is above the line through the corners. (Not a share of the gap
    between the lids: of a narrow gap that is noise.) NaN where the eye is closed. `flat`
    (n, 468, 2) and `iris` (n, 2) are in the picture's pixels: both shrink alike when a head turns.
    """
    across, up, width = _axes(flat, side)
    middle = (flat[:, EYES[side][0]] + flat[:, EYES[side][3]]) / 2
    horizontal = ((iris - middle) * across).sum(axis=1) / (width / 2)
    vertical = ((iris - middle) * up).sum(axis=1) / (width / 2)
    closed = lid_gap(flat, side) < CLOSED_BELOW
    return (
        np.where(closed, np.nan, np.clip(horizontal, -1, 1)),
        np.where(closed, np.nan, np.clip(vertical, -1, 1)),
    )


def lid_gap(flat: Floats, side: str) -> Floats:
    """Return the gap between the lids in widths of the eye: (n,), from `flat` (n, 468, 2)."""
    _, up, width = _axes(flat, side)
    upper, lower = (flat[:, lid] for lid in LIDS[side])
    return ((upper - lower) * up).sum(axis=1) / width


def rim_gap(
    points: Floats, one: Sequence[int], other: Sequence[int], corners: Sequence[int]
) -> float:
    """
    Return the mean distance between two rims, in distances between both corners.

    `points` (468, 2) or (468, 3) of one face; rims are told from one corner to the other.
    """
    left, right = points[list(corners)]
    apart = np.linalg.norm(points[list(one)] - points[list(other)], axis=1)
    return float(apart.mean()) / max(float(np.linalg.norm(right - left)), 1e-6)


def _axes(flat: Floats, side: str) -> tuple[Floats, Floats, Floats]:
    """Return unit vectors along an eye, (n, 2), and towards the forehead, and its width, (n,)."""
    across = flat[:, EYES[side][3]] - flat[:, EYES[side][0]]
    width = np.maximum(np.linalg.norm(across, axis=1), 1e-9)
    across = across / width[:, None]
    # y grows downwards.
    return across, np.column_stack([across[:, 1], -across[:, 0]]), width


def _mouth(front: Floats) -> dict[str, Floats]:
    corners = (front[:, MOUTH_LEFT, 1] + front[:, MOUTH_RIGHT, 1]) / 2
    middle = (front[:, LIP_UPPER_INNER, 1] + front[:, LIP_LOWER_INNER, 1]) / 2
    opening = _distance(front, LIP_UPPER_INNER, LIP_LOWER_INNER)
    return {
        "mouth_openness": opening / np.maximum(_distance(front, *INNER_MOUTH), 1e-9),
        "mouth_width": _distance(front, MOUTH_LEFT, MOUTH_RIGHT) / _eye_distance(front),
        "mouth_corner_lift": (middle - corners) / _eye_distance(front),
    }


def _brows(front: Floats) -> dict[str, Floats]:
    found: dict[str, Floats] = {"brow_gap": _distance(front, *INNER_BROWS) / _eye_distance(front)}
    for side, brow in BROWS.items():
        corners = (front[:, EYES[side][0], 1] + front[:, EYES[side][3], 1]) / 2
        found[f"brow_height_{side}"] = (corners - front[:, brow, 1]) / _eye_distance(front)
    return found


def _distance(front: Floats, one: int, other: int) -> Floats:
    return np.linalg.norm(front[:, one] - front[:, other], axis=1)


def _eye_distance(front: Floats) -> Floats:
    """Return the distance of the outer corners of the eyes: a face's own yardstick."""
    return np.maximum(_distance(front, LEFT_EYE_OUTER, RIGHT_EYE_OUTER), 1e-9)
