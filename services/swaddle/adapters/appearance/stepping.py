"""The shortest step in the face space that has some effects."""

from typing import Final

import numpy as np
from scipy.optimize import nnls

from swaddle.kernel.geometry import Floats

UNREACHABLE: Final = 1e-9
"""Of the residual, which is 0 where bounds contradict each other."""


def least(slopes: Floats, bounds: Floats) -> Floats:
    """
    Return the shortest x (n,) with slopes @ x >= bounds; zeros where there is none.

    `slopes` (r, n), `bounds` (r,). Least distance programming: C. Lawson and R. Hanson, Solving
    Least Squares Problems, 1974, chapter 23, section 4.
    """
    target = np.zeros(slopes.shape[1] + 1)
    target[-1] = 1
    system = np.vstack([slopes.T, bounds])
    residual = system @ nnls(system, target)[0] - target
    if residual[-1] > -UNREACHABLE:
        return np.zeros(slopes.shape[1])
    step: Floats = -residual[:-1] / residual[-1]
    return step
