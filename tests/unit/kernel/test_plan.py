"""Plans that people edit: what is understood, and what is refused in one sentence."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.errors import InvalidPlan
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.plan import (
    Action,
    CoverPlan,
    IdentityPlan,
    Method,
    Plan,
    Span,
    SubjectPlan,
    TrackPlan,
    read_plan,
    track_name,
    track_number,
)


def span(first: int, last: int, action: Action = Action.SWAP) -> Span:
    return Span(first_frame=first, last_frame=last, action=action)


def subject(name: str, *tracks: TrackPlan) -> SubjectPlan:
    identity = IdentityPlan(
        identity_id=f"i-{name}",
        attempt=0,
        engine="appearance",
        shape=(0.5,),
        texture=(-1.25,),
        iris=(90, 60, 30),
    )
    return SubjectPlan(
        subject_id=name,
        age_group=AgeGroup.INFANT,
        method=Method.SYNTHETIC,
        tracks=tracks,
        identity=identity,
    )


def plan() -> Plan:
    one = TrackPlan(track_id="t0001", spans=(span(0, 4), span(5, 9, Action.COVER)))
    two = TrackPlan(track_id="t0002", spans=(span(3, 3),))
    return Plan(
        video_id="v1",
        frames=20,
        width=64,
        height=48,
        work="/work",
        tables=("ab" * 32,),
        subjects=(subject("a", one), subject("b", two)),
        covers=(CoverPlan(first_frame=0, last_frame=3, x0=1, y0=2, x1=3, y1=4),),
        black_frames=(7,),
    )


def edited(**changes: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the plan with values replaced: `path__to__0__value=new`."""
    content = json.loads(plan().to_json())
    for path, value in changes.items():
        *parents, last = [int(p) if p.isdigit() else p for p in path.split("__")]
        place = content
        for part in parents:
            place = place[part]
        place[last] = value
    return json.dumps(content)


def test_a_plan_is_read_as_it_was_written() -> None:
    assert read_plan(plan().to_json()) == plan()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"frames": 0}, "frames: .* greater than 0"),
        ({"frames": 9}, "9 frames, the plan speaks of frame 9"),
        ({"covers__0__last_frame": 20}, "speaks of frame 20"),
        ({"black_frames__0": 20}, "speaks of frame 20"),
        ({"black_frames__0": -1}, "black_frames.0: .* greater than or equal to 0"),
        ({"covers__0__x1": 1}, "covers.0: a cover has no extent"),
        ({"covers__0__y0": float("nan")}, "covers.0.y0: .* finite number"),
        ({"covers__0__x1": float("inf")}, "covers.0.x1: .* finite number"),
        ({"subjects__1__engine": "onnx://["}, "subjects.1.engine: .*pattern"),
        ({"subjects__1__engine": ""}, "subjects.1.engine: .*pattern"),
        ({"subjects__1__subject_id": "a"}, "a subject occurs twice"),
        ({"subjects__1__tracks__0__track_id": "t0001"}, "a track occurs twice"),
        ({"subjects__1__identity__identity_id": "i-a"}, "an? identity occurs twice"),
        ({"subjects__0__tracks__0__spans__1__first_frame": 6}, "t0001 overlap or leave a gap"),
        ({"subjects__0__tracks__0__spans__1__first_frame": 4}, "t0001 overlap or leave a gap"),
        ({"subjects__0__tracks__0__spans__1__last_frame": 4}, "a span ends before it begins"),
        ({"subjects__0__tracks__0__spans": []}, "spans: .* at least 1"),
        ({"subjects__0__tracks": []}, "tracks: .* at least 1"),
        ({"subjects__0__method": "morph"}, "subjects.0.method: .* 'synthetic'"),
        ({"subjects__0__identity__iris__0": 256}, "iris.0: .* less than or equal to 255"),
        (
            {"subjects__0__identity__iris": [1, 2]},
            "iris of i-a has other colours than blue, green",
        ),
        ({"subjects__0__identity__shape__0": 2.6}, "shape.0: .* less than or equal to 2.5"),
        ({"subjects__0__identity__texture__0": -9}, "texture.0: .* greater than or equal to -2.5"),
        ({"subjects__0__name": "Emma"}, "subjects.0.name: Extra inputs"),
        ({"schema_version": 2}, "schema_version"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_nonsense_is_refused_in_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidPlan, match=sentence) as refusal:
        read_plan(edited(**changes))

    assert re.fullmatch(r"The plan cannot be used: [^\n]*\.", str(refusal.value))
    assert "Emma" not in str(refusal.value)


@given(st.one_of(st.binary(), st.text(), st.just("[" * 9999)))
def test_what_is_no_plan_is_refused(content: bytes | str) -> None:
    with pytest.raises(InvalidPlan):
        read_plan(content)


@given(st.data())
def test_a_plan_that_broke_off_is_refused(data: st.DataObject) -> None:
    whole = plan().to_json().rstrip()

    with pytest.raises(InvalidPlan):
        read_plan(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_a_frame_outside_every_span_is_covered() -> None:
    track = plan().subjects[0].tracks[0]

    assert [track.action_at(frame) for frame in (0, 4, 5, 9, 10)] == [
        *[Action.SWAP] * 2,
        *[Action.COVER] * 3,
    ]
    assert (track.first_frame, track.last_frame) == (0, 9)


def test_a_track_leads_to_its_subject() -> None:
    found = plan().subject_of("t0002")

    assert found is not None
    assert found.subject_id == "b"
    assert plan().subject_of("t0003") is None


@given(st.integers(0, 10**6))
def test_a_track_has_a_name_for_its_number(number: int) -> None:
    assert track_number(track_name(number)) == number


@pytest.mark.parametrize("name", ["", "t", "t0", "t-1", "x1", "1t", "t1.5", "t²"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidPlan, match="t0001"):
        track_number(name)


def test_two_people_have_two_portraits() -> None:
    shown = {"picture": "iVBORw==", "points": [[1, 1], [3, 1], [2, 2], [1, 3], [3, 3]]}
    other = {**shown, "picture": "iVBOSw=="}
    told = json.loads(plan().to_json())
    one, two = (subject["identity"] for subject in told["subjects"])
    one["portrait"], two["portrait"] = shown, other

    assert read_plan(json.dumps(told)).subjects[1].identity is not None
    two["portrait"] = shown
    with pytest.raises(InvalidPlan, match="a portrait occurs twice"):
        read_plan(json.dumps(told))
