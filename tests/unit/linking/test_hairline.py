"""Where hair begins, on rendered people whose hairline is known."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.faces import INNER_LIPS, LEFT_EYE, NOSE_BASE, RIGHT_EYE
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import (
    BROW_LEVEL,
    INNER,
    SIDE,
    canonical,
    face_mask,
    inwards,
    polygon,
)
from swaddle.linking.hairline import hair
from swaddle.linking.reference import FLOOR
from tests.unit.linking.textures import DARK, PALE, ROWS, TAN, Colour, seen

BLACK, BROWN, RED, GREY = (28, 26, 26), (38, 48, 66), (40, 70, 150), (120, 122, 125)
FACE = face_mask(TEXTURE_CELLS)
BROWS, NOSE = (float(canonical()[point, 1]) for point in (BROW_LEVEL, NOSE_BASE))
STRANDS = 16.0
"""Texture pixels on both sides of a hairline, where strands end, in which either is right."""


def texture(skin: Colour, colour: Colour | None, fringe: float, seed: int, yaw: float) -> Floats:
    """Return the logarithm of what a camera sees of somebody's face."""
    return np.log(seen(seed, yaw, skin=skin, hair=colour, fringe=fringe) + FLOOR)


def share(mask: Image, where: Sequence[Floats]) -> float:
    """Return how much of the face, where all of that holds, is taken for hair."""
    return float(mask[np.logical_and.reduce([FACE, *where])].mean()) / 255


@pytest.mark.parametrize("seed", [2, 5, 9])
@pytest.mark.parametrize("skin", [PALE, DARK])
@pytest.mark.parametrize("yaw", [0, 20])
def test_a_bald_head_has_no_hair(skin: Colour, seed: int, yaw: float) -> None:
    assert share(hair(texture(skin, None, 0.0, seed, yaw)), [inwards(TEXTURE_CELLS) > 8]) < 0.02


@pytest.mark.parametrize("seed", [2, 5, 9])
@pytest.mark.parametrize(
    ("skin", "colour"), [(PALE, BLACK), (PALE, BROWN), (PALE, RED), (TAN, GREY), (DARK, BLACK)]
)
@pytest.mark.parametrize("fringe", [0.35, 0.7])
def test_hair_begins_where_it_hangs_to(
    skin: Colour, colour: Colour, fringe: float, seed: int
) -> None:
    found = hair(texture(skin, colour, fringe, seed, 0))
    line = fringe * BROWS

    assert share(found, [line - STRANDS > ROWS]) > 0.9
    assert share(found, [line + STRANDS < ROWS, inwards(TEXTURE_CELLS) > 16]) < 0.1


@pytest.mark.parametrize("seed", [2, 5, 9])
@pytest.mark.parametrize("skin", [PALE, TAN, DARK])
@pytest.mark.parametrize("grey", [False, True], ids=["in colour", "night vision"])
def test_a_shadow_on_a_forehead_that_takes_half_of_the_light_is_no_hair(
    skin: Colour, seed: int, *, grey: bool
) -> None:
    colours = np.exp(texture(skin, None, 0.0, seed, 0)) - FLOOR
    if grey:
        colours = np.repeat(colours.mean(axis=2, keepdims=True), 3, axis=2)
    shaded = np.where((ROWS < 0.8 * BROWS)[..., None], 0.5 * colours, colours)

    assert share(hair(np.log(shaded + FLOOR)), [FACE]) < 0.02


@pytest.mark.parametrize("skin", [TAN, DARK])
@pytest.mark.parametrize(("beside", "shows"), [(10, 0.0), (0, 0.5)], ids=["shines", "hangs"])
def test_what_is_bright_on_a_forehead_is_hair_only_where_it_reaches_the_border(
    skin: Colour, beside: float, shows: float
) -> None:
    colours = np.exp(texture(skin, None, 0.0, 2, 0)) - FLOOR
    near = np.hypot(ROWS.T - SIDE / 2, ROWS - 0.3 * BROWS) < 32
    lit = near & (ROWS < 0.85 * BROWS) & (inwards(TEXTURE_CELLS) > beside)
    shining = np.where(lit[..., None], 235.0, colours)
    found = share(hair(np.log(shining + FLOOR)), [lit])

    assert found == 0 if not shows else found > shows


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 2.0))
def test_below_the_brows_only_the_border_is_hair_and_nothing_below_the_nose(
    seed: int, strength: float
) -> None:
    rough = np.random.default_rng(seed).normal(4.5, strength, (TEXTURE_CELLS, TEXTURE_CELLS, 3))
    found = hair(rough)
    inner = (inwards(TEXTURE_CELLS) > INNER) & (ROWS > BROWS)
    features = [polygon(part, TEXTURE_CELLS) > 0 for part in (LEFT_EYE, RIGHT_EYE, INNER_LIPS)]

    assert share(found, [np.logical_or.reduce([*features, inner, ROWS > NOSE])]) == 0
