"""From the points of another scheme to the mesh of 468: pose first, then what the pose leaves."""

from functools import cache
from typing import Final

import numpy as np
from scipy.interpolate import RBFInterpolator

from swaddle.kernel.canonical_face import POINTS
from swaddle.kernel.geometry import Floats

from .schemes import Scheme

SHORTEST: Final = 1e-6
"""Pixels for one of the canonical face: points that lie on one spot have no pose."""


def lifted(points: Floats, scheme: Scheme) -> Floats:
    """
    Return the mesh that goes through the points: (n, 2) -> (468, 3), all in pixels.

    The canonical face is set into the picture by scaled orthographic projection (least squares over
    the points that are fixed on a head), which gives depth; what is left at the points is spread
    over the mesh so that the chosen points lie exactly where they were seen.
    """
    seen = np.asarray(points, np.float64)[list(scheme.chosen)]
    canonical = np.array(POINTS)
    own = canonical[list(scheme.mesh)]
    fixed = np.delete(np.arange(len(seen)), scheme.outline)
    scale, turn, depth = _pose(own[fixed], seen[fixed])
    rigid = scale * canonical @ turn.T
    rigid += (seen[fixed] - rigid[list(scheme.mesh)][fixed]).mean(axis=0)
    left = seen - rigid[list(scheme.mesh)]
    away = scale * canonical @ depth
    away -= away[list(scheme.mesh)].mean()
    return np.column_stack([rigid + _spreading(scheme) @ left, away]).astype(np.float32)


def _pose(own: Floats, seen: Floats) -> tuple[float, Floats, Floats]:
    """Return scale, the two rows of the rotation that show, and the one that points away."""
    centred = own - own.mean(axis=0)
    linear, *_ = np.linalg.lstsq(centred, seen - seen.mean(axis=0), rcond=None)
    left, singular, right = np.linalg.svd(linear.T, full_matrices=False)
    turn = left @ right
    return max(float(singular.mean()), SHORTEST), turn, np.cross(turn[0], turn[1])


@cache
def _spreading(scheme: Scheme) -> Floats:
    """Return what each chosen point's shift moves each point of the mesh by: (468, n)."""
    canonical = np.array(POINTS)
    own = canonical[list(scheme.mesh)]
    spread: Floats = RBFInterpolator(own, np.eye(len(own)), kernel="linear", degree=1)(canonical)
    return spread
