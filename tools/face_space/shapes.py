"""The canonical face, and how the shapes of people differ from it."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.transform import Rotation

from swaddle.kernel.faces import STABLE, AgeGroup
from swaddle.kernel.geometry import Floats, fit_similarity

from .pictures import Face

Indices = NDArray[np.intp]

UNFIT = {"mouth_open", "strong_expression", "turned", "broken", "occluded"}
"""What moves landmarks away from the person's own shape."""

CANONICAL_EXTENT = 200.5
"""Height of the canonical mesh in texture pixels: with its forehead it fills 240 of 256."""

COMPONENTS = 24
"""They hold 99 % of the variance."""


def fit_for_shape(face: Face) -> bool:
    """Return whether the landmarks show the person rather than a grimace."""
    return not face.picture.flags & UNFIT


def canonical_face(meshes: list[Floats]) -> Floats:
    """Return the symmetric mean mesh, upright, in texture pixels: (468, 3)."""
    stable = list(STABLE)
    mean = meshes[0] - meshes[0].mean(axis=0)
    for _ in range(6):
        fitted = [fit_similarity(m[stable], mean[stable])(m) for m in meshes]
        mean = np.mean(fitted, axis=0)
        mean -= mean.mean(axis=0)
        mean /= np.sqrt((mean[stable] ** 2).sum())
    mean = _symmetric(mean)
    extent = np.ptp(mean[:, 1])
    mean = mean * (CANONICAL_EXTENT / extent)
    mean[:, 0] += 127.5
    # The lower edge of the chin stands 6 pixels above the texture's lower border.
    mean[:, 1] += 249.0 - mean[:, 1].max()
    mean[:, 2] -= mean[:, 2].min()
    return mean


def _symmetric(mean: Floats) -> Floats:
    """Turn the face's plane of symmetry to x = 0, then average both sides."""
    partner = mirror_pairs(mean)
    across = mean - mean[partner]
    across *= np.sign(across[:, :1])
    normal = across.sum(axis=0) / np.linalg.norm(across.sum(axis=0))
    upright = mean @ Rotation.align_vectors([[1, 0, 0]], [normal])[0].as_matrix().T
    upright -= [((upright + upright[partner]) / 2)[:, 0].mean(), 0, 0]
    return (upright + upright[partner] * [-1, 1, 1]) / 2


def mirror_pairs(mean: Floats) -> Indices:
    """Return for each point the one that lies where its mirror image does; each one's own twice."""
    flipped: Floats = mean * [-1, 1, 1]
    partner: Indices = np.arange(len(mean))
    for _ in range(20):
        distance = np.linalg.norm(mean[:, None] - flipped[None], axis=2)
        # A pair is a pair from both sides.
        _, partner = linear_sum_assignment(distance + distance.T)
        flipped = fit_similarity(flipped[partner], mean)(flipped)
    return partner


def shape_components(
    meshes: list[Floats], groups: list[AgeGroup], *, young: bool
) -> tuple[Floats, Floats]:
    """
    Return mean and components of canonical meshes: (468, 3) and (24, 468, 3).

    Components are scaled to one standard deviation each. The young ones share theirs: there are
    too few infants to tell how infants alone differ.
    """
    wanted = {AgeGroup.INFANT, AgeGroup.CHILD} if young else {AgeGroup.ADULT}
    chosen = np.array([m for m, g in zip(meshes, groups, strict=True) if g in wanted])
    mean = chosen.mean(axis=0)
    _, spread, axes = np.linalg.svd((chosen - mean).reshape(len(chosen), -1), full_matrices=False)
    scale = spread[:COMPONENTS, None] / np.sqrt(len(chosen))
    return mean, (axes[:COMPONENTS] * scale).reshape(-1, 468, 3)
