"""However many frames are rendered together, each becomes what it would alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper
from swaddle.kernel.tables import Rendered
from tests.unit.swapping.material import (
    FRAMES,
    FailingFaceSwapper,
    alike,
    engines,
    frames,
    person,
    plan,
    rendered,
    window,
)

TWO = ({"identity": person(21)}, {"identity": person(22)})
METHODS = st.sampled_from(["synthetic", "blur", "pixelate", "blackout", "cover", "exempt"])


def crossing(*, black: int, methods: tuple[str, str]) -> Any:  # noqa: ANN401 - a plan and its like
    subjects = [one | {"method": method} for one, method in zip(TWO, methods, strict=True)]
    place = {"first_frame": 2, "last_frame": 5, "x0": 140, "y0": 60, "x1": 190, "y1": 110}
    return plan(*subjects, black_frames=[black], covers=[place])


@effort(max_examples=10)
@given(
    black=st.integers(0, FRAMES - 1),
    every=st.integers(2, 5),
    methods=st.tuples(METHODS, METHODS),
    size=st.sampled_from([3, 7]),
)
def test_windows_of_any_size_give_equal_frames(
    black: int, every: int, methods: tuple[str, str], size: int
) -> None:
    wanted = crossing(black=black, methods=methods)
    one, alone = rendered(wanted, engines(FailingFaceSwapper(every)))
    many, together = rendered(wanted, engines(FailingFaceSwapper(every)), size)

    assert alike(one, many)
    assert [(r.frame, r.track, r.rendered, r.box) for r in alone] == [
        (r.frame, r.track, r.rendered, r.box) for r in together
    ]


def test_the_first_faces_of_all_frames_go_together_then_the_second_ones() -> None:
    engine = FailingFaceSwapper(100)
    rendered(plan(*TWO), engines(engine), 3)

    assert engine.asked == [3, 3, 3, 3, 2, 2]


def test_a_frame_without_faces_waits_for_nobody() -> None:
    faces = [(frame, rows if frame.number % 2 else []) for frame, rows in window()]
    shown, regions = rendered(plan(*TWO), engines(AppearanceFaceSwapper()), FRAMES, faces)

    assert {region.frame for region in regions} == {1, 3, 5, 7}
    assert alike(shown[::2], frames()[::2])


def test_a_cover_lies_over_whatever_was_rendered() -> None:
    wanted = crossing(black=7, methods=("synthetic", "synthetic"))
    _, regions = rendered(wanted, engines(AppearanceFaceSwapper()), 3)
    kinds = [region.rendered for region in regions if region.frame == 3]

    assert kinds == [Rendered.SWAP, Rendered.SWAP, Rendered.COVER]


@pytest.mark.parametrize("size", [1, 3])
def test_a_black_frame_is_nothing_but_black(size: int) -> None:
    wanted = crossing(black=3, methods=("synthetic", "blur"))
    shown, regions = rendered(wanted, engines(AppearanceFaceSwapper()), size)

    assert [r.rendered for r in regions if r.frame == 3] == [Rendered.BLACK]
    assert not shown[3].bgr().any()
