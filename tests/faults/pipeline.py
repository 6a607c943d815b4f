"""A pipeline without pixels: the same messages as the real one, and a scenario of what happens."""

from dataclasses import dataclass, replace
from functools import singledispatchmethod
from typing import Any, ClassVar

from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Rejected
from swaddle.kernel.identifiers import BlobKey, IdentityId, SubjectId, Tenant, TrackId, VideoId
from swaddle.kernel.messages import (
    AcceptedIdentity,
    CertifyVideo,
    CheckSegment,
    CheckVideo,
    DetectSegment,
    ExtendTracks,
    FinalizeVideo,
    FreezeIdentities,
    GenerateIdentity,
    Goal,
    IdentitiesFrozen,
    IdentityGenerated,
    IngestVideo,
    LinkedSubject,
    LinkSubjects,
    Message,
    OpenEdges,
    SegmentChecked,
    SegmentDetected,
    SegmentSwapped,
    SubjectsLinked,
    SwapSegment,
    TracksExtended,
    TracksOpen,
    VideoCertified,
    VideoChecked,
    VideoFinalized,
    VideoIngested,
)
from swaddle.kernel.video import Segment, lay_out

VIDEO = VideoId("v1")
OF: dict[str, Any] = {"tenant": Tenant("lab"), "video_id": VIDEO}
COMMANDS = (
    *(IngestVideo, DetectSegment, LinkSubjects, ExtendTracks, GenerateIdentity),
    *(FreezeIdentities, SwapSegment, FinalizeVideo, CheckSegment, CheckVideo, CertifyVideo),
)


def blob(name: str) -> Blob:
    return Blob(key=BlobKey(name), size=1, sha256="")


def accepted(subject: int, attempt: int) -> AcceptedIdentity:
    return AcceptedIdentity(
        subject_id=SubjectId(f"{subject}"),
        identity_id=IdentityId(f"{subject}-{attempt}"),
        attempt=attempt,
    )


@dataclass(frozen=True)
class Scenario:
    """How a video goes: what each stage will find."""

    goal: Goal = Goal.RELEASE
    segments: int = 2
    open_rounds: tuple[frozenset[int], ...] = ()
    """For each round of linking: the segments in which tracks have to be followed further."""
    subjects: int = 2
    alike: frozenset[tuple[int, int, int]] = frozenset()
    """(subject, attempt, largest attempt): the candidate that looks like another."""
    gate: tuple[str, ...] = ()
    """What the gate says of each revision; of later ones that they pass."""
    touched: frozenset[int] = frozenset({0})
    """The segments that a repair touches."""
    shared: bool = False
    """Whether identity generation breaks its promise, and gives everybody the same."""
    rejects: frozenset[type[Message]] = frozenset()
    """The commands whose input the stage rejects."""


@dataclass(frozen=True)
class Pipeline:
    """All stages but the coordinator: the same command always causes the same events."""

    scenario: Scenario
    name: ClassVar[str] = "pipeline"
    listens_to: ClassVar[tuple[type[Message], ...]] = COMMANDS

    def handle(self, command: Message) -> list[Message]:
        if type(command) in self.scenario.rejects:
            raise Rejected("No.")
        return [self.answer(command, blob(f"{type(command).__name__}/{command.message_id}"))]

    @property
    def segments(self) -> tuple[Segment, ...]:
        return lay_out(tuple(range(10 * self.scenario.segments)), 10, 10)

    @singledispatchmethod
    def answer(self, command: Message, own: Blob) -> Message:
        raise NotImplementedError

    @answer.register
    def _(self, command: IngestVideo, own: Blob) -> Message:
        return VideoIngested(**command.about, layout=own, segments=self.segments)

    @answer.register
    def _(self, command: DetectSegment, own: Blob) -> Message:
        return SegmentDetected(**command.about, segment=command.segment.index, observations=own)

    @answer.register
    def _(self, command: LinkSubjects, own: Blob) -> Message:
        if command.round < len(self.scenario.open_rounds):
            asked = self.scenario.open_rounds[command.round]
            found = [s for s in self.segments if s.index in asked] or self.segments
            edges = tuple(OpenEdges(segment=s, edges=own) for s in found)
            return TracksOpen(**command.about, round=command.round, open_edges=edges)
        subjects = tuple(
            LinkedSubject(subject_id=SubjectId(f"{n}"), tracks=(TrackId(f"{n}a"),))
            for n in range(self.scenario.subjects)
        )
        tables = (own,) * len(self.segments)
        return SubjectsLinked(
            **command.about, plan=own, portraits=own, tables=tables, subjects=subjects
        )

    @answer.register
    def _(self, command: ExtendTracks, own: Blob) -> Message:
        part = command.segment.index
        return TracksExtended(**command.about, segment=part, round=command.round, observations=own)

    @answer.register
    def _(self, command: GenerateIdentity, own: Blob) -> Message:
        subject, attempt = command.subject_id, command.attempt
        identity = blob(f"{subject}/{attempt}")
        return IdentityGenerated(
            **command.about, subject_id=subject, attempt=attempt, identity=identity
        )

    @answer.register
    def _(self, command: FreezeIdentities, own: Blob) -> Message:
        candidates = [tuple(map(int, b.key.split("/"))) for b in command.identities]
        alike = {s for s, a in candidates if (s, a, command.attempts) in self.scenario.alike}
        return IdentitiesFrozen(
            **command.about,
            plan=own,
            accepted=tuple(self._accepted(s, a) for s, a in candidates if s not in alike),
            repeated=tuple(SubjectId(f"{s}") for s in sorted(alike)),
            compared=command.identities,
        )

    def _accepted(self, subject: int, attempt: int) -> AcceptedIdentity:
        given = accepted(subject, attempt)
        return (
            replace(given, identity_id=IdentityId("everybody")) if self.scenario.shared else given
        )

    @answer.register
    def _(self, command: SwapSegment, own: Blob) -> Message:
        part, revision = command.segment.index, command.revision
        return SegmentSwapped(
            **command.about, segment=part, revision=revision, rendered=own, regions=own
        )

    @answer.register
    def _(self, command: FinalizeVideo, own: Blob) -> Message:
        return VideoFinalized(**command.about, revision=command.revision, output=own)

    @answer.register
    def _(self, command: CheckSegment, own: Blob) -> Message:
        part, revision = command.segment.index, command.revision
        return SegmentChecked(
            **command.about,
            segment=part,
            revision=revision,
            look=own,
            similarities=own,
            pictures=own,
        )

    @answer.register
    def _(self, command: CheckVideo, own: Blob) -> Message:
        says = dict(enumerate(self.scenario.gate)).get(command.revision, "passes")
        return VideoChecked(
            **command.about,
            revision=command.revision,
            passed=says == "passes",
            findings=own,
            repaired=own if says == "repairs" else None,
            segments=tuple(self.scenario.touched) if says == "repairs" else (),
        )

    @answer.register
    def _(self, command: CertifyVideo, own: Blob) -> Message:
        revision, verdict = command.revision, command.verdict
        certificate = blob(f"{revision}/{verdict}")
        return VideoCertified(
            **command.about, revision=revision, verdict=verdict, certificate=certificate
        )
