import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.adapters.onnx.alignment import (
    TEMPLATES,
    Square,
    placed,
    resampled,
    softly_resampled,
)
from swaddle.kernel.faces import five_points
from swaddle.kernel.geometry import Floats
from tests.made.faces import rendered

angles = st.floats(-np.pi, np.pi)
sizes = st.floats(20, 2000)
shifts = st.floats(-500, 2500)


def turned(points: Floats, angle: float, size: float, x: float, y: float) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    return size * points @ np.array([[c, s], [-s, c]]) + [x, y]


def test_the_five_points_of_a_mesh_lie_as_in_a_face() -> None:
    _, landmarks = rendered()
    left, right, nose, mouth_left, mouth_right = five_points(landmarks)

    assert left[0] < nose[0] < right[0]
    assert mouth_left[0] < nose[0] < mouth_right[0]
    assert max(left[1], right[1]) < nose[1] < min(mouth_left[1], mouth_right[1])


@given(st.sampled_from(sorted(TEMPLATES)), angles, sizes, shifts, shifts)
def test_a_face_that_is_the_template_turned_is_found_exactly(
    template: str, angle: float, size: float, x: float, y: float
) -> None:
    points = turned(np.array(TEMPLATES[template]), angle, size, x, y)
    square = Square.fitted(points, template, 256)
    found = placed(points, square.from_picture(256))

    assert np.allclose(found, np.array(TEMPLATES[template]) * 256, atol=1e-6)


@given(angles, sizes)
def test_one_wrong_point_moves_the_square_no_more_than_least_squares_say(
    angle: float, size: float
) -> None:
    template = np.array(TEMPLATES["arcface_128"])
    wrong = template + np.array([[0, 0], [0, 0], [0.1, 0], [0, 0], [0, 0]])
    square = Square.fitted(turned(wrong, angle, size, 0, 0), "arcface_128", 128)
    found = placed(turned(wrong, angle, size, 0, 0), square.from_picture(128)) / 128
    # The sum of the residuals of a least-squares fit is zero, and none exceeds the error.
    residuals = found - template

    assert np.allclose(residuals.sum(axis=0), 0, atol=1e-9)
    assert np.abs(residuals).max() <= 0.1


@given(st.integers(1, 512), st.integers(1, 512))
def test_crops_of_any_resolution_show_the_same_square(one: int, other: int) -> None:
    points = turned(np.array(TEMPLATES["ffhq_512"]), 0.4, 300, 50, 80)
    square = Square.fitted(points, "ffhq_512", 512)

    for side in (one, other):
        edges = np.array([[-0.5, -0.5], [side - 0.5, side - 0.5]])
        assert np.allclose(placed(edges, square.matrix(side)), square.corners[[0, 2]])


def smooth(size: int = 400, sigma: float = 2.0) -> Floats:
    """Return a picture of noise without anything finer than about `sigma` pixels, 0..255."""
    frequencies = np.fft.fftfreq(size)
    keep = np.exp(-2 * (np.pi * sigma) ** 2 * (frequencies[:, None] ** 2 + frequencies**2))
    noise = np.random.default_rng(3).normal(size=(3, size, size))
    layers = np.fft.ifft2(np.fft.fft2(noise) * keep).real
    layers = (layers - layers.min()) / np.ptp(layers) * 255
    return np.ascontiguousarray(np.rint(layers).transpose(1, 2, 0), np.float32)


@pytest.mark.parametrize("scale", [1.0, 1.3, 1.9, 3.0])
@pytest.mark.parametrize("angle", [0.0, 0.3, 1.2])
def test_there_and_back_loses_less_than_half_a_level(scale: float, angle: float) -> None:
    picture = smooth()
    points = turned(np.array(TEMPLATES["arcface_128"]), angle, 256 / scale, 150.3, 90.7)
    square = Square.fitted(points, "arcface_128", 256)
    crop = resampled(picture, square.matrix(256), 256, 256)
    back = resampled(crop, square.from_picture(256), 400, 400)
    inner = np.zeros((256, 256), np.float32)
    inner[12:-12, 12:-12] = 1
    there = softly_resampled(inner, square.from_picture(256), 400, 400) == 1

    assert there.sum() > 5000
    assert np.abs(back - picture)[there].mean() < 0.5


def test_many_pixels_on_one_are_averaged() -> None:
    stripes = np.zeros((256, 256, 1), np.float32)
    stripes[:, ::2] = 255
    small = resampled(stripes, np.array([[8.0, 0, 3.5], [0, 8.0, 3.5]]), 32, 32)

    assert np.abs(small - 127.5).max() < 1
