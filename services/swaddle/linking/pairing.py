"""Who belongs to whom, where several could."""

from collections.abc import Iterator

import numpy as np
import scipy
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats


def paired(gains: Floats, possible: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """
    Return pairs of a row and a column, each in one at most, with the largest sum of gains.

    `gains` (n, m): what a pair is worth, more than 0; only `possible` (n, m) ones count, so that what
    cannot be a pair does not keep another from being one.
    """
    if possible.sum(axis=0).max(initial=0) <= 1 and possible.sum(axis=1).max(initial=0) <= 1:
        # As nearly always. The solver of everything else takes a third of a second to load.
        pairs: Iterator[tuple[int, int]] = zip(*np.nonzero(possible), strict=True)
    else:
        worth = np.where(possible, gains, 0.0)
        pairs = zip(*scipy.optimize.linear_sum_assignment(worth, maximize=True), strict=True)
    return ((int(row), int(column)) for row, column in pairs if possible[row, column])
