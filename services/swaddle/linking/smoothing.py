"""
Landmarks over time: robust poses, then poses and expressions smoothed without lag.

A frame's mesh is split into where the head is (a similarity, fitted to the face's own reference
shape with the points that can be trusted) and what the face does (the mesh in canonical
coordinates). Both are smoothed over a few frames on either side, each value weighted by how far
it can be trusted; what is hidden in one frame comes from its neighbours.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats, Similarity, fit_similarity, nearest_rotation

from .reference import FIRM, Reference

CONTEXT: Final = 8
"""Frames on either side that a smoothed value may depend on."""

POSE_WINDOW: Final = 3
"""Frames on either side of the quadratic fit: it keeps velocity and acceleration, and takes the
jitter of the mesh (about half a texture pixel)."""

EXPRESSION_SIGMA: Final = 0.6
"""Frames: blinks last three to four frames at 30 frames a second and must stay."""

FALLBACK_SIGMA: Final = 3.0
FALLBACK_WEIGHT: Final = 0.02
"""Neighbours farther away count only where nearer ones cannot be trusted."""

OUTLIER: Final = 3.0
"""Texture pixels: distance from the reference at which a point counts half in the pose."""

HIDDEN_WEIGHT: Final = 0.02
"""Of a point under a hand, or of one that is far off: it counts where nothing else is there."""

SURE_ENOUGH: Final = 0.3
"""Sum of trust near a frame, a third of one sure frame, below which frames farther away count."""

COUNTS_FROM: Final = 1e-4
"""Weight from which a frame counts towards a degree of freedom."""

FRAMES_OF_PARABOLA: Final = 5
FRAMES_OF_LINE: Final = 3
"""Two more than the parameters of the curve: it shall smooth, not pass through every frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """A face over consecutive frames."""

    landmarks: Floats
    """(n, 468, 3), smoothed, in pixels; zeros where nothing is known."""
    known: NDArray[np.bool_]
    """(n,): the landmarks are there."""
    deviation: Floats
    """(n,): mean distance of the trusted firm points from the reference, in texture pixels,
    before smoothing."""


def smooth(
    rows: dict[str, NDArray[Any]], hidden: NDArray[np.bool_], reference: Reference
) -> Motion:
    """
    Smooth one face over consecutive frames.

    `rows`: one for each frame, zeros where the face was not seen; `hidden` (n, 468): points that
    something covers.
    """
    meshed = rows["meshed"]
    raw = rows["landmarks"].astype(np.float64)
    count = len(raw)
    poses: list[Similarity | None] = [None] * count
    shapes = np.zeros((count, 468, 3))
    deviation = np.full(count, np.inf)
    for index in np.flatnonzero(meshed).tolist():
        poses[index], shapes[index], deviation[index] = _fit(raw[index], hidden[index], reference)
    trust = np.where(meshed, rows["presence"] / (1 + (deviation / OUTLIER) ** 2), 0.0)
    expressions = _smooth_expressions(
        shapes, trust[:, None] * np.where(hidden, HIDDEN_WEIGHT, 1.0)
    )
    smooth_poses = _smooth_poses(poses, trust)
    landmarks = np.zeros_like(raw)
    known = np.zeros(count, bool)
    for index, (placed, shape) in enumerate(zip(smooth_poses, expressions, strict=True)):
        if placed is not None and shape is not None:
            landmarks[index] = placed.inverse(shape)
            known[index] = True
    return Motion(landmarks, known, deviation)


def _fit(
    face: Floats, hidden: NDArray[np.bool_], reference: Reference
) -> tuple[Similarity, Floats, float]:
    """Return the pose against the reference, the mesh in its coordinates, and how far it is off."""
    firm = list(FIRM)
    base = np.where(hidden[firm], HIDDEN_WEIGHT, 1.0)
    weights = base
    placed = fit_similarity(face[firm], reference.shape[firm], weights)
    for _ in range(3):
        apart = np.linalg.norm(placed(face[firm])[:, :2] - reference.shape[firm, :2], axis=1)
        weights = base / (1 + (apart / OUTLIER) ** 2)
        placed = fit_similarity(face[firm], reference.shape[firm], weights)
    shape = placed(face)
    apart = np.linalg.norm(shape[firm, :2] - reference.shape[firm, :2], axis=1)
    return placed, shape, float((apart * base).sum() / base.sum())


def _smooth_expressions(shapes: Floats, weights: Floats) -> list[Floats | None]:
    """Return weighted means over time, point by point. `weights` (n, 468)."""
    count = len(shapes)
    result: list[Floats | None] = []
    for index in range(count):
        low, high = max(0, index - CONTEXT), min(count, index + CONTEXT + 1)
        apart = np.arange(low, high) - index
        kernel = np.exp(-0.5 * (apart / EXPRESSION_SIGMA) ** 2)
        kernel += FALLBACK_WEIGHT * np.exp(-0.5 * (apart / FALLBACK_SIGMA) ** 2)
        share = kernel[:, None] * weights[low:high]
        total = share.sum(axis=0)
        if total.min() <= 0:
            result.append(None)
            continue
        result.append((share[..., None] * shapes[low:high]).sum(axis=0) / total[:, None])
    return result


def _smooth_poses(poses: list[Similarity | None], trust: Floats) -> list[Similarity | None]:
    """Fit a parabola in time to each parameter of the poses, about every frame."""
    count = len(poses)
    parameters = np.zeros((count, 13))
    for index, placed in enumerate(poses):
        if placed is not None:
            parameters[index] = _parameters(placed)
    result: list[Similarity | None] = []
    for index in range(count):
        low, high = max(0, index - CONTEXT), min(count, index + CONTEXT + 1)
        result.append(
            _pose_at(np.arange(low, high) - index, parameters[low:high], trust[low:high])
        )
    return result


def _pose_at(apart: NDArray[Any], parameters: Floats, trust: Floats) -> Similarity | None:
    near = trust * np.exp(-0.5 * (apart / (POSE_WINDOW / 2)) ** 2)
    if near.sum() < SURE_ENOUGH:
        near = trust * np.exp(-0.5 * (apart / FALLBACK_SIGMA) ** 2)
    usable = int((near > COUNTS_FROM).sum())
    if usable == 0:
        return None
    # A parabola needs more frames on both sides than it has degrees of freedom.
    degree = 2 if usable >= FRAMES_OF_PARABOLA else 1 if usable >= FRAMES_OF_LINE else 0
    basis = np.vander(apart.astype(np.float64), degree + 1, increasing=True)
    root = np.sqrt(near)[:, None]
    fitted = np.linalg.lstsq(basis * root, parameters * root, rcond=None)[0][0]
    return _from_parameters(fitted)


def _parameters(placed: Similarity) -> Floats:
    """Return log scale, rotation matrix and where the canonical centre lies in the picture."""
    centre = placed.inverse(np.array([[127.5, 150.0, 40.0]]))[0]
    return np.concatenate([[np.log(placed.scale)], placed.rotation.ravel(), centre])


def _from_parameters(values: Floats) -> Similarity:
    # The mean of rotation matrices, projected onto the rotations, is their chordal mean.
    rotation = nearest_rotation(values[1:10].reshape(3, 3))
    return Similarity(
        float(np.exp(values[0])), rotation, values[10:13], np.array([127.5, 150.0, 40.0])
    )
