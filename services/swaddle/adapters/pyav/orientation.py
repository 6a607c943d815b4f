"""How the stored picture has to be turned to be seen upright."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MATRIX_LENGTH: Final = 9
_ONE: Final = 1 << 16
"""1.0 in the first two columns of a display matrix (16.16); the last column is 2.30."""

_TURN: Final = np.array([[0, -1], [1, 0]])
"""A clockwise quarter turn of (x, y) where y points down."""
_MIRROR: Final = np.array([[-1, 0], [0, 1]])


def orientation_of(matrix: Sequence[int]) -> tuple[int, bool] | None:
    """
    Return the clockwise quarter turns of a display matrix, and whether it mirrors first.

    The nine numbers are those of ISO/IEC 14496-12, 6.2.2. None: the matrix is no such turn.
    """
    a, b, _, c, d = matrix[:5]
    size = max(abs(a), abs(b), abs(c), abs(d))
    if size == 0:
        return None
    # Points are rows there and columns here.
    linear = np.array([[a, c], [b, d]]) / size
    for mirrored in (False, True):
        for turns in range(4):
            if np.allclose(linear, _linear(turns, mirrored=mirrored), atol=0.01):
                return turns, mirrored
    return None


def display_matrix(turns: int, width: int, height: int, *, mirrored: bool) -> tuple[int, ...]:
    """Return the matrix that shows a stored picture (width, height) upright, corner at 0, 0."""
    linear = _linear(turns, mirrored=mirrored)
    corners = linear @ np.array([[0, width, 0, width], [0, 0, height, height]])
    x, y = (-corners.min(axis=1)).tolist()
    (a, c), (b, d) = linear.tolist()
    return (a * _ONE, b * _ONE, 0, c * _ONE, d * _ONE, 0, x * _ONE, y * _ONE, 1 << 30)


def upright(plane: NDArray[Any], turns: int, *, mirrored: bool) -> NDArray[Any]:
    """Turn a stored plane into display orientation."""
    if not turns and not mirrored:
        return plane
    flipped = plane[:, ::-1] if mirrored else plane
    return np.ascontiguousarray(np.rot90(flipped, -turns))


def stored(plane: NDArray[Any], turns: int, *, mirrored: bool) -> NDArray[Any]:
    """Turn a plane in display orientation back into the way it is stored."""
    turned = np.rot90(plane, turns)
    return turned[:, ::-1] if mirrored else turned


def _linear(turns: int, *, mirrored: bool) -> NDArray[Any]:
    turn = np.linalg.matrix_power(_TURN, turns)
    return turn @ _MIRROR if mirrored else turn
