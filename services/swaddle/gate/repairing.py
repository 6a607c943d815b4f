"""The plan that covers what the gate found."""

from collections.abc import Iterable, Sequence
from typing import Final

from swaddle.kernel.findings import Finding, FindingKind
from swaddle.kernel.geometry import Box
from swaddle.kernel.plan import (
    Action,
    CoverPlan,
    Plan,
    Span,
    SubjectPlan,
    TrackPlan,
    track_name,
)

PADDING: Final = 3
"""Frames of cover before and after a finding: a face is there before a detector is sure of it."""

PERSON_PADDING: Final = 10
"""The same for people, who are looked for every ten frames."""

GROWTH: Final = 1.3
"""A cover hides the head's box, grown by so much (DESIGN 6)."""

REASON: Final = "covered by the gate"


def repaired(plan: Plan, findings: Iterable[Finding]) -> Plan | None:
    """Return a plan that covers all findings, or None where a cover is no remedy."""
    revised = plan
    for finding in findings:
        match finding.kind:
            case FindingKind.FACE | FindingKind.PERSON:
                revised = _with_cover(revised, finding)
            case FindingKind.DETAIL if finding.track >= 0:
                revised = _with_covered_track(revised, finding)
            case _:
                return None
    return None if revised == plan else revised.model_copy(update={"revision": plan.revision + 1})


def touched(
    findings: Iterable[Finding], segments: Sequence[tuple[int, int, int]]
) -> tuple[int, ...]:
    """Return the segments (index, first frame, last frame) that a repair renders again."""
    spans = [_frames(finding) for finding in findings]
    return tuple(
        index
        for index, first, last in segments
        if any(low <= last and high >= first for low, high in spans)
    )


def _frames(finding: Finding) -> tuple[int, int]:
    padding = PERSON_PADDING if finding.kind is FindingKind.PERSON else PADDING
    return finding.first_frame - padding, finding.last_frame + padding


def _with_cover(plan: Plan, finding: Finding) -> Plan:
    first, last = _frames(finding)
    box = Box(finding.x0, finding.y0, finding.x1, finding.y1).grown(GROWTH)
    cover = CoverPlan(
        first_frame=max(0, first),
        last_frame=min(plan.frames - 1, last),
        x0=box.x0,
        y0=box.y0,
        x1=box.x1,
        y1=box.y1,
        reason=f"{REASON}: {finding.kind.value}",
    )
    return plan.model_copy(update={"covers": (*plan.covers, cover)})


def _with_covered_track(plan: Plan, finding: Finding) -> Plan:
    name = track_name(finding.track)
    subjects = tuple(
        subject.model_copy(
            update={"tracks": tuple(_covered(t, name, finding) for t in subject.tracks)}
        )
        for subject in plan.subjects
    )
    return plan.model_copy(update={"subjects": _revalidated(subjects)})


def _revalidated(subjects: Sequence[SubjectPlan]) -> tuple[SubjectPlan, ...]:
    return tuple(SubjectPlan.model_validate(s.model_dump()) for s in subjects)


def _covered(track: TrackPlan, name: str, finding: Finding) -> TrackPlan:
    if track.track_id != name:
        return track
    low, high = _frames(finding)
    pieces: list[Span] = []
    for span in track.spans:
        pieces += _cut(span, low, high)
    return track.model_copy(update={"spans": tuple(pieces)})


def _cut(span: Span, low: int, high: int) -> Iterable[Span]:
    """Yield a span with everything from frame `low` to `high` covered."""
    first, last = max(span.first_frame, low), min(span.last_frame, high)
    if first > last or span.action is not Action.SWAP:
        yield span
        return
    if span.first_frame < first:
        yield span.model_copy(update={"last_frame": first - 1})
    yield Span(first_frame=first, last_frame=last, action=Action.COVER, reason=REASON)
    if last < span.last_frame:
        yield span.model_copy(update={"first_frame": last + 1})
