"""
What the services say to each other: commands are imperative, events are past tense.

A message carries keys of blobs, never pixels, landmarks, embeddings or file names. Saying the
same thing twice gives the same `message_id`.
"""

import hashlib
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from .blobs import Blob
from .identifiers import IdentityId, MessageId, SubjectId, Tenant, TrackId, VideoId
from .plan import Method
from .video import Segment


class AudioMode(StrEnum):
    """What becomes of the sound."""

    KEEP = "keep"
    """Every packet, bit for bit."""
    DROP = "drop"


class Goal(StrEnum):
    """How far a video is to be taken."""

    FEATURES = "features"
    """Until its subjects are known."""
    PLAN = "plan"
    """Until every subject has an identity."""
    RELEASE = "release"
    """Until the gate has spoken."""


class Priority(StrEnum):
    """Who goes first where many wait."""

    INTERACTIVE = "interactive"
    """Somebody is waiting for this video."""
    BULK = "bulk"
    """One of many; it may take a night."""


class Verdict(StrEnum):
    """What the gate, or after it a reviewer, says."""

    RELEASED = "released"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for."""

    method: Method = Method.SYNTHETIC
    audio: AudioMode = AudioMode.KEEP
    goal: Goal = Goal.RELEASE
    container: str = "mp4"
    """Of the output: mp4, mov or mkv."""
    segment_frames: int = 300
    cohort: str = ""
    """Videos of one cohort give one person one identity; empty: the video stands alone."""
    priority: Priority = Priority.INTERACTIVE


CARRIAGE: Final = frozenset({"traceparent", "priority"})
"""Fields that say how a message travels, not what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Belongs to one video."""

    tenant: Tenant
    video_id: VideoId
    traceparent: str = ""
    """W3C Trace Context of the work that caused the message."""
    priority: Priority = Priority.INTERACTIVE
    """That of the video."""

    @property
    def about(self) -> dict[str, Any]:
        """What an answer to this message begins with: whose video, which one, which trace."""
        return {
            "tenant": self.tenant,
            "video_id": self.video_id,
            "traceparent": self.traceparent,
            "priority": self.priority,
        }

    @property
    def message_id(self) -> MessageId:
        """A digest of what is said, whatever the trace and the queue it came through."""
        said = [(f.name, getattr(self, f.name)) for f in fields(self) if f.name not in CARRIAGE]
        content = f"{type(self).__name__}{said!r}"
        return MessageId(hashlib.sha256(content.encode()).hexdigest()[:32])


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSubmitted(Message):
    """A video is stored and waits to be anonymized."""

    source: Blob
    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestVideo(Message):
    """Probe and validate a video and lay out its segments."""

    source: Blob
    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoIngested(Message):
    """The video can be decoded from the first frame to the last."""

    layout: Blob
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectSegment(Message):
    """Find every face in a segment."""

    source: Blob
    layout: Blob
    order: Order
    segment: Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDetected(Message):
    """The faces of a segment are observed."""

    segment: int
    observations: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSubjects(Message):
    """Make tracks and subjects of the observations of all segments."""

    source: Blob
    layout: Blob
    order: Order
    observations: tuple[Blob, ...]
    """One for each segment, in order."""
    extensions: tuple[Blob, ...] = ()
    """What every earlier round of `ExtendTracks` added, in the order of the rounds."""
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEdges:
    """The ends of tracks that may go on in a segment."""

    segment: Segment
    edges: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class TracksOpen(Message):
    """Some tracks end although the evidence may not: they have to be followed further."""

    round: int
    open_edges: tuple[OpenEdges, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendTracks(Message):
    """Follow faces from the given edges, forwards or backwards, while there is evidence."""

    source: Blob
    layout: Blob
    order: Order
    segment: Segment
    edges: Blob
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TracksExtended(Message):
    """The edges of one segment were followed."""

    segment: int
    round: int
    observations: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSubject:
    """A person, and where they were seen."""

    subject_id: SubjectId
    tracks: tuple[TrackId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectsLinked(Message):
    """Every face of the video belongs to a subject; the plan is written."""

    plan: Blob
    portraits: Blob
    tables: tuple[Blob, ...]
    """The track table of each segment, in order."""
    subjects: tuple[LinkedSubject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateIdentity(Message):
    """Invent a synthetic person for a subject."""

    source: Blob
    plan: Blob
    portraits: Blob
    order: Order
    subject_id: SubjectId
    attempt: int
    given: tuple[Blob, ...] = ()
    """Candidates of other subjects that the new one must not resemble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityGenerated(Message):
    """A candidate for a subject exists."""

    subject_id: SubjectId
    attempt: int
    identity: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeIdentities(Message):
    """Compare all candidates of a video with each other; write the accepted into the plan."""

    plan: Blob
    identities: tuple[Blob, ...]
    attempts: int
    """The largest attempt so far: from a limit on, the least alike candidates are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedIdentity:
    """The synthetic person that a subject keeps."""

    subject_id: SubjectId
    identity_id: IdentityId
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitiesFrozen(Message):
    """
    All candidates are accepted, or those of `repeated` subjects look too much like another.

    As long as one is repeated nobody keeps anything: all are compared again.
    """

    plan: Blob
    accepted: tuple[AcceptedIdentity, ...]
    compared: tuple[Blob, ...]
    """`FreezeIdentities.identities`: a verdict on other candidates is out of date."""
    repeated: tuple[SubjectId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapSegment(Message):
    """Render one segment of the frozen plan."""

    source: Blob
    layout: Blob
    plan: Blob
    table: Blob
    segment: Segment
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSwapped(Message):
    """A segment is rendered and encoded."""

    segment: int
    revision: int
    rendered: Blob
    regions: Blob
    """What was done to each face of each frame, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalizeVideo(Message):
    """Join the segments, put the sound back, leave out all metadata that is not allowed."""

    source: Blob
    layout: Blob
    order: Order
    rendered: tuple[Blob, ...]
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFinalized(Message):
    """The output file is complete and has the timestamps of the input."""

    revision: int
    output: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSegment(Message):
    """Look for faces that show in one segment of the finished file."""

    source: Blob
    layout: Blob
    table: Blob
    regions: Blob
    output: Blob
    segment: Segment
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChecked(Message):
    """The gate has looked at every frame of a segment."""

    segment: int
    revision: int
    look: Blob
    similarities: Blob
    pictures: Blob
    """Some frames of the finished video, small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckVideo(Message):
    """Conclude from what was seen in all segments; where it may be repaired, say how."""

    layout: Blob
    plan: Blob
    looks: tuple[Blob, ...]
    similarities: tuple[Blob, ...]
    revision: int
    may_repair: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoChecked(Message):
    """The gate has spoken."""

    revision: int
    passed: bool
    findings: Blob
    repaired: Blob | None = None
    """A plan that covers what was found; absent where nothing was, or may be repaired."""
    segments: tuple[int, ...] = ()
    """The segments that the repair touches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifyVideo(Message):
    """Write features, manifest, provenance and report."""

    source: Blob
    layout: Blob
    order: Order
    plan: Blob
    tables: tuple[Blob, ...]
    regions: tuple[Blob, ...]
    output: Blob
    findings: Blob
    pictures: tuple[Blob, ...]
    """What the gate kept of the finished video, for the report."""
    verdict: Verdict
    revision: int
    rounds: int
    """How often the gate sent the video back to be repaired."""
    reviewer: str = ""
    reason: str = ""
    """Who released a held video, and why; empty where the gate passed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoCertified(Message):
    """Everything that belongs to an output is written."""

    revision: int
    verdict: Verdict
    certificate: Blob
    """JSON: the blobs of manifest, signature, provenance, report and features."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRevised(Message):
    """
    Somebody edited the plan: render it, whatever was rendered before.

    Each edit lies under a key of its own, even if the content is that of an earlier plan: a blob
    that was the plan of this video before is a repetition of the message.
    """

    plan: Blob
    goal: Goal = Goal.RELEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConcluded(Message):
    """A reviewer looked at a held video and answers for it."""

    revision: int
    """What the reviewer looked at: nobody answers for a later rendering."""
    approved: bool
    reviewer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequested(Message):
    """Nobody waits for this video any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRequested(Message):
    """What made a video fail was mended: it goes on where it failed."""

    attempt: int
    """Counts from 1: a repetition of the message starts nothing twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFailed(Message):
    """A stage rejected its input."""

    stage: str
    error: str
    """Name of the error's class in `kernel.errors`."""
    reason: str
    cause: MessageId
    """The message that the stage could not handle."""
