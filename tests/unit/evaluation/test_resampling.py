import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from swaddle.evaluation.resampling import Units, estimate, mean

VALUES = arrays(np.float64, st.integers(1, 60), elements=st.floats(-10, 10))


def units(count: int, per_second: int = 10) -> Units:
    return Units.of(np.zeros(count, int), np.arange(count) / per_second)


@given(VALUES)
def test_the_mean_is_that_of_the_rows_and_lies_in_its_interval(values: np.ndarray) -> None:
    found = mean(values, units(len(values)))

    assert found is not None
    assert found.value == pytest.approx(values.mean(), abs=1e-9)
    if found.low is not None and found.high is not None:
        assert found.low - 1e-9 <= found.high + 1e-9


def test_a_second_of_a_track_is_one_unit() -> None:
    found = Units.of(np.array([0, 0, 0, 1]), np.array([0.0, 0.9, 1.1, 0.2]))

    assert found.count == 3
    assert found.member[0] == found.member[1]
    assert found.member[3] not in found.member[:3]


def test_frames_of_one_second_have_no_interval() -> None:
    found = mean(np.arange(5.0), units(5))

    assert found is not None
    assert (found.low, found.high) == (None, None)


def test_what_repeats_within_a_second_does_not_narrow_the_interval() -> None:
    seconds = np.random.default_rng(1).normal(size=20)
    once = mean(seconds, units(20, per_second=1))
    often = mean(np.repeat(seconds, 30), units(600, per_second=30))

    assert once is not None
    assert often is not None
    assert often.low == pytest.approx(once.low)
    assert often.high == pytest.approx(once.high)


def test_the_same_rows_give_the_same_interval() -> None:
    values = np.random.default_rng(2).normal(size=300)

    assert mean(values, units(300)) == mean(values, units(300))


def test_nothing_gives_no_figure() -> None:
    assert mean(np.zeros(0), units(0)) is None
    assert estimate(lambda _: float("nan"), units(30)) is None
