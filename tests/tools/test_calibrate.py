"""What a threshold costs, on made distributions of which the answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.geometry import Floats
from tools.calibrate.operating import (
    Acts,
    Sample,
    Verdict,
    judge,
    rate,
    recommended,
    unchanged,
)


def sample(values: Floats | list[float], each: int = 1, *, backed: bool = False) -> Sample:
    """Make a sample in which so many values, one after the other, belong together."""
    units = np.array([str(number // each) for number in range(len(values))])
    return Sample("made", np.asarray(values, np.float64), units, backed)


def normal(mean: float, count: int, seed: int) -> Floats:
    return np.random.default_rng(seed).normal(mean, 1.0, count)


def test_between_two_known_distributions_the_rates_are_those_of_their_tails() -> None:
    # Two deviations from the middle of each: 2.275 % of a normal distribution lies beyond.
    judged = judge(2.0, Acts.FROM, sample(normal(4, 20_000, 1)), sample(normal(0, 20_000, 2)))

    for found in (judged.miss, judged.alarm):
        assert found.value == pytest.approx(0.02275, abs=0.003)
        assert found.low < 0.02275 < found.high
    assert judged.verdict is Verdict.MISSES


def test_the_interval_is_that_of_the_binomial_where_every_value_is_a_unit() -> None:
    chosen = np.arange(1000) < 200
    found = rate(chosen, np.arange(1000).astype(str))

    deviation = np.sqrt(0.2 * 0.8 / 1000)
    assert found.low == pytest.approx(0.2 - 1.96 * deviation, abs=0.006)
    assert found.high == pytest.approx(0.2 + 1.96 * deviation, abs=0.006)


def test_values_that_belong_together_count_once() -> None:
    chosen = np.arange(1000) < 200
    alone = rate(chosen, np.arange(1000).astype(str))
    together = rate(chosen, (np.arange(1000) // 50).astype(str))

    assert together.value == alone.value
    assert together.high - together.low > 4 * (alone.high - alone.low)
    assert together.units == 20


@given(st.integers(1, 500))
def test_of_what_never_happened_nobody_says_that_it_never_happens(units: int) -> None:
    never = rate(np.zeros(units, bool), np.arange(units).astype(str))
    always = rate(np.ones(units, bool), np.arange(units).astype(str))

    assert (never.value, always.value) == (0, 1)
    assert never.high == pytest.approx(min(1, 3 / units))
    assert always.low == pytest.approx(1 - min(1, 3 / units))


def test_the_rule_goes_as_far_beyond_the_last_as_the_last_lies_beyond_the_one_before() -> None:
    guarded, spared = sample([0.9, 0.7, 0.6, 0.8]), sample([0.1, 0.3, 0.55])
    judged = judge(0.45, Acts.FROM, guarded, spared)

    assert judged.recommended == pytest.approx(0.5)
    assert judged.alarm_there == pytest.approx(1 / 3)
    assert (judged.same_from, judged.same_to) == (0.3, 0.55)
    assert judged.verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("threshold", "verdict"),
    [(0.5, Verdict.HOLDS), (0.55, Verdict.TIGHT), (0.65, Verdict.MISSES)],
)
def test_a_value_holds_where_the_rule_asks_for_no_more(threshold: float, verdict: Verdict) -> None:
    judged = judge(threshold, Acts.FROM, sample([0.6, 0.7]), sample([0.1]))

    assert judged.verdict is verdict


def test_a_miss_on_which_others_act_is_none() -> None:
    judged = judge(0.65, Acts.FROM, sample([0.6, 0.7], backed=True), sample([0.1]))

    assert judged.verdict is Verdict.BACKED


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=30), st.floats(-5, 5))
def test_below_is_from_in_a_mirror(values: list[float], threshold: float) -> None:
    straight, mirrored = sample(values), sample([-value for value in values])

    assert recommended(straight, Acts.BELOW) == pytest.approx(-recommended(mirrored, Acts.FROM))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0, 1), st.sampled_from(Acts))
def test_between_its_ends_a_threshold_decides_the_same(
    values: list[float], threshold: float, acts: Acts
) -> None:
    measured = np.array(values)
    low, high = unchanged(threshold, measured)
    moved = (threshold + (1.0 if high is None else high)) / 2
    if acts is Acts.FROM:
        same = (measured >= threshold) == (measured >= moved)
    else:
        same = (measured < threshold) == (measured < moved)

    assert low is None or low < threshold
    assert high is None or high >= threshold
    assert same.all()


def test_a_unit_counts_with_what_is_nearest_to_a_miss() -> None:
    # Two people, three frames each: the worst frames are 0.5 and 0.6.
    values = [0.9, 0.5, 0.52, 0.8, 0.6, 0.7]

    assert recommended(sample(values, each=3), Acts.FROM) == pytest.approx(0.4)
