"""How a video changes with each event, and what changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from swaddle.coordinator.life import advance
from swaddle.coordinator.next_steps import waits_for
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey, IdentityId, MessageId, SubjectId, Tenant, VideoId
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import (
    AcceptedIdentity,
    CancelRequested,
    GenerateIdentity,
    Goal,
    IdentitiesFrozen,
    IdentityGenerated,
    Message,
    OpenEdges,
    PlanRevised,
    ReviewConcluded,
    SegmentChecked,
    SegmentSwapped,
    StageFailed,
    TracksExtended,
    TracksOpen,
    Verdict,
    VideoCertified,
    VideoChecked,
    VideoFinalized,
)

OF: dict[str, Any] = {"tenant": Tenant("lab"), "video_id": VideoId("v1")}
A, B = SubjectId("0"), SubjectId("1")
BroughtTo = Callable[..., Video]


def blob(name: str) -> Blob:
    return Blob(key=BlobKey(name), size=1, sha256="")


def revised(name: str = "edit", goal: Goal = Goal.RELEASE) -> PlanRevised:
    return PlanRevised(**OF, plan=blob(name), goal=goal)


def reviewed(revision: int, *, approved: bool) -> ReviewConcluded:
    return ReviewConcluded(**OF, revision=revision, approved=approved, reviewer="R", reason="Q")


def checked(revision: int, **says: Any) -> VideoChecked:  # noqa: ANN401 - fields of the event
    return VideoChecked(**OF, revision=revision, passed=False, findings=blob("f"), **says)


def failed(cause: str, stage: str = "swapping") -> StageFailed:
    return StageFailed(
        **OF, stage=stage, error="InvalidPlan", reason="No.", cause=MessageId(cause)
    )


def with_candidates(brought_to: BroughtTo) -> Video:
    """Return a video with a first candidate for each of its two subjects."""
    video = brought_to(State.LINKED)
    for subject in (A, B):
        video = advance(
            video,
            IdentityGenerated(**OF, subject_id=subject, attempt=0, identity=blob(f"{subject}/0")),
        )
    return video


def frozen(video: Video, *repeated: SubjectId) -> IdentitiesFrozen:
    """Return a verdict on the candidates: all others are accepted."""
    accepted = tuple(
        AcceptedIdentity(
            subject_id=s, identity_id=IdentityId(f"{s}-{c.attempt}"), attempt=c.attempt
        )
        for s, c in video.candidates.items()
        if s not in repeated
    )
    compared = tuple(c.identity for c in video.candidates.values() if c.identity)
    return IdentitiesFrozen(
        **OF, plan=blob("plan"), accepted=accepted, compared=compared, repeated=repeated
    )


# --- subjects and identities -------------------------------------------------------------------


def test_extensions_nobody_asked_for_are_not_recorded(brought_to: BroughtTo) -> None:
    video = brought_to(State.DETECTED)
    event = TracksExtended(**OF, segment=0, round=0, observations=blob("x"))

    assert advance(video, event) == video


def test_open_edges_of_another_round_change_nothing(brought_to: BroughtTo) -> None:
    video = brought_to(State.DETECTED)

    assert advance(video, TracksOpen(**OF, round=1, open_edges=())) == video


def test_what_is_open_in_a_round_is_said_once(brought_to: BroughtTo) -> None:
    video = brought_to(State.DETECTED)
    edges = [OpenEdges(segment=segment, edges=blob("e")) for segment in video.segments]
    video = advance(video, TracksOpen(**OF, round=0, open_edges=tuple(edges)))

    assert advance(video, TracksOpen(**OF, round=0, open_edges=tuple(edges[:1]))) == video


def test_a_candidate_of_another_attempt_is_not_recorded(brought_to: BroughtTo) -> None:
    video = brought_to(State.LINKED)
    event = IdentityGenerated(**OF, subject_id=A, attempt=1, identity=blob("x"))

    assert advance(video, event) == video


def test_the_first_candidate_of_an_attempt_stays(brought_to: BroughtTo) -> None:
    video = with_candidates(brought_to)
    event = IdentityGenerated(**OF, subject_id=A, attempt=0, identity=blob("other"))

    assert advance(video, event) == video


def test_a_repeated_subject_gets_another_candidate(brought_to: BroughtTo) -> None:
    video = with_candidates(brought_to)
    [command] = waits_for(advance(video, frozen(video, B)))

    assert isinstance(command, GenerateIdentity)
    assert (command.subject_id, command.attempt) == (B, 1)


def test_nobody_keeps_an_identity_while_another_is_repeated(brought_to: BroughtTo) -> None:
    video = with_candidates(brought_to)
    later = advance(video, frozen(video, B))

    assert later.identities == {}
    assert later.state is State.LINKED


def test_whoever_was_good_enough_before_may_have_to_give_way(brought_to: BroughtTo) -> None:
    video = with_candidates(brought_to)
    video = advance(video, frozen(video, B))
    generated = IdentityGenerated(**OF, subject_id=B, attempt=1, identity=blob("1/1"))
    video = advance(video, generated)
    video = advance(video, frozen(video, A))

    assert [(c.subject_id, c.attempt) for c in waits_for(video)] == [(A, 1)]


def test_a_verdict_on_other_candidates_changes_nothing(brought_to: BroughtTo) -> None:
    video = with_candidates(brought_to)
    early = frozen(video, B)
    video = advance(video, early)
    generated = IdentityGenerated(**OF, subject_id=B, attempt=1, identity=blob("1/1"))

    assert advance(video, early) == video
    video = advance(video, generated)
    assert advance(video, early) == video


# --- the gate, and what it sends back ----------------------------------------------------------


@pytest.mark.parametrize("segments", [(), (7,)], ids=["no segment", "a segment there is not"])
def test_a_repair_that_renders_nothing_holds_the_video(
    brought_to: BroughtTo, segments: tuple[int, ...]
) -> None:
    video = brought_to(State.FINALIZED)
    video = advance(video, checked(0, repaired=blob("repaired"), segments=segments))

    assert (video.state, video.verdict) == (State.CHECKED, Verdict.HELD)


def test_after_two_repairs_the_video_is_held(brought_to: BroughtTo) -> None:
    video = brought_to(State.HELD, gate=("repairs",) * 9)

    assert video.revision == video.repairs == 2


# --- what people do ----------------------------------------------------------------------------


def test_a_reviewer_releases_what_was_held(brought_to: BroughtTo) -> None:
    video = advance(brought_to(State.HELD, gate=("holds",)), reviewed(0, approved=True))
    [command] = waits_for(video)

    assert (command.verdict, command.reviewer, command.reason) == (Verdict.RELEASED, "R", "Q")


def test_a_reviewer_who_refuses_ends_the_video(brought_to: BroughtTo) -> None:
    video = advance(brought_to(State.HELD, gate=("holds",)), reviewed(0, approved=False))

    assert video.state is State.CANCELLED
    assert video.at_rest


@pytest.mark.parametrize("approved", [True, False])
def test_nobody_answers_for_what_they_did_not_see(
    brought_to: BroughtTo, *, approved: bool
) -> None:
    video = replace(brought_to(State.HELD, gate=("holds",)), revision=1)

    assert advance(video, reviewed(0, approved=approved)) == video


def test_an_edited_plan_saves_what_failed(brought_to: BroughtTo) -> None:
    video = brought_to(State.IDENTIFIED)
    video = advance(video, failed(next(iter(waits_for(video))).message_id))
    assert (video.state, video.error, video.reason) == (State.FAILED, "InvalidPlan", "No.")
    video = advance(video, revised())

    assert (video.state, video.error, video.reason) == (State.IDENTIFIED, "", "")


def test_a_plan_is_edited_after_it_was_made(brought_to: BroughtTo) -> None:
    video = brought_to(State.LINKED)

    assert advance(video, revised()) == video


def test_an_edit_is_heard_once(brought_to: BroughtTo) -> None:
    video = advance(brought_to(State.RELEASED), revised("one"))
    later = advance(video, revised("two"))

    assert advance(video, revised("one")) == video
    assert advance(later, revised("one")) == later


LOOKED = ("look", "similarities", "pictures")


@pytest.mark.parametrize("state", [State.RELEASED, State.HELD, State.CHECKED, State.FINALIZED])
def test_news_of_an_earlier_revision_change_nothing(brought_to: BroughtTo, state: State) -> None:
    video = replace(brought_to(state, gate=("holds",) * (state is State.HELD)), revision=1)
    news: list[Message] = [
        SegmentSwapped(**OF, segment=0, revision=0, rendered=blob("x"), regions=blob("x")),
        VideoFinalized(**OF, revision=0, output=blob("x")),
        SegmentChecked(**OF, segment=0, revision=0, **dict.fromkeys(LOOKED, blob("x"))),
        checked(0),
        *(VideoCertified(**OF, revision=0, verdict=v, certificate=blob("x")) for v in Verdict),
    ]

    assert [advance(video, event) for event in news] == [video] * len(news)


def test_a_certificate_of_the_other_verdict_changes_nothing(brought_to: BroughtTo) -> None:
    video = advance(brought_to(State.HELD, gate=("holds",)), reviewed(0, approved=True))
    event = VideoCertified(**OF, revision=0, verdict=Verdict.HELD, certificate=blob("x"))

    assert advance(video, event) == video


# --- ends --------------------------------------------------------------------------------------


def test_a_rejected_command_fails_the_video(brought_to: BroughtTo) -> None:
    video = brought_to(State.INGESTED)
    later = advance(video, failed(list(waits_for(video))[1].message_id))

    assert (later.state, later.error, later.reason) == (State.FAILED, "InvalidPlan", "No.")


def test_a_command_that_nobody_waits_for_fails_nothing(brought_to: BroughtTo) -> None:
    video = brought_to(State.IDENTIFIED)
    stale = failed(next(iter(waits_for(video))).message_id)
    video = advance(video, revised())

    assert advance(video, stale) == video


def test_what_the_coordinator_cannot_record_fails_the_video(brought_to: BroughtTo) -> None:
    video = brought_to(State.LINKED)

    assert advance(video, failed("any event", "coordinator")).state is State.FAILED


@pytest.mark.parametrize("state", list(State)[:8])
def test_whatever_is_under_way_can_be_cancelled(brought_to: BroughtTo, state: State) -> None:
    video = advance(brought_to(state), CancelRequested(**OF))

    assert video.state is State.CANCELLED
    assert list(waits_for(video)) == []


@pytest.mark.parametrize("state", [State.RELEASED, State.HELD])
def test_what_has_ended_cannot_be_cancelled(brought_to: BroughtTo, state: State) -> None:
    video = brought_to(state, gate=("holds",) * (state is State.HELD))

    assert advance(video, CancelRequested(**OF)) == video


@pytest.mark.parametrize("state", [State.CANCELLED, State.ERASED])
def test_nothing_brings_back_what_is_over(brought_to: BroughtTo, state: State) -> None:
    video = replace(brought_to(State.RELEASED), state=state)
    events = (revised(), reviewed(0, approved=True), failed("x", "coordinator"), checked(0))

    assert [advance(video, event) for event in events] == [video] * 4
