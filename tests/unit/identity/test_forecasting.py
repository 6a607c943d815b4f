"""A forecast begins with what the engine says, and learns from each candidate that was tried."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.identity.forecasting import Forecast
from swaddle.kernel.geometry import Floats

WIDTH = 16
PEOPLE = 3


def material(seed: int) -> tuple[np.random.Generator, Floats, Forecast]:
    """Return random numbers, whom candidates are compared with, and what is foreseen of nobody tried."""
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((PEOPLE, WIDTH)) / np.sqrt(WIDTH)
    return random, vectors, Forecast.of(vectors, np.full(PEOPLE, 0.1), np.full(PEOPLE, 0.4))


def test_of_whom_nobody_was_tried_the_engine_is_believed() -> None:
    random, vectors, forecast = material(0)
    tendency = random.standard_normal(WIDTH)

    np.testing.assert_allclose(forecast.excesses(tendency), vectors @ tendency + 0.4 - 0.1)


def test_the_first_tried_says_as_much_as_the_guess() -> None:
    random, vectors, forecast = material(1)
    tendency = random.standard_normal(WIDTH)
    learned = forecast.corrected(tendency, vectors @ tendency + 0.8)

    np.testing.assert_allclose(learned.excesses(tendency), vectors @ tendency + 0.6 - 0.1)
    np.testing.assert_array_equal(learned.references, vectors)


@given(st.integers(0, 1000))
def test_a_map_that_errs_is_put_right_by_what_was_tried(seed: int) -> None:
    random, vectors, forecast = material(seed)
    true = vectors + 0.5 * random.standard_normal(vectors.shape)
    for _ in range(60):
        tendency = random.standard_normal(WIDTH)
        forecast = forecast.corrected(tendency, true @ tendency + 0.4)

    assert np.linalg.norm(forecast.references - true) < 0.5 * np.linalg.norm(vectors - true)


@given(st.integers(0, 1000), st.integers(2, 8))
def test_where_nobody_was_tried_the_engine_is_believed_still(seed: int, count: int) -> None:
    random, vectors, forecast = material(seed)
    for _ in range(count):
        tendency = np.append(random.standard_normal(WIDTH - 1), 0.0)
        forecast = forecast.corrected(tendency, random.standard_normal(PEOPLE))

    np.testing.assert_allclose(forecast.references[:, -1], vectors[:, -1], atol=1e-9)


@given(st.integers(0, 1000), st.integers(1, 8))
def test_an_engine_that_is_right_stays_right(seed: int, count: int) -> None:
    random, vectors, forecast = material(seed)
    for _ in range(count):
        tendency = random.standard_normal(WIDTH)
        forecast = forecast.corrected(tendency, vectors @ tendency + 0.4)
    unknown = random.standard_normal(WIDTH)

    assert forecast.excesses(unknown) == pytest.approx(vectors @ unknown + 0.4 - 0.1)


def test_who_is_tried_twice_teaches_no_slope() -> None:
    random, vectors, forecast = material(2)
    tendency = random.standard_normal(WIDTH)
    for similarity in (0.2, 0.6):
        forecast = forecast.corrected(tendency, np.full(PEOPLE, similarity))

    np.testing.assert_allclose(forecast.references, vectors, atol=1e-9)
    assert np.isfinite(forecast.surprise).all()
