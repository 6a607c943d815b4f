"""
Which commands a video waits for. Pure: they follow from what is recorded, and from nothing else.

So a redelivered event causes the same commands again, and a sweeper that looks at a stalled video
asks for exactly what it waits for.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Conflict
from swaddle.kernel.life import REPAIR_ROUNDS, State, TaskKey, Video
from swaddle.kernel.messages import (
    CertifyVideo,
    CheckSegment,
    CheckVideo,
    DetectSegment,
    ExtendTracks,
    FinalizeVideo,
    FreezeIdentities,
    GenerateIdentity,
    Goal,
    IngestVideo,
    LinkSubjects,
    Message,
    SwapSegment,
)


def waits_for(video: Video) -> Iterable[Message]:
    """Return the commands whose outcome the video needs before it can go on."""
    wanted = _nothing if video.waiting else COMMANDS.get(video.state, _nothing)
    return wanted(video)


def _nothing(_: Video) -> Iterator[Message]:
    return iter(())


def _ingest(video: Video) -> Iterator[Message]:
    yield IngestVideo(**video.about, source=video.source, order=video.order)


def _detect(video: Video) -> Iterator[Message]:
    layout = _recorded(video.layout)
    for segment in video.segments:
        if TaskKey("detect", 0, segment.index) not in video.outcomes:
            yield DetectSegment(
                **video.about,
                source=video.source,
                layout=layout,
                order=video.order,
                segment=segment,
            )


def _link(video: Video) -> Iterator[Message]:
    layout = _recorded(video.layout)
    if video.link_round in video.open_edges:
        for edge in video.open_edges[video.link_round]:
            key = TaskKey("extend", video.link_round, edge.segment.index)
            if key not in video.outcomes:
                yield ExtendTracks(
                    **video.about,
                    source=video.source,
                    layout=layout,
                    order=video.order,
                    segment=edge.segment,
                    edges=edge.edges,
                    round=video.link_round,
                )
        return
    extended = [key for key in video.outcomes if key.stage == "extend"]
    yield LinkSubjects(
        **video.about,
        source=video.source,
        layout=layout,
        order=video.order,
        observations=_of_segments(video, "detect"),
        extensions=tuple(
            video.outcomes[key] for key in sorted(extended, key=lambda k: (k.round, k.part))
        ),
        round=video.link_round,
    )


def _identify(video: Video) -> Iterator[Message]:
    if video.order.goal is Goal.FEATURES:
        return
    plan, portraits = _recorded(video.linked_plan), _recorded(video.portraits)
    missing = [c for c in video.candidates.values() if c.identity is None]
    for candidate in missing:
        yield GenerateIdentity(
            **video.about,
            source=video.source,
            plan=plan,
            portraits=portraits,
            order=video.order,
            subject_id=candidate.subject_id,
            attempt=candidate.attempt,
            given=candidate.given,
        )
    if not missing:
        candidates = [video.candidates[s.subject_id] for s in video.subjects]
        yield FreezeIdentities(
            **video.about,
            plan=plan,
            identities=tuple(_recorded(c.identity) for c in candidates),
            attempts=max((c.attempt for c in candidates), default=0),
        )


def _swap(video: Video) -> Iterator[Message]:
    if video.order.goal is not Goal.RELEASE:
        return
    layout, plan = _recorded(video.layout), _recorded(video.plan)
    tables = _of_segments(video, "link")
    for segment in video.segments:
        done = TaskKey("swap", video.revision, segment.index) in video.outcomes
        if segment.index in video.stale and not done:
            yield SwapSegment(
                **video.about,
                source=video.source,
                layout=layout,
                plan=plan,
                table=tables[segment.index],
                segment=segment,
                revision=video.revision,
            )


def _finalize(video: Video) -> Iterator[Message]:
    yield FinalizeVideo(
        **video.about,
        source=video.source,
        layout=_recorded(video.layout),
        order=video.order,
        rendered=_of_segments(video, "swap"),
        revision=video.revision,
    )


def _check(video: Video) -> Iterator[Message]:
    layout, tables = _recorded(video.layout), _of_segments(video, "link")
    regions = _of_segments(video, "regions")
    # What was not rendered again was looked at before.
    unseen = [
        segment
        for segment in video.segments
        if segment.index in video.stale
        and TaskKey("look", video.revision, segment.index) not in video.outcomes
    ]
    for segment in unseen:
        yield CheckSegment(
            **video.about,
            source=video.source,
            layout=layout,
            table=tables[segment.index],
            regions=regions[segment.index],
            output=_recorded(video.output),
            segment=segment,
            revision=video.revision,
        )
    if not unseen:
        yield CheckVideo(
            **video.about,
            layout=layout,
            plan=_recorded(video.plan),
            looks=_of_segments(video, "look"),
            similarities=_of_segments(video, "similarities"),
            revision=video.revision,
            may_repair=video.repairs < REPAIR_ROUNDS,
        )


def _certify(video: Video) -> Iterator[Message]:
    if video.verdict is None:
        msg = f"Video {video.video_id} was checked without a verdict."
        raise Conflict(msg)
    yield CertifyVideo(
        **video.about,
        source=video.source,
        layout=_recorded(video.layout),
        order=video.order,
        plan=_recorded(video.plan),
        tables=_of_segments(video, "link"),
        regions=_of_segments(video, "regions"),
        output=_recorded(video.output),
        findings=_recorded(video.findings),
        pictures=_pictures(video),
        verdict=video.verdict,
        revision=video.revision,
        rounds=video.repairs,
        reviewer=video.reviewer,
        reason=video.reason,
    )


def _of_segments(video: Video, stage: str) -> tuple[Blob, ...]:
    """Return the latest outcome of a stage for each segment, of whatever revision."""
    latest = {key.part: video.outcomes[key] for key in _rounds(video, stage)}
    return tuple(_recorded(latest.get(segment.index)) for segment in video.segments)


def _pictures(video: Video) -> tuple[Blob, ...]:
    """
    Return what the gate kept of each segment when it last looked at it.

    Nothing else will do: what an earlier revision left as it was may be covered in this one. A video that
    was looked at before the gate kept any has none.
    """
    looks = {key.part: key for key in _rounds(video, "look")}
    kept = [video.outcomes.get(key._replace(stage="pictures")) for key in looks.values()]
    return tuple(blob for blob in kept if blob is not None)


def _rounds(video: Video, stage: str) -> list[TaskKey]:
    """Return what was recorded of a stage, the latest revision last."""
    return sorted(key for key in video.outcomes if key.stage == stage)


def _recorded(blob: Blob | None) -> Blob:
    if blob is None:
        msg = "A video reached a state without the results that lead there."
        raise Conflict(msg)
    return blob


COMMANDS: Final[dict[State, Callable[[Video], Iterator[Message]]]] = {
    State.RECEIVED: _ingest,
    State.INGESTED: _detect,
    State.DETECTED: _link,
    State.LINKED: _identify,
    State.IDENTIFIED: _swap,
    State.SWAPPED: _finalize,
    State.FINALIZED: _check,
    State.CHECKED: _certify,
}
