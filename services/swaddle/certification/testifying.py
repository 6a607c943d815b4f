"""Draws together what is known about a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from swaddle.kernel.blobs import Blob
from swaddle.kernel.findings import Findings
from swaddle.kernel.messages import CertifyVideo, Order
from swaddle.kernel.plan import Method, SubjectPlan
from swaddle.kernel.tables import Rendered
from swaddle.kernel.video import Layout

from .manifest import (
    Approval,
    Counts,
    FileFact,
    InputFact,
    OrderFacts,
    Signer,
    SubjectFacts,
    Testimony,
    Toolchain,
    VideoFacts,
    disclose,
)
from .naming import Naming
from .tally import SubjectTally, Tally

ASKED: Final = (
    Rendered.SWAP,
    Rendered.STAND_IN,
    Rendered.BLUR,
    Rendered.PIXELATE,
    Rendered.BLACKOUT,
)
"""What a subject's method does to a face, where it can."""
INSTEAD: Final = (Rendered.COVER, Rendered.BLACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a testimony is drawn from."""

    command: CertifyVideo
    plan: Blob
    """As it is published."""
    layout: Layout
    naming: Naming
    findings: Findings
    tally: Tally
    toolchain: Toolchain
    commitment: InputFact
    public_key: bytes
    now: datetime


def testify(evidence: Evidence) -> Testimony:
    """Return what report, provenance and manifest say."""
    command, naming = evidence.command, evidence.naming
    subjects = tuple(
        _subject(name, plan, evidence.tally.subjects.get(name))
        for name, plan in naming.subjects().items()
    )
    faces = evidence.tally.faces()
    return Testimony(
        video_id=command.video_id,
        created=evidence.now.isoformat(timespec="seconds"),
        revision=command.revision,
        verdict=command.verdict.value,
        repair_rounds=command.rounds,
        approval=_approval(command),
        synthetic_media=disclose(faces),
        order=_order(command.order),
        input=evidence.commitment,
        output=FileFact.of(command.output),
        plan=FileFact.of(evidence.plan),
        findings=FileFact.of(command.findings),
        video=_video(evidence.layout),
        counts=Counts(
            subjects=len(subjects),
            faces=faces,
            covered_share=_covered_share(naming, evidence.tally),
            black_frames=evidence.tally.black_frames,
            places_without_a_face=evidence.tally.places,
        ),
        subjects=subjects,
        gate=_renamed(evidence.findings, naming.of_subject),
        toolchain=evidence.toolchain,
        signer=Signer.of(evidence.public_key),
    )


def _approval(command: CertifyVideo) -> Approval | None:
    if not command.reviewer:
        return None
    return Approval(reviewer=command.reviewer, reason=command.reason)


def _order(order: Order) -> OrderFacts:
    return OrderFacts(
        method=order.method.value,
        audio=order.audio.value,
        container=order.container,
        # Whoever names a cohort may name a study, a family or a place.
        cohort=bool(order.cohort),
    )


def _video(layout: Layout) -> VideoFacts:
    profile = layout.profile
    ticks = layout.timestamps[-1] - layout.timestamps[0] + profile.last_duration
    return VideoFacts(
        width=profile.width,
        height=profile.height,
        frames=profile.frames,
        duration_s=float(ticks * profile.time_base),
        average_rate=f"{float(profile.average_rate):.3f}".rstrip("0").rstrip("."),
        pixel_format=profile.pixel_format,
        audio=profile.audio,
        notes=profile.notes,
    )


def _subject(name: str, plan: SubjectPlan, tally: SubjectTally | None) -> SubjectFacts:
    seen = tally is not None and tally.faces > 0
    return SubjectFacts(
        subject=name,
        age_group=plan.age_group.value,
        method=plan.method.value,
        faces=tally.faces if tally is not None else 0,
        swapped=_sum(tally, ASKED),
        stand_ins=_sum(tally, (Rendered.STAND_IN,)),
        covered=_sum(tally, INSTEAD),
        exempt=_sum(tally, (Rendered.EXEMPT,)),
        first_s=tally.first_s if tally is not None and seen else None,
        last_s=tally.last_s if tally is not None and seen else None,
    )


def _covered_share(naming: Naming, tally: Tally) -> float:
    """Return the share of the faces with a better method that had to be covered."""
    better = [
        tally.subjects.get(name)
        for name, plan in naming.subjects().items()
        if plan.method not in (Method.COVER, Method.EXEMPT)
    ]
    instead = sum(_sum(one, INSTEAD) for one in better)
    whole = instead + sum(_sum(one, ASKED) for one in better)
    return instead / whole if whole else 0.0


def _sum(tally: SubjectTally | None, kinds: tuple[Rendered, ...]) -> int:
    return 0 if tally is None else sum(tally.of_kind(kind) for kind in kinds)


def _renamed(findings: Findings, names: Mapping[str, str]) -> Findings:
    subjects = tuple(
        figures.model_copy(update={"subject_id": names[figures.subject_id]})
        for figures in findings.subjects
        if figures.subject_id in names
    )
    return findings.model_copy(update={"subjects": subjects})
