"""The light on a texture, whatever of it is no skin: fitted again and again, each time less to that."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import MOUTH_LEFT, MOUTH_RIGHT
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import (
    BROW_LEVEL,
    INNER,
    canonical,
    in_cells,
    inwards,
    plain_skin,
)

FITS: Final = 6
"""Times that the light is fitted."""

SHADE: Final = 0.15
"""Difference of the logarithm at which a cell of skin counts a quarter in the fit of the light."""

HALF: Final = 0.5
"""Of a cell's area: it belongs to what fills more of it."""


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


def skin_light(luma: Floats, bare: NDArray[np.bool_]) -> Floats:
    """
    Return the luma that skin has everywhere on a face, from that of its `bare` cells: (48, 48).

    Light falls more on one side than on the other. How it goes on towards the forehead, cheeks do not
    tell: a slope that is learned between mouth and brows says of bare foreheads that they are dark.
    """
    basis = _across()
    ((terms,),) = fitted(luma[bare][None, None], basis[bare].T, np.ones(int(bare.sum())), SHADE)
    return np.asarray(basis @ terms, np.float64)


@cache
def bare_cells() -> NDArray[np.bool_]:
    """Return which cells between brows and mouth are bare skin: (48, 48)."""
    rows = np.arange(TEXTURE_CELLS)[:, None]
    brows, mouth = canonical()[BROW_LEVEL, 1], canonical()[[MOUTH_LEFT, MOUTH_RIGHT], 1].mean()
    bare = (plain_skin(TEXTURE_CELLS) > HALF) & (inwards(TEXTURE_CELLS) > INNER)
    bare &= (rows > in_cells(brows - INNER, TEXTURE_CELLS)) & (
        rows < in_cells(mouth, TEXTURE_CELLS)
    )
    return bare


@cache
def _across() -> Floats:
    x = np.arange(TEXTURE_CELLS) / TEXTURE_CELLS - 0.5
    return np.dstack(np.broadcast_arrays(np.ones((TEXTURE_CELLS, 1)), x[None]))
