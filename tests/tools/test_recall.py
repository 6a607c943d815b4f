import numpy as np
import pytest

from swaddle import bootstrap
from swaddle.scenes.rendering import render
from tools.recall.conditions import FACE, at_night, conditions, moved


def test_every_condition_is_one_picture_of_one_person() -> None:
    for condition in conditions():
        (moment,) = render(condition.scene(1), bootstrap.looks_source())

        assert len(moment.faces) == 1, condition


@pytest.mark.parametrize("size", [12, 48, 240])
def test_a_face_has_the_size_that_the_condition_says(size: int) -> None:
    (wanted,) = (c for c in conditions() if c.value == f"{size} px")
    (moment,) = render(wanted.scene(1), bootstrap.looks_source())

    assert moment.faces[0].box.height == pytest.approx(size, rel=0.15)


def test_a_hand_hides_more_of_the_face_the_farther_it_reaches() -> None:
    hands = [c for c in conditions() if c.kind == "hand"]
    hidden = [
        next(iter(render(c.scene(1), bootstrap.looks_source()))).faces[0].occluded for c in hands
    ]

    assert hidden == sorted(hidden)
    assert hidden[-1] > hidden[0]


def test_the_night_has_no_colours_and_a_moving_head_no_edges() -> None:
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:, 80:] = (40, 90, 200)
    night, blurred = at_night(picture), moved(picture, round(0.2 * FACE))

    assert (night[..., 0] == night[..., 2]).all()
    assert np.abs(np.diff(blurred[..., 2].astype(int), axis=1)).max() < 30
