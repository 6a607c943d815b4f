"""Which commands follow from what is recorded."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from swaddle.coordinator.life import advance
from swaddle.coordinator.next_steps import waits_for
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.life import State, TaskKey, Video
from swaddle.kernel.messages import (
    CertifyVideo,
    CheckVideo,
    ExtendTracks,
    FreezeIdentities,
    Goal,
    LinkSubjects,
    PlanRevised,
    SegmentChecked,
    SegmentSwapped,
    SwapSegment,
    VideoChecked,
    VideoFinalized,
)

OF: dict[str, Any] = {"tenant": Tenant("lab"), "video_id": VideoId("v1")}
BroughtTo = Callable[..., Video]


def blob(name: str) -> Blob:
    return Blob(key=BlobKey(name), size=1, sha256="")


def revised() -> PlanRevised:
    return PlanRevised(**OF, plan=blob("edit"))


def checked(revision: int, **says: Any) -> VideoChecked:  # noqa: ANN401 - fields of the event
    return VideoChecked(**OF, revision=revision, passed=False, findings=blob("f"), **says)


def test_only_segments_without_observations_are_searched(brought_to: BroughtTo) -> None:
    video = brought_to(State.INGESTED, segments=3)
    video = video.with_outcome(TaskKey("detect", 0, 1), blob("x"))

    assert [c.segment.index for c in waits_for(video)] == [0, 2]


def test_tracks_are_followed_before_they_are_linked_again(
    brought_to: BroughtTo, pipeline: type, scenario: type
) -> None:
    video = brought_to(State.DETECTED, segments=3)
    stages = pipeline(scenario(segments=3, open_rounds=(frozenset({0, 2}), frozenset({1}))))
    asked = []
    while video.state is State.DETECTED:
        commands = list(waits_for(video))
        asked.append([type(c) for c in commands])
        for command in commands:
            video = advance(video, stages.handle(command)[0])

    link, extend = [LinkSubjects], [ExtendTracks]
    assert asked == [link, extend * 2, link, extend, link]


def test_extensions_come_in_the_order_of_the_rounds(brought_to: BroughtTo) -> None:
    video = replace(brought_to(State.DETECTED, segments=3), link_round=2)
    for number, part in ((1, 0), (0, 2), (0, 1)):
        video = video.with_outcome(TaskKey("extend", number, part), blob(f"{number}/{part}"))
    [command] = waits_for(video)

    assert [b.key for b in command.extensions] == ["0/1", "0/2", "1/0"]


def test_nobody_is_invented_for_a_table_of_features(brought_to: BroughtTo) -> None:
    assert list(waits_for(brought_to(State.LINKED, goal=Goal.FEATURES))) == []


def test_a_video_without_anybody_is_frozen_too(brought_to: BroughtTo) -> None:
    video = brought_to(State.LINKED, subjects=0)
    [command] = waits_for(video)

    assert isinstance(command, FreezeIdentities)
    assert brought_to(State.RELEASED, subjects=0).identities == {}


def test_a_repair_renders_only_what_it_touches(brought_to: BroughtTo) -> None:
    video = brought_to(State.FINALIZED, segments=3)
    video = advance(video, checked(0, repaired=blob("repaired"), segments=(1,)))
    [command] = waits_for(video)

    assert isinstance(command, SwapSegment)
    assert (command.segment.index, command.revision, command.plan) == (1, 1, blob("repaired"))


def test_what_a_repair_left_alone_is_joined_as_it_was(brought_to: BroughtTo) -> None:
    video = brought_to(State.FINALIZED, segments=2)
    before = video.outcomes[TaskKey("swap", 0, 0)]
    video = advance(video, checked(0, repaired=blob("repaired"), segments=(1,)))
    new = SegmentSwapped(**OF, segment=1, revision=1, rendered=blob("new"), regions=blob("r"))
    [command] = waits_for(advance(video, new))

    assert command.rendered == (before, blob("new"))


def looked_at(video: Video) -> Video:
    """Return the video after the gate has looked at all it waits for."""
    for command in waits_for(video):
        part, revision = command.segment.index, command.revision
        seen = SegmentChecked(
            **OF,
            segment=part,
            revision=revision,
            look=blob(f"l{part}"),
            similarities=blob("s"),
            pictures=blob(f"p{part}-{revision}"),
        )
        video = advance(video, seen)
    return video


def test_the_gate_is_told_when_it_may_not_repair_any_more(brought_to: BroughtTo) -> None:
    video = looked_at(brought_to(State.FINALIZED))
    asked = []
    for repairs in range(3):
        [command] = waits_for(replace(video, repairs=repairs))
        assert isinstance(command, CheckVideo)
        asked.append(command.may_repair)

    assert asked == [True, True, False]


def test_the_report_gets_the_latest_pictures_of_each_segment(brought_to: BroughtTo) -> None:
    video = looked_at(brought_to(State.FINALIZED, segments=2))
    video = advance(video, checked(0, repaired=blob("repaired"), segments=(1,)))
    new = SegmentSwapped(**OF, segment=1, revision=1, rendered=blob("new"), regions=blob("r"))
    video = advance(video, new)
    video = advance(video, VideoFinalized(**OF, revision=1, output=blob("new")))
    [command] = waits_for(advance(looked_at(video), checked(1)))

    assert command.pictures == (blob("p0-0"), blob("p1-1"))


def test_pictures_of_an_earlier_revision_are_not_shown(brought_to: BroughtTo) -> None:
    video = looked_at(brought_to(State.FINALIZED, segments=1))
    video = advance(video, checked(0, repaired=blob("repaired"), segments=(0,)))
    new = SegmentSwapped(**OF, segment=0, revision=1, rendered=blob("new"), regions=blob("r"))
    video = advance(advance(video, new), VideoFinalized(**OF, revision=1, output=blob("new")))
    # As a version did that kept none.
    video = video.with_outcome(TaskKey("look", 1, 0), blob("l"))
    video = video.with_outcome(TaskKey("similarities", 1, 0), blob("s"))
    [command] = waits_for(advance(video, checked(1)))

    assert isinstance(command, CertifyVideo)
    assert command.pictures == ()


def test_the_gate_looks_again_only_at_what_was_repaired(brought_to: BroughtTo) -> None:
    video = looked_at(brought_to(State.FINALIZED, segments=3))
    video = advance(video, checked(0, repaired=blob("repaired"), segments=(1,)))
    new = SegmentSwapped(**OF, segment=1, revision=1, rendered=blob("new"), regions=blob("r"))
    video = advance(advance(video, new), VideoFinalized(**OF, revision=1, output=blob("out")))
    assert [c.segment.index for c in waits_for(video)] == [1]
    [command] = waits_for(looked_at(video))

    assert isinstance(command, CheckVideo)
    assert [look.key for look in command.looks] == ["l0", "l1", "l2"]


def test_a_plan_is_rendered_when_somebody_wants_that(brought_to: BroughtTo) -> None:
    video = brought_to(State.IDENTIFIED, goal=Goal.PLAN)
    assert video.at_rest
    video = advance(video, revised())

    assert len(list(waits_for(video))) == 2


def test_an_edited_plan_is_rendered_from_the_beginning(brought_to: BroughtTo) -> None:
    video = brought_to(State.HELD, gate=("repairs",) * 3, touched=frozenset({1}))
    video = advance(video, revised())
    commands = list(waits_for(video))

    assert [(c.segment.index, c.revision, c.plan) for c in commands] == [
        (0, 3, blob("edit")),
        (1, 3, blob("edit")),
    ]
    assert (video.repairs, video.certificate, video.verdict) == (0, None, None)
