"""A crop shows the mean of the area behind each of its samples, wherever it lies."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swaddle.kernel.cropping import shrunk, warped

BORDER = 400


def plane(width: int, height: int, kind: type = np.uint8, sigma: float = 5) -> np.ndarray:
    """Return samples that change slowly over a plane."""
    limit = 255 if kind is np.uint8 else 1023
    noise = np.random.default_rng(0).uniform(0, limit, (height, width)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), sigma)
    return cv2.normalize(soft, None, 0, limit, cv2.NORM_MINMAX).astype(kind)


@settings(max_examples=40, deadline=None)
@given(
    factor=st.sampled_from([2, 3, 4, 5, 8, 11]),
    x=st.integers(-200, 300),
    y=st.integers(-200, 250),
    kind=st.sampled_from([np.uint8, np.uint16]),
)
def test_a_smaller_crop_shows_means(factor: int, x: int, y: int, kind: type) -> None:
    source = plane(211, 157, kind, 2 * factor)
    centre = (factor - 1) / 2
    matrix = np.array([[factor, 0.0, x + centre], [0.0, factor, y + centre]])

    crop = warped(source, matrix, 12, 10)

    around = cv2.copyMakeBorder(source, *[BORDER] * 4, cv2.BORDER_REPLICATE).astype(np.float64)
    rows, columns = y + BORDER, x + BORDER
    part = around[rows : rows + 10 * factor, columns : columns + 12 * factor]
    means = part.reshape(10, factor, 12, factor).mean(axis=(1, 3))
    # What is averaged need not begin where a sample of the crop does; of three samples, halved once,
    # two halves are seen, which differ from the mean by 0.029 on average in the worst places.
    assert np.abs(crop - means).max() <= 0.09 * (255 if kind is np.uint8 else 1023)
    assert np.abs(crop - means).mean() <= 0.03 * (255 if kind is np.uint8 else 1023)


@given(angle=st.floats(-np.pi, np.pi), shrink=st.floats(1.6, 9.0))
@settings(max_examples=25, deadline=None)
def test_a_turned_crop_of_a_ramp_lies_where_it_should(angle: float, shrink: float) -> None:
    columns = np.arange(256, dtype=np.uint8)[None, :].repeat(256, axis=0)
    cos, sin = shrink * np.cos(angle), shrink * np.sin(angle)
    matrix = np.array([[cos, -sin, 128 - 5 * (cos - sin)], [sin, cos, 128 - 5 * (sin + cos)]])

    crop = warped(np.ascontiguousarray(columns), matrix, 11, 11)

    ys, xs = np.mgrid[:11, :11]
    wanted = cos * xs - sin * ys + matrix[0, 2]
    assert np.abs(crop - wanted).max() <= 1.5


@pytest.mark.parametrize(("width", "height"), [(640, 360), (320, 180), (192, 108), (32, 18)])
def test_a_whole_plane_is_shrunk_by_means(width: int, height: int) -> None:
    source = plane(1920, 1080)

    small = shrunk(source, width, height).astype(np.float64)

    wanted = cv2.resize(source.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    # Each halving rounds, and two samples may belong to two cells.
    assert np.abs(small - wanted).mean() <= 1
    assert np.abs(small - wanted).max() <= 5


def test_a_crop_far_larger_than_the_plane_takes_no_more_memory_than_one() -> None:
    source = plane(64, 48)
    far = 2.0**40
    matrix = np.array([[far, 0.0, -5 * far], [0.0, far, -5 * far]])

    crop = warped(source, matrix, 10, 10)

    assert crop.shape == (10, 10)
    assert source.min() <= crop.min() <= crop.max() <= source.max()
