"""Dark glasses, on rendered people of whom it is known what they wear."""

import numpy as np
import pytest

from swaddle.kernel.faces import LEFT_EYE, NOSE_BASE, RIGHT_EYE
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import (
    BROW_LEVEL,
    canonical,
    inwards,
    polygon,
)
from swaddle.linking.dark_glasses import dark_lenses
from swaddle.linking.reference import FLOOR, skin_of
from tests.unit.linking.textures import DARK, PALE, ROWS, TAN, Colour, seen

EYES = np.maximum(polygon(LEFT_EYE, TEXTURE_CELLS), polygon(RIGHT_EYE, TEXTURE_CELLS)) > 0


def colours(skin: Colour, glasses: float, seed: int = 2, yaw: float = 0) -> Floats:
    """Return what a camera sees of somebody's face: (48, 48, 3)."""
    return seen(seed, yaw, skin=skin, glasses=glasses)


def logs(colours: Floats) -> Floats:
    return np.log(colours + FLOOR)


@pytest.mark.parametrize("seed", [2, 5, 9, 13])
@pytest.mark.parametrize("skin", [PALE, TAN, DARK])
@pytest.mark.parametrize("yaw", [0, 25])
def test_who_wears_none_has_none(skin: Colour, seed: int, yaw: float) -> None:
    assert not dark_lenses(logs(colours(skin, 1.0, seed, yaw))).any()


@pytest.mark.parametrize("seed", [2, 5, 9])
@pytest.mark.parametrize("skin", [PALE, TAN])
@pytest.mark.parametrize("glasses", [0.02, 0.2])
@pytest.mark.parametrize("yaw", [0, 25])
def test_dark_ones_are_found_and_reach_over_both_eyes(
    skin: Colour, glasses: float, seed: int, yaw: float
) -> None:
    found = dark_lenses(logs(colours(skin, glasses, seed, yaw)))

    assert (found[EYES] == 255).all()
    below = canonical()[NOSE_BASE, 1]
    assert not found[below < ROWS].any()


def test_black_ones_are_found_on_dark_skin() -> None:
    assert (dark_lenses(logs(colours(DARK, 0.02)))[EYES] == 255).all()


def test_through_tinted_ones_eyes_are_seen_and_swapped() -> None:
    assert not dark_lenses(logs(colours(TAN, 0.7))).any()


def test_a_patch_over_one_eye_is_none() -> None:
    face = colours(TAN, 0.1)
    half = np.where(np.arange(TEXTURE_CELLS)[None, :, None] < 24, colours(TAN, 1.0), face)

    assert dark_lenses(logs(face)).any()
    assert not dark_lenses(logs(half)).any()


@pytest.mark.parametrize("skin", [PALE, TAN, DARK])
def test_the_shadow_of_a_cap_that_takes_half_of_the_light_is_none(skin: Colour) -> None:
    face = colours(skin, 1.0)
    shaded = np.where((canonical()[NOSE_BASE, 1] - 24 > ROWS)[..., None], 0.5 * face, face)

    assert not dark_lenses(logs(shaded)).any()


def test_a_window_that_shines_in_them_changes_nothing() -> None:
    face = colours(TAN, 0.1)
    shining = face.copy()
    row, column = np.argwhere(EYES).min(axis=0)
    shining[row - 1 : row + 1, column : column + 3] = 230

    assert (dark_lenses(logs(shining))[EYES] == 255).all()


@pytest.mark.parametrize("skin", [PALE, TAN])
def test_large_ones_make_no_hair_of_a_forehead(skin: Colour) -> None:
    face = colours(skin, 1.0)
    y, x = np.mgrid[:TEXTURE_CELLS, :TEXTURE_CELLS]
    for eye in (LEFT_EYE, RIGHT_EYE):
        rows, columns = np.nonzero(polygon(eye, TEXTURE_CELLS))
        width = np.ptp(columns) + 1
        lens = ((x - columns.mean()) / (1.1 * width)) ** 2 + (
            (y - rows.mean()) / (1.1 * width)
        ) ** 2 < 1
        face[lens] *= 0.1
    worn = logs(face)
    skin = skin_of(worn)
    forehead = (canonical()[BROW_LEVEL, 1] - 32 > ROWS) & (inwards(TEXTURE_CELLS) > 16)

    assert skin.lenses.any()
    assert skin.stays[forehead].max() == 0


def test_they_stay_and_are_no_detail_of_the_skin() -> None:
    bare, worn = (skin_of(logs(colours(TAN, through))) for through in (1.0, 0.1))
    below = (canonical()[BROW_LEVEL, 1] + 96) < ROWS

    assert (worn.stays[EYES] == 255).all()
    assert worn.stays[below].max() == 0
    assert worn.contrast.max() < 1.5 * bare.contrast.max()
