"""
Where hair, a cap or a scarf begins above and beside a face.

The replaced area reaches over the forehead, for a newborn's is as bare as its cheeks. Of whoever has
hair there, it is no part of the face: it stays, and its darkness is no light on the skin.

What is hair is told by its colour from the person's own skin; where it begins, by the line around
the forehead that divides the two best: whatever lies behind it is hair, or is not the person at all.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import NOSE_BASE
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import (
    BROW_LEVEL,
    INNER,
    LUMA,
    canonical,
    face_mask,
    in_cells,
    inwards,
    plain_skin,
)

from .shading import HALF, bare_cells, skin_light

DARKER: Final = 0.9
BRIGHTER: Final = 1.0
OTHER: Final = 0.3
"""Differences from the person's skin, in its light: of the logarithm of the luma to either side, and of
the colours beside it (root of the sum of squares), each as strange as the others. By eye, as what
follows, on 86 synthetic people, bald and with hair of every colour, and under hard light: at 0.65, shadows
that take half of the light are darker as well. What it comes to is calibrated (`SURE`)."""

STRANGE: Final = (0.5, 1.1)
"""Of these: skin has less than the first, hair more than the second, and what lies between counts in part."""

SURE: Final = 0.65
"""How strange what lies behind the line has to be on the whole."""

BENDS: Final = 0.35
"""What it costs, in strange cells, if the line comes one cell nearer to the border from one ray to the
next: it runs through strands, and around them where there are many."""

SMOOTH: Final = 1.5
"""Rays: deviation of the Gaussian that rounds what is left of the steps from cell to cell."""

WITHIN: Final = 1.0
"""Cells behind the line at which hair begins to stay: the person has a hairline of their own. Somebody who
has learned to undo a swap then finds 24.2 % of the people (mean of three keys), without 25.8 %, with
foreheads up to the border 21.3 %."""

FADES: Final = 3.0
"""Cells over which that is blended."""

RAYS: Final = 76
LOWEST: Final = 48.0
"""Degrees below the horizontal at which the rays end, beside the cheeks."""

RIM: Final = 8.0
"""Texture pixels from the border of the face, a cell and a half: all hair reaches so far out."""

LONGEST: Final = 30
"""Cells from the middle of the brows to behind the border, in any direction."""


def hair(logs: Floats, lenses: Image | None = None) -> Image:
    """
    Return where the hair of a person is: (48, 48), 0 the face shows, 255 hair.

    `logs` (48, 48, 3): the logarithm of the colours of the face, blue, green, red; `lenses` (48, 48): where
    dark glasses are more than 0. Nothing below the brows is hair, but near the border; and nothing below
    the nose.
    """
    rays = _rays()
    strange = cv2.remap(_grown_in(strangeness(logs, lenses)), rays.x, rays.y, cv2.INTER_LINEAR)
    evidence = np.where(rays.inside, strange - SURE, 0.0)
    # What a line before each cell is worth: all that lies behind it.
    worth = np.cumsum(evidence[:, ::-1], axis=1)[:, ::-1]
    line = _best(np.where(rays.possible, worth, -np.inf), rays.border)
    rounded = cv2.GaussianBlur(line[:, None], (1, 0), sigmaX=1, sigmaY=SMOOTH)[:, 0]
    nearest = np.maximum(rounded, rays.possible.argmax(axis=1) + FADES / 2)
    reach = np.interp(rays.angle_of, rays.angles, nearest, left=LONGEST, right=LONGEST)
    behind = rays.distance_of - reach - WITHIN
    shown = np.clip(behind / FADES + 0.5, 0, 1) * face_mask(TEXTURE_CELLS)
    return np.round(shown * 255).astype(np.uint8)


def _grown_in(strange: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return it (48, 48) without what does not reach the border: light that shines on a forehead, a mark."""
    may = _may_be_hair()
    _, labels = cv2.connectedComponents(((strange > HALF) & may).astype(np.uint8), connectivity=8)
    # Label 0 is what is not strange.
    rooted = {0, *np.unique(labels[may & (inwards(TEXTURE_CELLS) <= RIM)]).tolist()}
    return np.where(np.isin(labels, list(rooted)), strange, np.float32(0))


def _best(worth: Floats, border: Floats) -> Floats:
    """Return the steps (n,) along the rays that are worth most together, less what bends cost."""
    rim = border[:, None] - np.minimum(np.arange(worth.shape[1]), border[:, None])
    total, came_from = worth[0], []
    for before, here, gain in zip(rim[:-1], rim[1:], worth[1:], strict=True):
        reached = total[:, None] - BENDS * np.abs(before[:, None] - here)
        came_from.append(reached.argmax(axis=0))
        total = reached.max(axis=0) + gain
    steps = [int(total.argmax())]
    for origin in reversed(came_from):
        steps.append(int(origin[steps[-1]]))
    return np.array(steps[::-1], np.float64)


def strangeness(logs: Floats, lenses: Image | None = None) -> NDArray[np.float32]:
    """Return how unlike the person's skin each cell is: (48, 48), 0 to 1. No skin is seen through `lenses`."""
    luma = logs @ LUMA
    bare = bare_cells() if lenses is None else bare_cells() & (lenses == 0)
    colours = logs - luma[..., None]
    lighter = luma - skin_light(luma, bare)
    beside = np.linalg.norm(colours - np.median(colours[bare], axis=0), axis=2)
    apart = np.hypot(np.maximum(-lighter / DARKER, lighter / BRIGHTER), beside / OTHER)
    low, high = STRANGE
    return np.clip((apart - low) / (high - low), 0, 1).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Rays:
    """Rays from the middle of the brows outwards, in steps of a cell, from one cheek to the other."""

    angles: Floats
    """(n,): degrees from the right, clockwise: -90 is up."""
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    """(n, LONGEST + 1): where the steps lie, in cells; the last ones behind the border."""
    inside: NDArray[np.bool_]
    """(n, LONGEST + 1): a step lies on the face."""
    possible: NDArray[np.bool_]
    """(n, LONGEST + 1): everything from there on may be hair."""
    border: Floats
    """(n,): the first step behind the face."""
    angle_of: Floats
    distance_of: Floats
    """(48, 48): in which direction each cell lies, and how many cells away."""


@cache
def _rays() -> _Rays:
    middle_x = (TEXTURE_CELLS - 1) / 2
    middle_y = float(in_cells(canonical()[BROW_LEVEL, 1], TEXTURE_CELLS))
    angles = np.linspace(-180 - LOWEST, LOWEST, RAYS)
    steps = np.arange(LONGEST + 1)
    x = (middle_x + np.cos(np.radians(angles))[:, None] * steps).astype(np.float32)
    y = (middle_y + np.sin(np.radians(angles))[:, None] * steps).astype(np.float32)
    face, may = (
        cv2.remap(part.astype(np.float32), x, y, cv2.INTER_LINEAR) > HALF
        for part in (face_mask(TEXTURE_CELLS), _may_be_hair())
    )
    possible = np.logical_and.accumulate((may | ~face)[:, ::-1], axis=1)[:, ::-1]
    rows, columns = np.mgrid[:TEXTURE_CELLS, :TEXTURE_CELLS]
    direction = np.degrees(np.arctan2(rows - middle_y, columns - middle_x))
    return _Rays(
        angles,
        x,
        y,
        face,
        possible,
        face.sum(axis=1).astype(np.float64),
        np.where(direction > LOWEST, direction - 360, direction),
        np.hypot(rows - middle_y, columns - middle_x),
    )


@cache
def _may_be_hair() -> NDArray[np.bool_]:
    """Return which cells may be hair: above the brows, and near the border above the nose's base."""
    rows = np.arange(TEXTURE_CELLS)[:, None]
    brows, nose = in_cells(canonical()[[BROW_LEVEL, NOSE_BASE], 1], TEXTURE_CELLS)
    above = (rows < brows) & (plain_skin(TEXTURE_CELLS) > HALF)
    beside = (inwards(TEXTURE_CELLS) < INNER) & (rows < nose)
    return face_mask(TEXTURE_CELLS) & (above | beside)
