import numpy as np
from numpy.typing import NDArray

from tools.attack.learning import attacked

PEOPLE = 300


def people(seed: int) -> NDArray[np.float64]:
    vectors = np.random.default_rng(seed).normal(size=(PEOPLE, 128))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_method_that_only_mixes_what_the_recogniser_says_is_undone() -> None:
    real = people(1)
    # Forty of 128 directions survive, turned: nobody sees it by comparing.
    mixing = np.random.default_rng(2).normal(size=(40, 128))
    hidden = real[:, :40] @ mixing
    found = attacked(hidden, real)

    assert found.plain < 0.1
    assert found.first > 0.5


def test_a_method_that_keeps_nothing_leaves_chance() -> None:
    found = attacked(people(3), people(4))

    assert found.first < 0.06
    assert found.low <= found.first <= found.high


def test_nothing_hidden_is_found_at_once() -> None:
    found = attacked(people(5), people(5))

    assert found.plain == 1
    assert found.people == PEOPLE // 2
