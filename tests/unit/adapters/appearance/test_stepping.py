"""The shortest step that does what is asked."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from swaddle.adapters.appearance.stepping import least

SIZE = 12


@st.composite
def questions(draw: st.DrawFn) -> tuple[np.random.Generator, int]:
    """Return where slopes come from, and for how many references."""
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1))), draw(st.integers(1, 6))


@given(questions())
def test_it_reaches_every_bound(question: tuple[np.random.Generator, int]) -> None:
    random, count = question
    slopes, bounds = random.standard_normal((count, SIZE)), random.standard_normal(count)

    assert (slopes @ least(slopes, bounds) >= bounds - 1e-6).all()


@given(questions())
def test_no_other_that_does_is_shorter(question: tuple[np.random.Generator, int]) -> None:
    random, count = question
    slopes, bounds = random.standard_normal((count, SIZE)), random.standard_normal(count)
    step = least(slopes, bounds)
    others = step + random.standard_normal((200, SIZE)) * random.exponential(1, (200, 1))
    reaching = others[(others @ slopes.T >= bounds).all(axis=1)]

    assert (np.linalg.norm(reaching, axis=1) >= np.linalg.norm(step) - 1e-6).all()


@given(questions())
def test_there_is_no_step_where_nothing_is_missing(
    question: tuple[np.random.Generator, int],
) -> None:
    random, count = question
    slopes, bounds = random.standard_normal((count, SIZE)), -random.exponential(1, count)

    assert np.allclose(least(slopes, bounds), 0, atol=1e-6)


def test_there_is_none_where_bounds_contradict_each_other() -> None:
    slopes = np.array([[1.0, 0.0], [-1.0, 0.0]])

    assert not least(slopes, np.array([1.0, 1.0])).any()


def test_there_is_none_where_no_step_has_an_effect() -> None:
    assert not least(np.zeros((1, 3)), np.array([0.5])).any()
