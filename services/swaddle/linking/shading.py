"""The light on a texture, whatever of it is no skin: fitted again and again, each time less to that."""

from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats

FITS: Final = 6
"""Times that the light is fitted."""


def fitted(seen: Floats, basis: Floats, known: Floats, shade: float) -> Floats:
    """
    Return the terms of the light on some textures: (v, c, k), so that they are `terms @ basis`.

    `seen` (v, c, n): the logarithm of each one's colours; `basis` (k, n); `known` (n,): how much each
    cell counts, a quarter of that where colours differ from the light by `shade` on average.
    """
    rest = np.zeros((len(seen), seen.shape[2]))
    terms: Floats = np.zeros((*seen.shape[:2], len(basis)))
    for _ in range(FITS):
        weight = known / (1 + (rest / shade) ** 2) ** 2
        # A few unknowns: the normal equations are exact enough, and a hundred times faster.
        weighted = basis * weight[:, None]
        normal = weighted @ basis.T + 1e-9 * np.eye(len(basis))
        terms = np.linalg.solve(normal, weighted @ seen.transpose(0, 2, 1)).transpose(0, 2, 1)
        rest = np.abs(seen - terms @ basis).sum(axis=1) / seen.shape[1]
    return terms
