"""Who counts as a different person."""

import numpy as np
import pytest

from tools.face_space.recogniser import similarities
from tools.face_space.variety import different


def test_who_resembles_somebody_before_does_not_count() -> None:
    vectors = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [0.6, 0.8]])

    assert different(vectors, 0.7) == [0, 2]


def test_who_resembles_only_those_who_do_not_count_counts() -> None:
    steps = np.radians([0, 30, 60])
    vectors = np.column_stack([np.cos(steps), np.sin(steps)])

    assert different(vectors, np.cos(np.radians(40))) == [0, 2]


@pytest.mark.parametrize(("limit", "count"), [(1.1, 5), (-1.1, 1)])
def test_a_limit_that_all_keep_counts_all_and_one_that_nobody_keeps_the_first(
    limit: float, count: int
) -> None:
    vectors = np.random.default_rng(0).standard_normal((5, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    assert len(different(vectors, limit)) == count
    assert len(similarities(vectors)) == 10
