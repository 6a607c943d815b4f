"""Which heads of people that a pose model sees are doubt."""

from collections.abc import Sequence

import numpy as np
import pytest

from swaddle.gate.faces import SecondLook
from swaddle.gate.persons import untracked
from swaddle.kernel.faces import Person
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.geometry import Box

PICTURE = still(np.zeros((90, 160, 3), np.uint8))
FACE = Box(20, 20, 50, 60)
FOOT = Box(110, 30, 130, 50)

CLEAR = SecondLook(score=0.9, presence=0.95)
DOUBTFUL = SecondLook(score=0.5, presence=0.1)
ONE_SAYS_SO = SecondLook(score=0.2, presence=0.95)
"""A fold of cloth beside the newborn."""
DETECTED = SecondLook(score=0.75, presence=0.3)
"""A profile, or a face half behind something: the search believes that without a mesh."""
NOTHING = SecondLook(score=0.2, presence=0.1)


class Says:
    """Says the same of every place."""

    def __init__(self, second: SecondLook) -> None:
        self.second = second

    def second_look(self, frame: Frame, box: Box, rendered: Sequence[Box]) -> SecondLook:
        return self.second


def person(head: Box, visibility: float = 0.9) -> Person:
    return Person(head, 0.9, visibility, np.zeros((33, 3), np.float32))


def found(output: Sequence[Person], original: Sequence[Person], second: SecondLook) -> list[Box]:
    watcher = Says(second)
    doubts = untracked(PICTURE, output, [FACE], watcher, lambda: original)  # type: ignore[arg-type]
    return [Box(d.x0, d.y0, d.x1, d.y1) for d in doubts]


@pytest.mark.parametrize("second", [CLEAR, DOUBTFUL, ONE_SAYS_SO])
def test_a_head_that_nobody_rendered_is_doubt(second: SecondLook) -> None:
    people = [person(FOOT)]

    assert found(people, people, second) == [FOOT]


def test_a_head_that_was_rendered_is_none() -> None:
    assert found([person(FACE)], [person(FACE)], CLEAR) == []


def test_the_back_of_a_head_is_none() -> None:
    assert found([person(FOOT)], [person(FOOT)], NOTHING) == []
    assert found([person(FOOT, visibility=0.2)], [person(FOOT)], CLEAR) == []


def test_a_head_that_only_hiding_brought_about_has_to_show_a_face() -> None:
    original = [person(FACE)]

    assert found([person(FOOT)], original, DOUBTFUL) == []
    assert found([person(FOOT)], original, ONE_SAYS_SO) == []
    assert found([person(FOOT)], original, CLEAR) == [FOOT]


def test_a_face_beside_a_hidden_one_that_no_mesh_fits_on_is_doubt() -> None:
    assert found([person(FOOT)], [person(FACE)], DETECTED) == [FOOT]


@pytest.mark.parametrize("second", [DOUBTFUL, ONE_SAYS_SO])
def test_a_touch_of_a_hidden_head_is_no_head_but_a_touch_of_another_is(second: SecondLook) -> None:
    chest = Box(48, 25, 78, 55)
    hidden, bare = person(Box(15, 20, 51, 60)), person(Box(75, 25, 105, 55))

    assert found([person(chest)], [hidden], second) == []
    assert found([person(chest)], [hidden, bare], second) == [chest]
    assert found([person(chest)], [hidden], CLEAR) == [chest]


def test_what_shares_much_with_a_hidden_head_of_the_original_may_be_another_one() -> None:
    # Of two heads side by side, hidden and not, the pose model may make one in the original.
    both = person(Box(20, 20, 90, 60))

    assert found([person(Box(60, 25, 90, 55))], [both], DOUBTFUL) == [Box(60, 25, 90, 55)]
