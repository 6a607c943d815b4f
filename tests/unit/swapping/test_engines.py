"""Where an engine fails on a face, the stand-in takes over, then the cover: never the original."""

from collections import Counter
from pathlib import Path

import pytest

from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper
from swaddle.adapters.appearance.people import ENGINE
from swaddle.kernel.errors import ModelFailed, ModelMissing, OutOfMemory, SwaddleError, Unavailable
from swaddle.kernel.tables import Rendered
from tests.made.swappers import Does, made_swapper
from tests.unit.swapping.material import (
    FRAMES,
    FailingFaceSwapper,
    Overflowing,
    alike,
    bare,
    engines,
    frames,
    person,
    pictured,
    plan,
    rendered,
)

OWN = {"identity": person(21)}
UNLIKE = person(4)
"""Both live in one face space: of eight people, this one has least detail of the scene's second."""
SPARE = {"identity": pictured(2), "stand_in": person(23)}
NOBODY = {"identity": pictured(4)}
FAILED = [0, 3, 6]
"""Frames on which an engine fails that fails on every third one."""


@pytest.mark.parametrize("error", [None, ModelFailed("It broke."), OutOfMemory("Too little.")])
@pytest.mark.parametrize("size", [1, 4])
def test_the_stand_in_takes_over_where_the_engine_fails(
    error: SwaddleError | None, size: int
) -> None:
    engine = FailingFaceSwapper(3, error)
    shown, regions = rendered(plan(OWN, OWN | {"identity": UNLIKE}), engines(engine), size)

    assert Counter(region.rendered for region in regions) == {
        Rendered.STAND_IN: 2 * len(FAILED),
        Rendered.SWAP: 2 * (FRAMES - len(FAILED)),
    }
    assert sorted({r.frame for r in regions if r.rendered is Rendered.STAND_IN}) == FAILED
    assert all(region.landmarks is not None for region in regions)
    assert bare(shown, regions) == []


def test_without_anybody_whom_the_stand_in_knows_the_face_is_covered() -> None:
    engine = FailingFaceSwapper(1)
    shown, regions = rendered(plan(SPARE, NOBODY), engines(engine))

    assert {(region.track, region.rendered) for region in regions} == {
        (0, Rendered.STAND_IN),
        (1, Rendered.COVER),
    }
    assert len(regions) == 2 * FRAMES
    assert bare(shown, regions) == []


@pytest.mark.parametrize("part", ["bgr", "alpha"])
def test_what_is_no_number_is_never_painted(part: str) -> None:
    other = NOBODY | {"identity": person(24), "stand_in": person(25)}
    _, regions = rendered(plan(OWN, other), engines(Overflowing(part=part)), 4)

    assert {region.rendered for region in regions} == {Rendered.STAND_IN}
    assert len(regions) == 2 * FRAMES


def test_who_has_no_portrait_is_left_to_the_stand_in_then_to_the_cover(tmp_path: Path) -> None:
    engine = made_swapper(tmp_path, "hyperswap", Does.TINT)
    shown, regions = rendered(
        plan(OWN | {"engine": "onnx://made"}, NOBODY | {"engine": "onnx://made"}),
        engines(AppearanceFaceSwapper(), **{"onnx://made": engine}),
        4,
    )

    assert {(region.track, region.rendered) for region in regions} == {
        (0, Rendered.STAND_IN),
        (1, Rendered.COVER),
    }
    assert len(regions) == 2 * FRAMES
    assert bare(shown, regions) == []


def test_a_face_that_nobody_touches_would_be_noticed() -> None:
    assert len(bare(frames())) == 2 * FRAMES


def test_what_the_appearance_engine_could_not_do_is_not_tried_again() -> None:
    _, regions = rendered(plan(NOBODY | {"stand_in": None}), engines(AppearanceFaceSwapper()))

    assert {region.rendered for region in regions} == {Rendered.COVER}


def test_the_stand_in_shows_its_own_person() -> None:
    failing = engines(FailingFaceSwapper(1))
    stood_in, _ = rendered(plan(SPARE), failing)
    swapped, _ = rendered(plan({"identity": SPARE["stand_in"]}), engines(AppearanceFaceSwapper()))

    assert alike(stood_in, swapped)


def test_each_subject_has_the_engine_that_its_plan_names() -> None:
    own, other = FailingFaceSwapper(2), FailingFaceSwapper(100)
    wanted = plan(OWN, {"identity": person(22), "engine": "other://"})
    _, regions = rendered(wanted, engines(own, **{"other://": other}), 4)

    kinds = {
        (track, kind): sum(r.track == track and r.rendered is kind for r in regions)
        for track in (0, 1)
        for kind in (Rendered.SWAP, Rendered.STAND_IN)
    }
    assert kinds[0, Rendered.STAND_IN] == FRAMES // 2
    assert kinds[1, Rendered.SWAP] == FRAMES - 1


@pytest.mark.parametrize("error", [ModelMissing("Not there."), Unavailable("No driver.")])
def test_an_engine_that_cannot_work_at_all_holds_the_video(error: SwaddleError) -> None:
    with pytest.raises(type(error)):
        rendered(plan(OWN), engines(FailingFaceSwapper(1, error)))


def test_a_failure_costs_the_others_nothing_but_a_second_try() -> None:
    engine = FailingFaceSwapper(3, ModelFailed("It broke."))
    rendered(plan(OWN), engines(engine), FRAMES)

    assert engine.asked == [FRAMES, *[1] * FRAMES]


def test_engines_that_a_plan_names_are_told_apart() -> None:
    using = engines(FailingFaceSwapper(1), **{"other://": FailingFaceSwapper(1, fingerprint="2")})

    assert using.fingerprint(plan(OWN)) == f"failing/1 {ENGINE}"
    assert using.fingerprint(plan(OWN | {"engine": "other://"})) == f"failing/1 2 {ENGINE}"
