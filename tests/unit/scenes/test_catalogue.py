"""The scenes that have a name hold what they are named after."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from swaddle.kernel.faces import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, AgeGroup
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import Moment, render
from tests.unit.scenes.people import SOURCE


@cache
def moments(name: str) -> tuple[Moment, ...]:
    return tuple(render(SCENES[name], SOURCE))


def seen(name: str, who: str) -> list[float]:
    """Return how much of a face is hidden in each frame."""
    return [f.occluded for m in moments(name) for f in m.faces if f.name == who]


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_scene_is_short_and_small(name: str) -> None:
    scene = SCENES[name]

    assert 1.9 <= sum(shot.seconds for shot in scene.shots) <= 6
    assert 320 <= scene.width <= 640
    assert 240 <= scene.height <= 360


def test_two_people_change_sides_and_one_is_hidden_for_a_while() -> None:
    order = [m.faces[0].box.center < m.faces[1].box.center for m in moments("two-crossing")]

    assert (order[0], order[-1]) == (True, False)
    assert max(seen("two-crossing", "behind")) > 0.9
    assert set(seen("two-crossing", "before")) == {0.0}


def test_a_hand_comes_and_goes() -> None:
    hidden = seen("hand-passing", "one")

    assert (hidden[0], hidden[-1]) == (0, 0)
    assert max(hidden) > 0.3


def test_a_cut_changes_everything_at_once() -> None:
    pictures = [m.picture.astype(int) for m in moments("hard-cut")]
    steps = [np.abs(b - a).mean() for a, b in pairwise(pictures)]
    names = [m.faces[0].name for m in moments("hard-cut")]

    second, first = sorted(steps)[-2:]
    assert first > 10 * second
    assert int(np.argmax(steps)) + 1 == names.index("second")


def test_a_head_turns_away_and_back() -> None:
    shown = [m.faces[0].faces_camera for m in moments("turned-away")]
    away = [abs(m.faces[0].yaw) for m in moments("turned-away")]

    assert (shown[0], shown[-1]) == (True, True)
    assert not all(shown)
    assert max(away) == pytest.approx(180)


def test_somebody_leaves_and_comes_back() -> None:
    inside = [m.faces[0].inside for m in moments("coming-back")]

    assert (inside[0], min(inside), inside[-1]) == (1, 0, 1)


def test_an_infant_lies_on_its_side() -> None:
    assert {actor.group for shot in SCENES["lying"].shots for actor in shot.actors} == {
        AgeGroup.INFANT
    }
    for moment in moments("lying"):
        mesh = moment.faces[0].landmarks
        across = mesh[RIGHT_EYE_OUTER] - mesh[LEFT_EYE_OUTER]
        assert abs(across[1]) > 3 * abs(across[0])


def test_the_frames_of_the_uneven_scene_are_unevenly_apart() -> None:
    times = [m.time for m in moments("uneven")]

    assert len({b - a for a, b in pairwise(times)}) >= 3


def test_the_demonstration_shows_an_adult_and_an_infant() -> None:
    actors = SCENES["demonstration"].shots[0].actors

    assert {actor.group for actor in actors} == {AgeGroup.ADULT, AgeGroup.INFANT}
