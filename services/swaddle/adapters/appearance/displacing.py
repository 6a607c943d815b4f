"""
How the mesh of a real face moves to become another person's.

Shapes differ, expressions do not: an eye or a mouth is moved and scaled as a whole, so that it
opens and closes as the real one does, and is shut when that is shut.
"""

from functools import cache
from typing import Final

import numpy as np

from swaddle.kernel.faces import (
    INNER_LIPS,
    LEFT_EYE,
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    RIGHT_EYE,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
)
from swaddle.kernel.geometry import Floats, Similarity
from swaddle.kernel.texture_space import OUTLINE, SIDE, add_forehead, canonical

FIXED_BORDER: Final = 0.12 * SIDE
"""Texture pixels from the border within which the displacement grows from zero to its full."""

OPENINGS: Final = (
    (LEFT_EYE, LEFT_EYE_OUTER, LEFT_EYE_INNER),
    (RIGHT_EYE, RIGHT_EYE_INNER, RIGHT_EYE_OUTER),
    (INNER_LIPS, 78, 308),
)
"""What opens and closes: its outline, and the two corners."""

NARROWEST: Final = 1e-6


def displacement(person: Floats, face: Floats, landmarks: Floats, at: Similarity) -> Floats:
    """
    Return by how much each point moves in the frame: (498, 3), in pixels.

    `person` (498, 3) is the synthetic person's shape and `face` (468, 3) the real one's own, both
    in canonical coordinates; `landmarks` (468, 3) the real face in the frame, which `at` maps to
    the canonical face.
    """
    difference = person - add_forehead(face)
    now = at(landmarks)
    for outline, left, right in OPENINGS:
        points = list(outline)
        difference[points] = _moved(person, face, now, points, (left, right))
    return at.turn_back(difference * _freedom()[:, None])


def _moved(
    person: Floats, face: Floats, now: Floats, points: list[int], corners: tuple[int, int]
) -> Floats:
    """Move and scale an opening as a whole: from where it is now, by how its corners differ."""
    left, right = corners
    shift = (person[left] + person[right] - face[left] - face[right]) / 2
    width = float(np.linalg.norm(face[right] - face[left]))
    scale = float(np.linalg.norm(person[right] - person[left])) / max(width, NARROWEST)
    middle = (now[left] + now[right]) / 2
    return shift + (scale - 1) * (now[points] - middle)


@cache
def _freedom() -> Floats:
    """Return how far each point may move: 0 at the border, 1 inside (498,)."""
    points = canonical()[:, :2]
    border = points[list(OUTLINE)]
    distance = np.linalg.norm(points[:, None] - border[None], axis=2).min(axis=1)
    freedom = np.clip(distance / FIXED_BORDER, 0, 1)
    freedom[468:] = 0
    return freedom
