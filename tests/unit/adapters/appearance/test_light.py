import cv2
import numpy as np
import pytest

from swaddle.adapters.appearance.light import (
    FLOOR,
    PALEST,
    SHINE,
    blurred,
    coarse,
    colour_share,
    desaturated,
    deviation,
    dulled,
    finest,
    grain,
    light_of,
    light_on,
    paled,
    paleness,
)

EVERYWHERE = np.ones((120, 120), np.float32)


def noise(sigma: float, deviation: float = 3.0) -> np.ndarray:
    plain = np.random.default_rng(5).standard_normal((120, 120)).astype(np.float32)
    blurred = cv2.GaussianBlur(plain, (0, 0), sigma) if sigma else plain
    return 120 + blurred * (deviation / blurred.std())


def neighbours(picture: np.ndarray) -> float:
    rest = picture - cv2.GaussianBlur(picture, (0, 0), 1.2)
    return float(np.corrcoef(rest[:, 1:].ravel(), rest[:, :-1].ravel())[0, 1])


@pytest.mark.parametrize("sigma", [0.0, 0.5, 0.7])
def test_grain_is_as_coarse_as_that_of_the_picture(sigma: float) -> None:
    picture = noise(sigma)
    made = grain(finest(picture), 2.0, EVERYWHERE, seed=7)

    assert neighbours(made) == pytest.approx(neighbours(picture), abs=0.1)
    assert deviation(finest(made), EVERYWHERE) == pytest.approx(2.0, rel=0.05)


def test_the_same_frame_gets_the_same_grain() -> None:
    one, again = (grain(finest(noise(0.5)), 1.0, EVERYWHERE, seed=3) for _ in range(2))

    np.testing.assert_array_equal(one, again)


def test_a_large_face_is_as_fine_as_a_small_one() -> None:
    fine = np.random.default_rng(2).standard_normal((700, 500)).astype(np.float32)

    assert deviation(fine, np.ones_like(fine)) == pytest.approx(1.0, rel=0.03)


def test_only_skin_tells_how_fine_a_face_is() -> None:
    fine = np.zeros((120, 120), np.float32)
    fine[:, 60:] = 40.0
    skin = EVERYWHERE.copy()
    skin[:, 60:] = 0

    assert deviation(fine, skin) == 0.0


def test_a_sharp_face_is_blurred_to_the_frames_sharpness() -> None:
    sharp = np.repeat(noise(0.0, 8.0)[..., None], 3, axis=2)
    own = deviation(finest(sharp[..., 0]), EVERYWHERE)
    made = blurred(sharp, own, 2.0)

    assert deviation(finest(made[..., 0]), EVERYWHERE) < 0.5 * 8


def test_the_light_of_a_flat_face_is_its_colour() -> None:
    flat = np.full((120, 120, 3), 0.7, np.float32)

    np.testing.assert_allclose(coarse(flat, EVERYWHERE, 20.0), 0.7, atol=1e-4)


def test_hair_at_the_border_does_not_darken_the_light_on_the_skin_beside_it() -> None:
    skin = np.full((120, 120, 3), np.log(150), np.float32)
    haired = skin.copy()
    haired[:12] = np.log(30)
    beside = np.s_[14:30]

    assert np.abs(light_of(haired, EVERYWHERE, 20.0)[beside] - skin[beside]).max() < 0.1
    assert np.abs(coarse(haired, EVERYWHERE, 20.0)[beside] - skin[beside]).max() > 0.3


def test_what_shines_on_dark_skin_does_not_lighten_it() -> None:
    dark = np.full((120, 120, 3), np.log(50), np.float32)
    shining = dark.copy()
    for y, x in ((30, 30), (30, 80), (70, 55)):
        shining[y : y + 22, x : x + 22] = np.log(150)
    around = np.s_[25:100, 25:105]
    bare = shining[around][..., 0] < np.log(100)

    assert np.abs(light_of(shining, EVERYWHERE, 20.0) - dark)[around][bare].mean() < 0.08
    assert np.abs(coarse(shining, EVERYWHERE, 20.0) - dark)[around][bare].mean() > 0.15


def test_light_from_the_side_stays() -> None:
    across = np.linspace(np.log(60), np.log(200), 120, dtype=np.float32)
    lit = np.broadcast_to(across[None, :, None], (120, 120, 3)).copy()
    inner = np.s_[30:90, 30:90]

    np.testing.assert_allclose(light_of(lit, EVERYWHERE, 20.0)[inner], lit[inner], atol=0.08)


def test_a_hard_shadow_stays_a_shadow() -> None:
    across = np.full((120, 120, 3), np.log(150), np.float32)
    across[:, 60:] += np.log(0.25)
    light = light_of(across, EVERYWHERE, 20.0)[60, :, 0]

    assert light[20] - light[100] == pytest.approx(np.log(4), abs=0.2)
    assert (np.diff(light) < 1e-4).all()


def test_next_to_no_detail_stays_where_a_frame_has_none_at_all() -> None:
    almost_flat = np.repeat(noise(0.0, 0.02)[..., None], 3, axis=2).astype(np.float32)

    own = deviation(finest(almost_flat[..., 0]), EVERYWHERE)

    assert np.array_equal(blurred(almost_flat, own, 0.0), almost_flat)


@pytest.mark.parametrize("size", [40.0, 120.0, 900.0])
def test_the_light_on_a_face_is_its_colour_from_one_side_to_the_other(size: float) -> None:
    across = np.linspace(60, 200, 120, dtype=np.float32)
    lit = np.broadcast_to(across[None, :, None], (90, 120, 3)).copy()
    light = light_on(lit, EVERYWHERE[:90], size) - FLOOR

    # From the middle on, either side weighs as much.
    assert light[45, 60, 0] == pytest.approx(lit[45, 60, 0], rel=0.1)
    assert (np.diff(light[45, :, 1]) > -1e-3).all()


def test_light_that_no_skin_tells_is_finite() -> None:
    lit = np.full((90, 120, 3), 120, np.float32)

    assert np.isfinite(light_on(lit, 0 * EVERYWHERE[:90], 80.0)).all()


def test_bright_skin_loses_some_of_its_colour_and_no_brightness() -> None:
    skin = np.full((1, 3, 3), (90.0, 120.0, 180.0), np.float32)
    made = paled(skin, paleness(np.array([[-0.5, 0.2, 3.0]], np.float32)))
    chroma = np.ptp(made, axis=2)[0]

    np.testing.assert_allclose(made.mean(axis=2), skin.mean(axis=2), rtol=1e-4)
    np.testing.assert_allclose(chroma / 90, [1, 1 - 0.24, 1 - PALEST], atol=1e-3)


@pytest.mark.parametrize("strength", [0.02, 0.1, 0.3, 0.8])
def test_skin_shines_so_much_and_no_more(strength: float) -> None:
    bright = np.full((4, 4, 3), strength, np.float32)

    assert dulled(bright).max() <= min(strength, SHINE)


def test_a_faint_shine_stays_as_it_is() -> None:
    faint = np.full((4, 4, 3), 0.2 * SHINE, np.float32)

    np.testing.assert_allclose(dulled(faint), faint, rtol=0.02)


def test_what_is_darker_than_the_light_stays_as_dark() -> None:
    brow = np.full((4, 4, 3), -0.7, np.float32)

    np.testing.assert_array_equal(dulled(brow), brow)


def test_a_spot_that_shines_keeps_its_tint() -> None:
    warm = np.array([[[0.1, 0.3, 0.5]]], np.float32)
    made = dulled(warm)

    np.testing.assert_allclose(np.diff(made[0, 0]), np.diff(warm[0, 0]), atol=1e-6)


@pytest.mark.parametrize(
    ("colour", "share"),
    [((90, 90, 90), 0), ((92, 91, 90), 0), ((120, 140, 180), 1), ((30, 33, 36), 1)],
)
def test_a_picture_of_greys_lends_a_face_no_colour(
    colour: tuple[int, int, int], share: float
) -> None:
    picture = np.full((120, 120, 3), colour, np.float32)

    assert colour_share(picture, EVERYWHERE) == share
    assert colour_share(picture, 0 * EVERYWHERE) == 1


def test_without_its_colour_a_picture_is_as_bright() -> None:
    picture = np.random.default_rng(1).uniform(0, 255, (20, 20, 3)).astype(np.float32)
    luma = np.array([0.114, 0.587, 0.299], np.float32)

    np.testing.assert_allclose(desaturated(picture, 0.3) @ luma, picture @ luma, atol=0.01)
    np.testing.assert_allclose(desaturated(picture, 1), picture, atol=1e-3)
    assert np.ptp(desaturated(picture, 0), axis=2).max() < 0.01
