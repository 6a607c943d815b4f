import cv2
import numpy as np
import pytest

from swaddle.adapters.appearance.light import coarse, fine_deviation, grain, matched

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
    made = grain(picture, 2.0, EVERYWHERE, seed=7)

    assert neighbours(made) == pytest.approx(neighbours(picture), abs=0.1)
    assert fine_deviation(made, EVERYWHERE) == pytest.approx(2.0, rel=0.05)


def test_the_same_frame_gets_the_same_grain() -> None:
    one, again = (grain(noise(0.5), 1.0, EVERYWHERE, seed=3) for _ in range(2))

    np.testing.assert_array_equal(one, again)


def test_a_sharp_face_is_blurred_to_the_frames_sharpness() -> None:
    sharp = np.repeat(noise(0.0, 8.0)[..., None], 3, axis=2)
    made = matched(sharp, 2.0, EVERYWHERE)

    assert fine_deviation(made.mean(axis=2), EVERYWHERE) < 0.5 * 8


def test_the_light_of_a_flat_face_is_its_colour() -> None:
    flat = np.full((120, 120, 3), 0.7, np.float32)

    np.testing.assert_allclose(coarse(flat, EVERYWHERE, 20.0), 0.7, atol=1e-4)


def test_next_to_no_detail_stays_where_a_frame_has_none_at_all() -> None:
    almost_flat = np.repeat(noise(0.0, 0.02)[..., None], 3, axis=2).astype(np.float32)

    assert np.array_equal(matched(almost_flat, 0.0, EVERYWHERE), almost_flat)
