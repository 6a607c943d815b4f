"""
What hides a face: hands by their skeletons, everything by how it differs from the face.

Masks are computed in the face's texture space, 48 x 48 cells, 0 where the face shows and 1 where
something is in front of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import INNER_LIPS, LEFT_EYE, RIGHT_EYE
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import face_mask, polygon, unwrap

from .reference import HAND_SCORE, Reference, View, in_crop, texture_logs
from .shading import fitted

HAND_FRAMES: Final = 1
"""Hands are looked for in every second frame; between two sightings both count."""

FOREARM: Final = 2.5
"""Length of the forearm that is assumed behind a wrist, in lengths of the palm."""

FINGER_WIDTH: Final = 0.12
"""By how much the hull of a skeleton is grown to hold the flesh, in lengths of the palm."""

STRONG: Final = 1.0
"""Difference from the reference, in units of what noise and light explain, from which a cell
belongs to something else. At 1 the newborn's face without a hand has 1 % of such cells."""

WEAK: Final = 0.35
"""The same where a hand's skeleton already says so: skin differs little from skin."""

DIFFERENT: Final = 0.5
"""From here on a cell of the open face counts as unexplained: turning heads and changing light
reach it on up to 9 % of the newborn's face, a hand that no skeleton was found for on 15 to 25 %."""

EXPLAINED: Final = 0.10
"""Difference of the logarithm that folds and highlights make, besides three times the noise."""

HALF: Final = 0.5
"""Of a cell's area: it belongs to what fills more of it."""

NEIGHBOURHOOD: Final = 3
"""Frames that a median over time needs: one, and one on either side."""

SHADE: Final = 0.06
"""Difference of the logarithm at which a cell counts a quarter in the fit of the light."""

SMALLEST: Final = 0.02
"""Share of the face below which a patch of other colour is a fold, a shadow or a highlight."""


@dataclass(frozen=True, slots=True, eq=False)
class Occlusion:
    """What hides one face in one frame."""

    mask: Floats
    """(48, 48), 0..1."""
    unexplained: float
    """Share of the face that looks different although nothing is known to hide it."""


def hull_masks(rows: dict[str, NDArray[Any]], side: int = 2 * TEXTURE_CELLS) -> NDArray[np.uint8]:
    """
    Return where hands are in each frame's crop: (n, side, side), 0 or 255.

    A frame without a sighting of its own has those of the frames beside it.
    """
    count = len(rows["hand_scores"])
    masks = np.zeros((count, side, side), np.uint8)
    for index in range(count):
        cx, cy, size, angle = (float(v) for v in rows["region"][index])
        if size <= 0:
            continue
        matrix = Region(cx, cy, size, angle).matrix(side)
        inverse = np.linalg.inv(matrix[:, :2])
        for other in range(max(0, index - HAND_FRAMES), min(count, index + HAND_FRAMES + 1)):
            for points, score in zip(
                rows["hands"][other], rows["hand_scores"][other], strict=True
            ):
                if score >= HAND_SCORE:
                    placed = (points - matrix[:, 2]) @ inverse.T
                    _draw_hand(masks[index], placed)
    return masks


def hidden_points(masks: NDArray[np.uint8], rows: dict[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Return which landmarks lie under a hand: (n, 468)."""
    side = masks.shape[1]
    hidden = np.zeros(rows["landmarks"].shape[:2], bool)
    for index in np.flatnonzero(rows["meshed"]).tolist():
        cx, cy, size, angle = (float(v) for v in rows["region"][index])
        matrix = Region(cx, cy, size, angle).matrix(side)
        placed = (rows["landmarks"][index, :, :2] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
        x, y = np.clip(placed.round().astype(int), 0, side - 1).T
        hidden[index] = masks[index, y, x] > 0
    return hidden


def occlusion(
    crop: bytes,
    region: Floats,
    landmarks: Floats,
    hands: NDArray[np.uint8],
    reference: Reference,
) -> Occlusion:
    """Return what hides a face. `landmarks` (468, 3): smoothed, in frame pixels."""
    face = face_mask(TEXTURE_CELLS)
    logs = texture_logs(crop, region, landmarks)
    hand = _on_face(hands, region, landmarks)
    trusted = face & (hand < HALF)
    differences = _differences(logs, reference.views, trusted)
    unlike = min(differences, key=lambda d: float(np.minimum(d[trusted], 1).mean()))
    moving = _moving_parts()
    other = (unlike > STRONG) & ~moving
    under_hand = (hand > HALF) & (unlike > WEAK)
    # A hand is in one piece: what lies between confirmed parts of it belongs to it.
    whole = cv2.morphologyEx(under_hand.astype(np.uint8), cv2.MORPH_CLOSE, _ellipse(9))
    mask = _solid(other | ((whole > 0) & (hand > HALF)), face)
    free = face & ~moving & (mask < HALF)
    unexplained = float((unlike[free] > DIFFERENT).mean()) if free.any() else 0.0
    return Occlusion(mask, unexplained)


def _on_face(hands: NDArray[np.uint8], region: Floats, landmarks: Floats) -> Floats:
    """Return how much of each cell of the face lies under a hand: (48, 48)."""
    if not hands.any():
        return np.zeros((TEXTURE_CELLS, TEXTURE_CELLS))
    points = in_crop(landmarks, region, hands.shape[0])
    return unwrap(hands, points, TEXTURE_CELLS).astype(np.float64) / 255


def steady(masks: Floats) -> Floats:
    """Return masks over time (n, 48, 48) without what flickers for a single frame."""
    if len(masks) < NEIGHBOURHOOD:
        return masks
    padded = np.concatenate([masks[:1], masks, masks[-1:]])
    middle = np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)
    return np.array([cv2.GaussianBlur(m, (0, 0), 0.8) for m in middle])


def _differences(
    logs: Floats, views: Sequence[View], trusted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """
    Return by how much more than light, noise and folds explain a texture differs from each view.

    (v, 48, 48), 0 outside the face. The light is fitted where the texture is `trusted`.
    """
    face, basis = _light_basis()
    known = trusted.ravel()[face].astype(np.float64)
    # Planes of cells, one for each view and colour: sums over colours then run along the cells.
    seen = np.array([(logs - view.logs).reshape(-1, 3)[face].T for view in views])
    rest = np.abs(seen - fitted(seen, basis, known, SHADE) @ basis).sum(axis=1) / 3
    found = np.zeros((len(views), TEXTURE_CELLS * TEXTURE_CELLS))
    noise = np.array([view.noise.ravel()[face] for view in views])
    found[:, face] = rest / (EXPLAINED + 3 * noise)
    return found.reshape(-1, TEXTURE_CELLS, TEXTURE_CELLS)


def _ellipse(cells: int) -> NDArray[np.uint8]:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (cells, cells))


@cache
def _light_basis() -> tuple[NDArray[np.int64], Floats]:
    """
    Return a quadratic in the texture coordinates: light changes smoothly.

    The cells of the face (n,), and the six terms there (6, n).
    """
    y, x = np.mgrid[:TEXTURE_CELLS, :TEXTURE_CELLS] / TEXTURE_CELLS - 0.5
    face = np.flatnonzero(face_mask(TEXTURE_CELLS))
    terms = (np.ones_like(x), x, y, x * x, y * y, x * y)
    return face, np.stack([term.ravel()[face] for term in terms])


@cache
def _moving_parts() -> NDArray[np.bool_]:
    """Return eyes and mouth, which change without anything hiding them: (48, 48)."""
    parts = (LEFT_EYE, RIGHT_EYE, INNER_LIPS)
    mask = np.maximum.reduce([polygon(part, TEXTURE_CELLS) for part in parts])
    return cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0


def _solid(mask: NDArray[np.bool_], face: NDArray[np.bool_]) -> Floats:
    """Close holes and drop specks."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=4)
    smallest = SMALLEST * float(face.sum())
    large = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] >= smallest]
    return np.isin(labels, large).astype(np.float64) * face


def _draw_hand(mask: NDArray[np.uint8], points: Floats) -> None:
    """Fill the hull of a skeleton (21, 2), grown by the width of a finger, and the forearm."""
    wrist, knuckle = points[0], points[9]
    palm = float(np.linalg.norm(knuckle - wrist))
    if palm < 1:
        return
    hull = cv2.convexHull(points.astype(np.float32))
    width = max(1, round(2 * FINGER_WIDTH * palm))
    _fill(mask, hull, width)
    along = (wrist - knuckle) / palm
    across = np.array([-along[1], along[0]]) * 0.45 * palm
    far = wrist + along * FOREARM * palm
    _fill(mask, np.array([wrist - across, wrist + across, far + across, far - across]), 1)


def _fill(mask: NDArray[np.uint8], corners: Sequence[Any] | Floats, width: int) -> None:
    fixed = np.round(np.asarray(corners).reshape(-1, 1, 2) * 16).astype(np.int32)
    cv2.fillConvexPoly(mask, fixed, 255, shift=4)
    cv2.polylines(mask, [fixed], isClosed=True, color=255, thickness=width, shift=4)
