"""A video, what is recorded of it, and the states it passes through."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, NamedTuple

from .blobs import Blob
from .consent import Consent
from .identifiers import IdentityId, MessageId, SubjectId, Tenant, TrackId, VideoId
from .messages import AcceptedIdentity, Goal, LinkedSubject, OpenEdges, Order, Verdict
from .video import Segment


class State(StrEnum):
    """Where a video stands."""

    RECEIVED = "received"
    INGESTED = "ingested"
    DETECTED = "detected"
    LINKED = "linked"
    IDENTIFIED = "identified"
    SWAPPED = "swapped"
    FINALIZED = "finalized"
    CHECKED = "checked"
    RELEASED = "released"
    HELD = "held"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ERASED = "erased"


RESTING: Final = frozenset(
    {State.RELEASED, State.HELD, State.FAILED, State.CANCELLED, State.ERASED}
)
"""States in which nobody works on a video."""

REPAIR_ROUNDS: Final = 2
"""How often what the gate finds is covered before the video is held."""


class TaskKey(NamedTuple):
    """A piece of work whose outcome is recorded."""

    stage: str
    round: int
    """Round of extension or revision of the plan."""
    part: int
    """Segment, or 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The latest synthetic person that was generated for a subject."""

    subject_id: SubjectId
    attempt: int
    identity: Blob | None
    """Absent while it is being generated."""
    given: tuple[Blob, ...] = ()
    """Candidates of other subjects that this one must not resemble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """Everything the coordinator knows about one video."""

    video_id: VideoId
    tenant: Tenant
    source: Blob
    order: Order
    state: State = State.RECEIVED
    asked_by: MessageId | None = None
    """The event whose commands the video waits for: all of them were caused by the same one."""
    layout: Blob | None = None
    segments: tuple[Segment, ...] = ()
    outcomes: Mapping[TaskKey, Blob] = field(default_factory=dict)
    link_round: int = 0
    open_edges: Mapping[int, tuple[OpenEdges, ...]] = field(default_factory=dict)
    """By round: what had to be followed further."""
    subjects: tuple[LinkedSubject, ...] = ()
    portraits: Blob | None = None
    linked_plan: Blob | None = None
    """The plan as `linking` wrote it, without identities."""
    candidates: Mapping[SubjectId, Candidate] = field(default_factory=dict)
    identities: Mapping[SubjectId, AcceptedIdentity] = field(default_factory=dict)
    plan: Blob | None = None
    """The frozen plan that is, or will be, rendered."""
    revision: int = 0
    """Counts every frozen plan: the first, repairs, edits."""
    stale: tuple[int, ...] = ()
    """Segments whose rendering the current revision replaces; the others keep theirs."""
    output: Blob | None = None
    findings: Blob | None = None
    repairs: int = 0
    verdict: Verdict | None = None
    reviewer: str = ""
    reason: str = ""
    """Who released the video and why; or why it failed."""
    error: str = ""
    failed_in: State | None = None
    """The state in which it failed: where it goes on if somebody asks for that."""
    retries: int = 0
    """How often somebody asked for that."""
    certificate: Blob | None = None
    sweeps: int = 0
    """How often its commands were repeated because nothing happened for long."""
    waiting: bool = False
    """Whether others of its tenant have to end before anything is asked for."""
    batch: str = ""
    """The batch that it was submitted with; empty: it was submitted alone."""
    consent: Consent = field(default_factory=Consent)
    cleared: bool = False
    """
    Whether nothing is left that is not to be kept in this state: of an erased video anything, of
    one that ended the original and what was made on the way.
    """

    @property
    def about(self) -> dict[str, Any]:
        """What a message of this video begins with."""
        return {
            "tenant": self.tenant,
            "video_id": self.video_id,
            "priority": self.order.priority,
        }

    def asked_again(self) -> "Video":
        """Return the video after its commands were repeated."""
        return replace(self, sweeps=self.sweeps + 1)

    def let_in(self, by: MessageId | None) -> "Video":
        """Return the video when it is its turn, which an event brought about."""
        return replace(self, waiting=False, asked_by=by)

    def erased(self) -> "Video":
        """Return the tombstone: nothing a person wrote, and nothing changes it any more."""
        return replace(
            self,
            state=State.ERASED,
            cleared=False,
            consent=Consent(),
            reviewer="",
            reason="",
        )

    def with_outcome(self, key: TaskKey, blob: Blob) -> "Video":
        """Record an outcome; the first one stays."""
        if key in self.outcomes:
            return self
        return replace(self, outcomes={**self.outcomes, key: blob})

    def all_done(self, stage: str, number: int, parts: int) -> bool:
        """Return whether a stage has an outcome for every part in this round."""
        return all(TaskKey(stage, number, part) in self.outcomes for part in range(parts))

    @property
    def at_rest(self) -> bool:
        """Whether nobody works on the video: it has ended, or come as far as was asked for."""
        if self.state is State.LINKED:
            return self.order.goal is Goal.FEATURES
        if self.state is State.IDENTIFIED:
            return self.order.goal is not Goal.RELEASE
        return self.state in RESTING

    @property
    def tracks(self) -> Mapping[TrackId, SubjectId]:
        """Whose each track is."""
        return {track: s.subject_id for s in self.subjects for track in s.tracks}

    @property
    def identity_ids(self) -> Mapping[SubjectId, IdentityId]:
        """The identity of each subject that has one."""
        return {subject: accepted.identity_id for subject, accepted in self.identities.items()}
