"""
How the mesh of a real face moves to become another person's.

Shapes differ, expressions do not: an eye or a mouth is moved and scaled as a whole, so that it
opens and closes as the real one does, and is shut when that is shut. Where the features are as a
whole, and how large, is the real face's too: whoever recognises or finds a face aligns it first, so
that tells people apart for nobody, and moves what detectors and poses say.
"""

from functools import cache
from typing import Final

import numpy as np

from swaddle.kernel.faces import (
    INNER_LIPS,
    LEFT_EYE,
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    NOSE_BASE,
    NOSE_TIP,
    RIGHT_EYE,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
)
from swaddle.kernel.geometry import Floats, Similarity, fit_similarity
from swaddle.kernel.measures import INNER_MOUTH
from swaddle.kernel.texture_space import BROW_LEVEL, OUTLINE, SIDE, add_forehead, canonical

FIXED_BORDER: Final = 0.25 * SIDE
"""Texture pixels from the border within which the displacement grows from zero to its full. From 0.12
to 0.25 the correlation in the face rose by 0.01 and 0.03 (infant clip, head-pose clip), the
similarity to the source by 0.04 and 0.01."""

OPENINGS: Final = (
    (LEFT_EYE, LEFT_EYE_OUTER, LEFT_EYE_INNER),
    (RIGHT_EYE, RIGHT_EYE_INNER, RIGHT_EYE_OUTER),
    (INNER_LIPS, *INNER_MOUTH),
)
"""What opens and closes: its outline, and the two corners."""

FEATURES: Final = (
    *(LEFT_EYE_OUTER, LEFT_EYE_INNER, RIGHT_EYE_INNER, RIGHT_EYE_OUTER, BROW_LEVEL),
    *(NOSE_TIP, NOSE_BASE, 98, 327, MOUTH_LEFT, MOUTH_RIGHT),
)
"""Corners of the eyes, nose with its wings, corners of the mouth: laid upon the real ones."""

SMOOTHNESS: Final = 0.05 * SIDE
"""Texture pixels: deviation of the weights with which neighbours move alike. Where they do not, the
jitter of the mesh moves the picture: on the head-pose clip, shapes without it and without a texture
reached a correlation in the face of 0.71, with it 0.79 (the mesh's points lie 3 to 8 apart)."""

NARROWEST: Final = 1e-6


def displacement(person: Floats, face: Floats, landmarks: Floats, at: Similarity) -> Floats:
    """
    Return by how much each point moves in the frame: (498, 3), in pixels.

    `person` (498, 3) is the synthetic person's shape and `face` (468, 3) the real one's own, both
    in canonical coordinates; `landmarks` (468, 3) the real face in the frame, which `at` maps to
    the canonical face.
    """
    placed = fit_similarity(person[list(FEATURES)], face[list(FEATURES)])(person)
    difference = _neighbours() @ (placed - add_forehead(face))
    goal = face + difference[:468]
    now = at(landmarks)
    for outline, left, right in OPENINGS:
        points = list(outline)
        difference[points] = _moved(goal, face, now, points, (left, right))
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
def _neighbours() -> Floats:
    """Return the weights of the points that lie around each one: (498, 498), rows sum to 1."""
    points = canonical()[:, :2]
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    weights = np.exp(-0.5 * (apart / SMOOTHNESS) ** 2)
    return weights / weights.sum(axis=1, keepdims=True)


@cache
def _freedom() -> Floats:
    """Return how far each point may move: 0 at the border, 1 inside (498,)."""
    points = canonical()[:, :2]
    border = points[list(OUTLINE)]
    distance = np.linalg.norm(points[:, None] - border[None], axis=2).min(axis=1)
    freedom = np.clip(distance / FIXED_BORDER, 0, 1)
    freedom[468:] = 0
    return freedom
