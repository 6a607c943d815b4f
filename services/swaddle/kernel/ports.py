"""
What the pipeline needs from the outside world. tests/contracts says what each must do.

Every method raises `StorageFailed` where a disk or a file fails and `Unavailable` where a server
does; what else it raises stands beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, BinaryIO, ClassVar, Protocol, TypeVar

from numpy.typing import NDArray

from .access import Grant
from .audit import AuditEntry
from .blobs import Blob
from .faces import Detection, Hand, Mesh, Person
from .facts import FileFacts
from .frames import Frame, Image
from .geometry import Floats, Region
from .identifiers import BlobKey, MessageId, Tenant, VideoId
from .life import State, Video
from .messages import Message, Priority
from .video import Layout

Heard_contra = TypeVar("Heard_contra", contravariant=True)
Kinds = tuple[type[Message], ...]
Columns = Mapping[str, NDArray[Any]]


class Stage(Protocol[Heard_contra]):
    """One step of the pipeline. What a service is, once its models are loaded."""

    name: ClassVar[str]
    listens_to: ClassVar[Kinds]

    def handle(self, message: Heard_contra, /) -> Iterable[Message]:
        """Return the messages this one causes. Must be idempotent: it may run twice."""
        ...


class Delivery(Protocol):
    """A message on loan; it returns to the bus unless it is acknowledged."""

    @property
    def message(self) -> Message:
        """The message delivered."""
        ...

    def acknowledge(self) -> None:
        """Never deliver this message to this subscription's group again."""
        ...

    def defer(self) -> bool:
        """
        Give the message back, to be delivered again later; it is done with then.

        Returns False where that was done often enough: the message is still on loan, and whoever
        has it must say what became of it before acknowledging it.
        """
        ...


class Subscription(Protocol):
    """One member of a group; each message reaches one member of every group."""

    def poll(self, limit: int = 1) -> Sequence[Delivery]:
        """Return the next messages, at most `limit`, none when none is waiting."""
        ...

    @property
    def last_poll(self) -> float | None:
        """
        When the bus was last asked (`time.monotonic`); None where `poll` alone asks it.

        A member that stops asking is taken for dead, so whoever watches it looks here.
        """
        ...

    @property
    def lag(self) -> int | None:
        """How many messages wait where this member looks; None where nobody counts."""
        ...

    @property
    def rebalances(self) -> int:
        """How often this member was given other partitions to look at."""
        ...

    def close(self) -> None:
        """Leave the group: what was taken and not acknowledged is delivered to another member."""
        ...


class MessageBus(Protocol):
    """Carries messages from whoever says them to every group that listens."""

    def publish(self, *messages: Message) -> None:
        """Return once none of the messages can be lost any more."""
        ...

    def subscribe(self, group: str, kinds: Kinds) -> Subscription:
        """Join a group; a message that was published before a group existed may be missed."""
        ...

    def close(self) -> None:
        """Leave every group; what is published was sent."""
        ...


class BlobStore(Protocol):
    """Keeps bytes under keys. A key is written once; nobody sees half of a blob."""

    def put(self, key: BlobKey, content: BinaryIO | bytes) -> Blob:
        """Store all of `content`; a blob that is there already is replaced as a whole."""
        ...

    def create(self, key: BlobKey, content: bytes) -> bool:
        """Store `content` unless the key is taken; return whether it was free."""
        ...

    def copy(self, source: BlobKey, key: BlobKey) -> None:
        """Store the bytes of one blob under another key as well; raises NotFound."""
        ...

    def open(self, key: BlobKey) -> AbstractContextManager[BinaryIO]:
        """Open a blob for reading, seekable; raises NotFound."""
        ...

    def erase(self, prefix: str) -> int:
        """Remove every blob whose key starts with `prefix`; return how many there were."""
        ...


class WorkTables(Protocol):
    """Keeps tables of biometric data: encrypted at rest, gone when the key is gone."""

    def write(self, key: BlobKey, columns: Columns) -> Blob:
        """Store columns of equal length."""
        ...

    def read(self, blob: Blob, columns: Sequence[str] | None = None) -> Columns:
        """Return some columns, or all; raises NotFound, and Forged where bytes were changed."""
        ...


class Ledger(Protocol):
    """Remembers the life of every video. Only the coordinator has one."""

    def admit(self, video: Video) -> Video:
        """Insert a video, or return what is already recorded under its id."""
        ...

    def find(self, video_id: VideoId) -> Video:
        """Return what is recorded; raises NotFound."""
        ...

    def change(self, video_id: VideoId, step: Callable[[Video], Video], event: str) -> Video:
        """
        Apply `step` to the recorded video and record what it returns, all or nothing.

        Steps on one video happen one after the other. `event` becomes an entry of the audit
        chain if anything changed. Raises NotFound, and Conflict where the result would give a
        subject a second identity, or two subjects one.
        """
        ...

    def history(self, video_id: VideoId) -> Sequence[AuditEntry]:
        """Return the audit chain, oldest entry first."""
        ...

    def page(
        self, tenant: Tenant, limit: int, after: VideoId | None = None, batch: str | None = None
    ) -> Sequence[Video]:
        """Return a tenant's videos, or a batch's, in the order of their names, after `after`."""
        ...

    def resting_in(self, state: State, unchanged_since: datetime) -> Sequence[VideoId]:
        """
        Return the videos in a state that nothing has changed since, the oldest first.

        Those that are `cleared` are left out.
        """
        ...

    def unfinished(self, unchanged_since: datetime | None = None) -> Sequence[VideoId]:
        """
        Return the videos that wait for an outcome, the longest waiting first.

        Those that wait for others to end are in `queues`.
        """
        ...

    def let_in(
        self, tenant: Tenant, priority: Priority, limit: int, by: MessageId | None = None
    ) -> Sequence[Video]:
        """
        Let waiting videos begin, the oldest first, until `limit` are worked on; return them.

        Whoever else does the same at the same time lets in others, or none. Those that the event
        `by` let in before, and in which nothing has happened since, are returned again.
        """
        ...

    def queues(self) -> Mapping[tuple[Tenant, Priority], int]:
        """Return how many videos of each tenant and priority wait for others to end."""
        ...

    def batch(self, tenant: Tenant, batch: str) -> Mapping[State, int]:
        """Return how many videos of a batch stand where; empty where there is no such batch."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """
        Record all changes that this thread makes inside at once, or none where it is left by an
        error. A change that is refused inside takes nothing else with it.
        """
        ...

    def alone(self, task: str) -> AbstractContextManager[bool]:
        """
        Say whether nobody else does this task now, on whatever machine; it is ours until the end.

        A ledger that one machine writes may say so to two at once: then the task is done twice.
        """
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class TokenStore(Protocol):
    """Knows the tokens of the API, and none of them in clear."""

    def issue(self, token: str, grant: Grant) -> None:
        """Remember what a token stands for; raises Conflict for one that is known."""
        ...

    def grant(self, token: str) -> Grant:
        """Return what a token stands for; raises NotFound. Whether it expired is not asked."""
        ...

    def revoke(self, tenant: Tenant, holder: str) -> int:
        """Forget every token of a holder; return how many there were."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        ...


class IdSource(Protocol):
    """Makes names that nobody else makes."""

    def fresh(self) -> str:
        """Return 32 hexadecimal digits."""
        ...


class KeyRing(Protocol):
    """Keeps the secrets."""

    def identity_key(self) -> bytes:
        """Return the 32 bytes that identities are derived from."""
        ...

    def table_key(self) -> bytes:
        """Return the 32 bytes that the work tables are encrypted with."""
        ...

    def webhook_secret(self, webhook: str) -> bytes:
        """Return the 32 bytes that a webhook knows its notices by: other ones for each."""
        ...

    def sign(self, content: bytes) -> bytes:
        """Return an Ed25519 signature (64 bytes)."""
        ...

    def public_key(self) -> bytes:
        """Return the Ed25519 public key (32 bytes) that verifies what `sign` returns."""
        ...


class Progress(Protocol):
    """Is told how the work goes on."""

    def advance(self, stage: str, frames: int) -> None:
        """Count frames that a stage is done with."""
        ...

    def faces(self, rendered: str, number: int) -> None:
        """Count faces by what was done to them, in the words of `kernel.tables.Rendered`."""
        ...


class Scratch(Protocol):
    """Lends room for files that are too large for memory and that nobody else may see."""

    def file(self) -> AbstractContextManager[BinaryIO]:
        """Return an empty file to write, seek and read; it is gone when the context ends."""
        ...


class VideoReader(Protocol):
    """Decodes videos. The input is hostile."""

    def probe(self, source: BinaryIO) -> Layout:
        """
        Decode the whole video once and return its layout, in one segment.

        Raises UnreadableVideo with a plain sentence.
        """
        ...

    def skim(self, source: BinaryIO) -> Layout:
        """
        Return the layout that the first picture and all packets promise; the rest is not decoded.

        Of a video that we wrote ourselves, and whose frames are looked at later: whether they are
        damaged, interlaced or of another size than the first is not said. Raises UnreadableVideo.
        """
        ...

    def frames(self, source: BinaryIO, layout: Layout, first: int, last: int) -> Iterator[Frame]:
        """
        Yield the frames numbered `first` to `last` in display order and orientation.

        Raises UnreadableVideo where they are not the frames the layout promises.
        """
        ...


class VideoWriter(Protocol):
    """Encodes and joins videos."""

    def encode(self, frames: Iterable[Frame], layout: Layout, target: BinaryIO) -> None:
        """Write the frames, with their timestamps, as a segment that `join` understands."""
        ...

    def join(
        self,
        segments: Iterable[BinaryIO],
        sound: BinaryIO | None,
        layout: Layout,
        container: str,
        target: BinaryIO,
    ) -> None:
        """
        Write one file of the segments, without encoding again, and the audio packets of `sound`.

        The frames have the timestamps of the layout, to the tick. A segment is done with when the
        next one is asked for. `target` is written, read and
        moved about in. Raises what `fits` raises, and Rejected where the parts make no whole.
        """
        ...

    def fits(self, sound: BinaryIO | None, layout: Layout, container: str) -> None:
        """
        Check early what `join` will need: that the container holds these timestamps and sounds.

        Raises Misused, naming a container that does, and UnreadableVideo.
        """
        ...

    def facts(self, output: BinaryIO) -> FileFacts:
        """Return what a file says of itself; raises UnreadableVideo."""
        ...


class FaceDetector(Protocol):
    """Finds faces in a picture."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """Return the faces of a BGR picture, in its pixels, best score first."""
        ...

    def detect_each(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        """
        Return what `detect` returns for each picture.

        As many as the device takes go through the model at once; raises OutOfMemory where it does
        not take one.
        """
        ...


class FaceLandmarker(Protocol):
    """Fits a mesh to a face."""

    def fit(self, frame: Frame, region: Region) -> Mesh:
        """Return the mesh of the face in this part of the frame, and how sure it is there."""
        ...

    def look_closer(self, frame: Frame, mesh: Mesh) -> tuple[Mesh, Floats]:
        """
        Look closely at a face that has a mesh.

        Return the mesh with lids, brows and lips where they really are, as far as the model sees
        them, and centre, right, top, left and bottom of both irises, in pixels: (2, 5, 2), the
        left eye of the picture first. The mesh is as sure as the less sure of both looks.
        """
        ...


class HandLandmarker(Protocol):
    """Finds hands."""

    def hands(self, frame: Frame, region: Region) -> tuple[Hand, ...]:
        """Return at most two hands in this part of the frame, in its pixels."""
        ...


class PersonDetector(Protocol):
    """Finds people by their bodies."""

    def persons(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame."""
        ...


class FaceEmbedder(Protocol):
    """Tells people apart."""

    def embed(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """
        Return one unit vector for each face (BGR picture, mesh in its pixels): (n, d).

        How many numbers d a face has is the embedder's own fact, the same for all. The mean of many
        people is subtracted first, so that the cosine of two vectors is about 0 for two unrelated
        adults and 1 for equal pictures.
        """
        ...
