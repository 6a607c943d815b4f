"""
How a video changes with each event. Pure: the recorded video in, the changed video out.

An event that was heard before, or that belongs to work that was since replaced, changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from swaddle.kernel.blobs import Blob
from swaddle.kernel.life import REPAIR_ROUNDS, RESTING, Candidate, State, TaskKey, Video
from swaddle.kernel.messages import (
    CancelRequested,
    IdentitiesFrozen,
    IdentityGenerated,
    Message,
    PlanRevised,
    RetryRequested,
    ReviewConcluded,
    SegmentChecked,
    SegmentDetected,
    SegmentSwapped,
    StageFailed,
    SubjectsLinked,
    TracksExtended,
    TracksOpen,
    Verdict,
    VideoCertified,
    VideoChecked,
    VideoFinalized,
    VideoIngested,
)

from .next_steps import waits_for

COORDINATOR: Final = "coordinator"

Step = Callable[[Video, Any], Video]


def advance(video: Video, event: Message) -> Video:
    """Return the video after this event."""
    step = STEPS.get(type(event))
    return video if step is None else step(video, event)


def _ingested(video: Video, event: VideoIngested) -> Video:
    if video.state is not State.RECEIVED:
        return video
    return replace(video, state=State.INGESTED, layout=event.layout, segments=event.segments)


def _detected(video: Video, event: SegmentDetected) -> Video:
    if video.state is not State.INGESTED:
        return video
    video = video.with_outcome(TaskKey("detect", 0, event.segment), event.observations)
    if video.all_done("detect", 0, len(video.segments)):
        return replace(video, state=State.DETECTED)
    return video


def _open(video: Video, event: TracksOpen) -> Video:
    if video.state is not State.DETECTED or event.round != video.link_round:
        return video
    if event.round in video.open_edges:
        return video
    edges = {**video.open_edges, event.round: event.open_edges}
    return replace(video, open_edges=edges)


def _extended(video: Video, event: TracksExtended) -> Video:
    if video.state is not State.DETECTED or event.round != video.link_round:
        return video
    asked = {edge.segment.index for edge in video.open_edges.get(event.round, ())}
    if event.segment not in asked:
        return video
    video = video.with_outcome(TaskKey("extend", event.round, event.segment), event.observations)
    if all(TaskKey("extend", event.round, part) in video.outcomes for part in asked):
        return replace(video, link_round=event.round + 1)
    return video


def _linked(video: Video, event: SubjectsLinked) -> Video:
    if video.state is not State.DETECTED:
        return video
    for part, table in enumerate(event.tables):
        video = video.with_outcome(TaskKey("link", 0, part), table)
    return replace(
        video,
        state=State.LINKED,
        linked_plan=event.plan,
        portraits=event.portraits,
        subjects=event.subjects,
        candidates={
            s.subject_id: Candidate(subject_id=s.subject_id, attempt=0, identity=None)
            for s in event.subjects
        },
    )


def _generated(video: Video, event: IdentityGenerated) -> Video:
    candidate = video.candidates.get(event.subject_id)
    if video.state is not State.LINKED or candidate is None:
        return video
    if candidate.attempt != event.attempt or candidate.identity is not None:
        return video
    filled = replace(candidate, identity=event.identity)
    return replace(video, candidates={**video.candidates, event.subject_id: filled})


def _frozen(video: Video, event: IdentitiesFrozen) -> Video:
    candidates = tuple(video.candidates[s.subject_id].identity for s in video.subjects)
    if video.state is not State.LINKED or event.compared != candidates:
        return video
    if event.repeated:
        # Nobody keeps a candidate before all are accepted: the next round may find that one
        # which was good enough in this round is the one that has to give way.
        given = tuple(
            found.identity
            for subject, found in video.candidates.items()
            if subject not in event.repeated and found.identity is not None
        )
        again = {
            subject: Candidate(
                subject_id=subject, attempt=found.attempt + 1, identity=None, given=given
            )
            for subject, found in video.candidates.items()
            if subject in event.repeated
        }
        return replace(video, candidates={**video.candidates, **again})
    video = replace(video, identities={a.subject_id: a for a in event.accepted})
    return _to_render(video, event.plan, 0, _all_segments(video))


def _to_render(video: Video, plan: Blob, revision: int, stale: tuple[int, ...]) -> Video:
    video = replace(
        video, state=State.IDENTIFIED, plan=plan, revision=revision, stale=stale, verdict=None
    )
    return video.with_outcome(TaskKey("plan", revision, 0), plan)


def _all_segments(video: Video) -> tuple[int, ...]:
    return tuple(segment.index for segment in video.segments)


def _swapped(video: Video, event: SegmentSwapped) -> Video:
    if video.state is not State.IDENTIFIED or event.revision != video.revision:
        return video
    key = TaskKey("swap", event.revision, event.segment)
    video = video.with_outcome(key, event.rendered)
    video = video.with_outcome(key._replace(stage="regions"), event.regions)
    if all(TaskKey("swap", video.revision, part) in video.outcomes for part in video.stale):
        return replace(video, state=State.SWAPPED)
    return video


def _finalized(video: Video, event: VideoFinalized) -> Video:
    if video.state is not State.SWAPPED or event.revision != video.revision:
        return video
    return replace(video, state=State.FINALIZED, output=event.output)


def _looked(video: Video, event: SegmentChecked) -> Video:
    if video.state is not State.FINALIZED or event.revision != video.revision:
        return video
    key = TaskKey("look", event.revision, event.segment)
    video = video.with_outcome(key, event.look)
    video = video.with_outcome(key._replace(stage="pictures"), event.pictures)
    return video.with_outcome(key._replace(stage="similarities"), event.similarities)


def _checked(video: Video, event: VideoChecked) -> Video:
    if video.state is not State.FINALIZED or event.revision != video.revision:
        return video
    video = replace(video, findings=event.findings)
    if event.passed:
        return replace(video, state=State.CHECKED, verdict=Verdict.RELEASED)
    touched = tuple(index for index in _all_segments(video) if index in event.segments)
    # A repair that renders nothing again repairs nothing.
    if event.repaired is None or not touched or video.repairs >= REPAIR_ROUNDS:
        return replace(video, state=State.CHECKED, verdict=Verdict.HELD)
    video = replace(video, repairs=video.repairs + 1)
    return _to_render(video, event.repaired, video.revision + 1, touched)


def _certified(video: Video, event: VideoCertified) -> Video:
    if video.state is not State.CHECKED:
        return video
    if (event.revision, event.verdict) != (video.revision, video.verdict):
        return video
    return replace(video, state=State(event.verdict.value), certificate=event.certificate)


def _reviewed(video: Video, event: ReviewConcluded) -> Video:
    if video.state is not State.HELD or event.revision != video.revision:
        return video
    if not event.approved:
        return replace(video, state=State.CANCELLED, reviewer=event.reviewer, reason=event.reason)
    return replace(
        video,
        state=State.CHECKED,
        verdict=Verdict.RELEASED,
        reviewer=event.reviewer,
        reason=event.reason,
    )


def _revised(video: Video, event: PlanRevised) -> Video:
    heard = {plan for key, plan in video.outcomes.items() if key.stage == "plan"}
    if not heard or event.plan in heard or video.state in (State.CANCELLED, State.ERASED):
        return video
    if video.cleared:
        # The original is gone: there is nothing to render from.
        return video
    video = replace(
        video,
        order=replace(video.order, goal=event.goal),
        repairs=0,
        reviewer="",
        reason="",
        error="",
        failed_in=None,
        certificate=None,
    )
    return _to_render(video, event.plan, video.revision + 1, _all_segments(video))


def _cancelled(video: Video, _: CancelRequested) -> Video:
    return video if video.state in RESTING else replace(video, state=State.CANCELLED)


def _failed(video: Video, event: StageFailed) -> Video:
    # What failed may have been replaced since, or have succeeded elsewhere. Only what the
    # coordinator itself could not handle is an event, which nobody waits for.
    awaited = (command.message_id for command in waits_for(video))
    if video.state in RESTING or (event.stage != COORDINATOR and event.cause not in awaited):
        return video
    return replace(
        video,
        state=State.FAILED,
        failed_in=video.state,
        error=event.error,
        reason=event.reason,
    )


def _retried(video: Video, event: RetryRequested) -> Video:
    if video.state is not State.FAILED or video.failed_in is None:
        return video
    if video.cleared or event.attempt != video.retries + 1:
        return video
    return replace(
        video,
        state=video.failed_in,
        failed_in=None,
        error="",
        reason="",
        retries=event.attempt,
    )


STEPS: Final[dict[type[Message], Step]] = {
    VideoIngested: _ingested,
    SegmentDetected: _detected,
    TracksOpen: _open,
    TracksExtended: _extended,
    SubjectsLinked: _linked,
    IdentityGenerated: _generated,
    IdentitiesFrozen: _frozen,
    SegmentSwapped: _swapped,
    VideoFinalized: _finalized,
    SegmentChecked: _looked,
    VideoChecked: _checked,
    VideoCertified: _certified,
    ReviewConcluded: _reviewed,
    PlanRevised: _revised,
    CancelRequested: _cancelled,
    RetryRequested: _retried,
    StageFailed: _failed,
}
