"""What happens when."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.scenes.scene import HeadKey, Scene, Shot, at
from tests.unit.scenes.people import key

BEGIN, END = key(1.0, 0.2, yaw=-30), key(3.0, 0.6, yaw=50, mouth=1)

seconds = st.floats(0.04, 3)
gaps = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple)


def scene(*lengths: float, **rest: object) -> Scene:
    return Scene(name="test", shots=tuple(Shot(seconds=length) for length in lengths), **rest)


def test_half_way_between_two_keys_everything_is_half_done() -> None:
    middle = at([BEGIN, END], 2.0)

    assert (middle.x, middle.yaw, middle.mouth) == pytest.approx((0.4, 10, 0.5))


@pytest.mark.parametrize(("time", "expected"), [(0.0, BEGIN), (1.0, BEGIN), (9.0, END)])
def test_outside_its_keys_nobody_moves(time: float, expected: HeadKey) -> None:
    state = at([BEGIN, END], time)

    assert (state.x, state.yaw) == (expected.x, expected.yaw)


def test_frames_of_an_even_scene_are_a_tick_apart() -> None:
    times = [time for time, _, _ in scene(2.0).moments()]

    assert times == [Fraction(n, 25) for n in range(50)]


def test_frames_of_an_uneven_scene_follow_its_gaps() -> None:
    uneven = scene(0.2, rate=Fraction(60), gaps=(2, 3, 1))
    ticks = [time * 60 for time, _, _ in uneven.moments()]

    assert ticks == [0, 2, 5, 6, 8, 11]


def test_a_cut_falls_on_the_first_frame_of_the_next_shot() -> None:
    two = Scene(name="test", shots=(Shot(seconds=1.0, room=1), Shot(seconds=1.0, room=2)))
    moments = list(two.moments())

    assert [shot.room for _, shot, _ in moments] == [1] * 25 + [2] * 25
    assert [since for _, _, since in moments[24:26]] == pytest.approx([0.96, 0.0])


@given(lengths=st.lists(seconds, min_size=1, max_size=4), gaps=gaps)
def test_times_grow_and_every_shot_keeps_its_own_clock(
    lengths: list[float], gaps: tuple[int, ...]
) -> None:
    moments = list(scene(*lengths, gaps=gaps).moments())
    times = [time for time, _, _ in moments]

    assert times[0] == 0
    assert all(a < b for a, b in pairwise(times))
    assert times[-1] < sum(lengths) + 0.001
    assert all(0 <= since < shot.seconds + 0.001 for _, shot, since in moments)
