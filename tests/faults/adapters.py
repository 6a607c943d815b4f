"""Adapters that fail on purpose, as a seed decides."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, BinaryIO

from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Unavailable
from swaddle.kernel.identifiers import BlobKey, VideoId
from swaddle.kernel.life import Video
from swaddle.kernel.messages import Message
from swaddle.kernel.ports import Kinds
from swaddle.wire.codec import decode, encode

TRIES = 6


class Killed(BaseException):
    """The process ended here, between two effects."""


@dataclass
class Fate:
    """Decides what goes wrong."""

    random: Random
    kill: float = 0.01
    refuse: float = 0.02
    duplicate: float = 0.05
    lose: float = 0.002
    delay: float = 0.1
    sparing: bool = False
    """While this is so nothing goes wrong."""

    def happens(self, chance: float) -> bool:
        return not self.sparing and self.random.random() < chance

    def before(self, what: str) -> None:
        """Maybe end the process, or let a server refuse."""
        if self.happens(self.kill):
            raise Killed(what)
        if self.happens(self.refuse):
            raise Unavailable(f"{what} was refused.")

    def after(self, what: str) -> None:
        """Maybe end the process, or lose the answer: the effect is there in either case."""
        self.before(f"The answer to {what}")


@dataclass
class SteppingClock:
    """A clock that somebody sets, forwards and back."""

    fate: Fate
    ahead: timedelta = timedelta()
    time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(seconds=self.fate.random.choice([1, 1, 1, 1, 60, -30]))
        return self.time + self.ahead


# --- the adapters -----------------------------------------------------------------------------


@dataclass(eq=False)
class Parcel:
    content: bytes
    video: VideoId
    tries: int = 1


@dataclass(eq=False)
class Post:
    """One member of a group on the bus."""

    bus: "FaultyBus"
    group: str
    loans: list[Parcel] = field(default_factory=list)
    last_poll: None = None
    lag: None = None
    rebalances: int = 0

    def poll(self, limit: int = 1) -> Sequence["Loan"]:
        taken = [p for _ in range(limit) if (p := self.bus.pick(self.group)) is not None]
        self.loans += taken
        return [Loan(decode(parcel.content), parcel, self) for parcel in taken]

    def close(self) -> None:
        self.bus.waiting[self.group][:0] = self.loans
        self.loans = []


@dataclass(eq=False)
class Loan:
    message: Message
    parcel: Parcel
    post: Post

    def acknowledge(self) -> None:
        self.post.bus.fate.before("acknowledge")
        with suppress(ValueError):
            self.post.loans.remove(self.parcel)

    def defer(self) -> bool:
        if self.parcel.tries >= TRIES:
            return False
        self.acknowledge()
        again = Parcel(self.parcel.content, self.parcel.video, self.parcel.tries + 1)
        self.post.bus.waiting[self.post.group].append(again)
        return True


@dataclass
class FaultyBus:
    """Keeps the order of a video's events, and no other; delivers at least once, mostly."""

    fate: Fate
    kinds: Mapping[str, Kinds]
    ordered: str
    waiting: dict[str, list[Parcel]] = field(default_factory=dict)
    said: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting = {group: [] for group in self.kinds}

    def publish(self, *messages: Message) -> None:
        for message in messages:
            self.fate.before("publish")
            self.said.append(message)
            for group, kinds in self.kinds.items():
                if isinstance(message, kinds) and not self.fate.happens(self.fate.lose):
                    parcel = Parcel(encode(message), message.video_id)
                    self.waiting[group].append(parcel)
        self.fate.after("publish")

    def subscribe(self, group: str, kinds: Kinds) -> Post:
        assert kinds == self.kinds[group]
        return Post(self, group)

    def close(self) -> None:
        """Nothing to let go of."""

    def pick(self, group: str) -> Parcel | None:
        waiting = self.waiting[group]
        if not waiting or self.fate.happens(self.fate.delay):
            return None
        parcel = self.fate.random.choice(waiting)
        if group == self.ordered:
            parcel = next(p for p in waiting if p.video == parcel.video)
        if not self.fate.happens(self.fate.duplicate):
            waiting.remove(parcel)
        return parcel

    @property
    def idle(self) -> bool:
        return not any(self.waiting.values())


@dataclass
class FaultyBlobs:
    """A store that refuses, or does as it is told and does not answer."""

    fate: Fate
    real: FolderBlobStore

    def put(self, key: BlobKey, content: BinaryIO | bytes) -> Blob:
        self.fate.before("put")
        blob = self.real.put(key, content)
        self.fate.after("put")
        return blob

    def create(self, key: BlobKey, content: bytes) -> bool:
        self.fate.before("create")
        created = self.real.create(key, content)
        self.fate.after("create")
        return created

    def open(self, key: BlobKey) -> AbstractContextManager[BinaryIO]:
        self.fate.before("open")
        return self.real.open(key)

    def erase(self, prefix: str) -> int:
        self.fate.before("erase")
        erased = self.real.erase(prefix)
        self.fate.after("erase")
        return erased


@dataclass
class FaultyLedger:
    """A database that goes away before a commit, or after it."""

    fate: Fate
    real: SqlLedger

    def admit(self, video: Video) -> Video:
        self.fate.before("admit")
        return self.real.admit(video)

    def change(self, video_id: VideoId, step: Callable[[Video], Video], event: str) -> Video:
        self.fate.before("change")
        return self.real.change(video_id, step, event)

    def let_in(self, *about: Any) -> Sequence[Video]:  # noqa: ANN401 - passed on
        self.fate.before("let_in")
        return self.real.let_in(*about)

    @contextmanager
    def together(self) -> Iterator[None]:
        with self.real.together():
            yield
            self.fate.before("commit")
        self.fate.after("commit")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the ledger has
        return getattr(self.real, name)
