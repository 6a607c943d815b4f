"""
How a video changes with each event. Pure: the recorded video in, the changed video out.

An event that was heard before, or that belongs to work that was since replaced, changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from swaddle.kernel.life import REPAIR_ROUNDS, RESTING, Candidate, State, TaskKey, Video
from swaddle.kernel.messages import (
    CancelRequested,
    IdentitiesFrozen,
    IdentityGenerated,
    Message,
    PlanRevised,
    ReviewConcluded,
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
    edges = {**video.open_edges, event.round: event.open_edges}
    return replace(video, open_edges=edges)


def _extended(video: Video, event: TracksExtended) -> Video:
    if video.state is not State.DETECTED or event.round != video.link_round:
        return video
    video = video.with_outcome(TaskKey("extend", event.round, event.segment), event.observations)
    asked = {edge.segment.index for edge in video.open_edges.get(event.round, ())}
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
    if video.state is not State.LINKED:
        return video
    # What a subject was given stays, whatever a later freeze says.
    identities = {a.subject_id: a for a in event.accepted} | dict(video.identities)
    if event.repeated:
        again = {
            subject: Candidate(
                subject_id=subject,
                attempt=video.candidates[subject].attempt + 1,
                identity=None,
            )
            for subject in event.repeated
            if subject in video.candidates and subject not in video.identities
        }
        return replace(video, identities=identities, candidates={**video.candidates, **again})
    return replace(
        video,
        state=State.IDENTIFIED,
        identities=identities,
        plan=event.plan,
        stale=tuple(range(len(video.segments))),
    )


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


def _checked(video: Video, event: VideoChecked) -> Video:
    if video.state is not State.FINALIZED or event.revision != video.revision:
        return video
    video = replace(video, findings=event.findings)
    if event.passed:
        return replace(video, state=State.CHECKED, verdict=Verdict.RELEASED)
    if event.repaired is None or video.repairs >= REPAIR_ROUNDS:
        return replace(video, state=State.CHECKED, verdict=Verdict.HELD)
    return replace(
        video,
        state=State.IDENTIFIED,
        plan=event.repaired,
        revision=video.revision + 1,
        repairs=video.repairs + 1,
        stale=event.segments,
    )


def _certified(video: Video, event: VideoCertified) -> Video:
    if video.state is not State.CHECKED or event.verdict is not video.verdict:
        return video
    return replace(video, state=State(event.verdict.value), certificate=event.certificate)


def _reviewed(video: Video, event: ReviewConcluded) -> Video:
    if video.state is not State.HELD:
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
    if video.plan is None or event.plan == video.plan:
        return video
    return replace(
        video,
        state=State.IDENTIFIED,
        order=replace(video.order, goal=event.goal),
        plan=event.plan,
        revision=video.revision + 1,
        repairs=0,
        stale=tuple(range(len(video.segments))),
        verdict=None,
        reviewer="",
        reason="",
    )


def _cancelled(video: Video, _: CancelRequested) -> Video:
    return video if video.state in RESTING else replace(video, state=State.CANCELLED)


def _failed(video: Video, event: StageFailed) -> Video:
    if video.state in RESTING:
        return video
    return replace(video, state=State.FAILED, error=event.error, reason=event.reason)


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
    VideoChecked: _checked,
    VideoCertified: _certified,
    ReviewConcluded: _reviewed,
    PlanRevised: _revised,
    CancelRequested: _cancelled,
    StageFailed: _failed,
}
