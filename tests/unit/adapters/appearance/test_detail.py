import cv2
import numpy as np
import pytest

from swaddle.adapters.appearance.detail import (
    BROW_SHINE,
    BROWS,
    FROWN,
    GLABELLA,
    SMALLEST_TEXTURE,
    detail_of,
    face_height,
)
from swaddle.adapters.appearance.light import PALEST, SHINE
from swaddle.adapters.appearance.people import Person, draw, rebuild
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.texture_space import SIDE, canonical, face_mask, polygon

FULL = np.ones(3)


def person(seed: int = 3) -> Person:
    return rebuild(draw(bytes([seed]) * 32, AgeGroup.ADULT, 0), AgeGroup.ADULT)


def flat(level: float) -> Person:
    known = person()
    texture = np.full_like(known.texture, level)
    return Person(known.shape, texture, known.contrast, known.iris)


@pytest.mark.parametrize(("size", "side"), [(900, SIDE), (130, SIDE), (120, SIDE // 2), (40, 64)])
def test_a_texture_is_no_finer_than_the_face_shows(size: float, side: int) -> None:
    assert detail_of(person(), FULL, size).factors.shape == (side, side, 3)


def test_a_tiny_face_has_a_texture_still() -> None:
    assert detail_of(person(), FULL, 1.0).factors.shape[0] == SMALLEST_TEXTURE


def test_it_is_computed_once_for_a_person_and_a_strength() -> None:
    someone = person()

    assert detail_of(someone, FULL, 300.0) is detail_of(someone, FULL.copy(), 310.0)
    assert detail_of(someone, FULL, 300.0) is not detail_of(someone, 0.5 * FULL, 300.0)
    assert detail_of(someone, FULL, 300.0) is not detail_of(person(4), FULL, 300.0)


@pytest.mark.parametrize("level", [-1.0, 0.0, 1.0])
def test_what_is_as_coarse_as_light_is_left_to_the_light(level: float) -> None:
    detail = detail_of(flat(level), FULL, 300.0)

    np.testing.assert_allclose(detail.factors[face_mask()], 1, atol=0.02)
    np.testing.assert_allclose(detail.paleness[face_mask()], 0, atol=0.02)


def test_it_shines_and_pales_so_much_and_no_more() -> None:
    known = person()
    loud = Person(known.shape, 5 * known.texture, known.contrast, known.iris)
    detail = detail_of(loud, FULL, 300.0)
    brightness = np.log(detail.factors) @ np.array([0.114, 0.587, 0.299])

    assert brightness.max() <= SHINE + 1e-4
    assert 0 <= detail.paleness.min() <= detail.paleness.max() <= PALEST


@pytest.mark.parametrize("seed", range(8))
def test_nobody_has_bright_brows(seed: int) -> None:
    detail = detail_of(person(seed), FULL, 300.0)
    brows = polygon(BROWS) > 0
    brightness = np.log(detail.factors[brows]) @ np.array([0.114, 0.587, 0.299])

    assert brightness.max() <= BROW_SHINE + 0.01
    assert detail.paleness[brows].max() < 0.05


@pytest.mark.parametrize("seed", range(8))
def test_nobody_has_one_brow_from_temple_to_temple(seed: int) -> None:
    detail = detail_of(person(seed), FULL, 300.0)
    middle = cv2.erode(polygon(GLABELLA), np.ones((13, 13), np.uint8)) > 0
    brightness = np.log(detail.factors[middle]) @ np.array([0.114, 0.587, 0.299])

    assert brightness.min() >= -FROWN - 0.01
    # Nor is it of another colour than the rest of the skin.
    assert np.ptp(np.log(detail.factors[middle]), axis=1).max() < 0.02


def test_what_is_drawn_frowns_by_more() -> None:
    textures = [person(seed).texture @ np.array([0.114, 0.587, 0.299]) for seed in range(8)]

    assert min(texture[polygon(GLABELLA) > 0].min() for texture in textures) < -4 * FROWN


def test_less_strength_is_less_detail() -> None:
    full, half = (detail_of(person(), share * FULL, 300.0).factors for share in (1.0, 0.5))

    assert np.abs(np.log(half)).mean() < 0.6 * np.abs(np.log(full)).mean()


def test_a_face_is_higher_than_its_mesh() -> None:
    points = canonical()[:468]

    assert face_height(canonical()) > np.ptp(points[:, 1])
