"""Who belongs to whom."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from swaddle.linking.pairing import paired

LEAST = 0.4

overlaps = st.tuples(st.integers(0, 4), st.integers(0, 4)).flatmap(
    lambda shape: arrays(
        np.float64, shape, elements=st.sampled_from([0.0, 0.3, 0.39, 0.5, 0.7, 0.9])
    )
)


def most(gains: NDArray[np.float64]) -> float:
    """Return the largest sum, by trying everything."""
    wide = gains if gains.shape[0] <= gains.shape[1] else gains.T
    columns = range(wide.shape[1])
    return max(
        sum(wide[row, column] for row, column in enumerate(chosen))
        for chosen in permutations(columns, wide.shape[0])
    )


@given(overlaps)
def test_the_pairs_are_worth_the_most_that_possible_ones_can_be(
    gains: NDArray[np.float64],
) -> None:
    possible = gains > LEAST
    pairs = list(paired(gains, possible))

    assert all(possible[pair] for pair in pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert np.isclose(sum(gains[pair] for pair in pairs), most(np.where(possible, gains, 0.0)))


def test_what_cannot_be_a_pair_keeps_nobody_from_being_one() -> None:
    gains = np.array([[0.45, 0.38], [0.38, 0.0]])

    assert list(paired(gains, gains > LEAST)) == [(0, 0)]
    assert list(paired(gains, gains > 0.3)) == [(0, 1), (1, 0)]


def test_as_many_as_can_have_a_partner() -> None:
    near = 1e6 - np.array([[0.1, 0.2], [0.1, np.inf]])
    possible = np.isfinite(near)

    assert list(paired(np.where(possible, near, 0.0), possible)) == [(0, 1), (1, 0)]
