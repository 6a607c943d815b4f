"""
Seeded histories: the real coordinator, worker loops and ledger, on adapters that fail on purpose.

Nothing here waits or runs at the same time. Who works next, what is delivered twice, late or never,
where a process ends and which server does not answer: all of it follows from the seed.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.coordinator.batches import BatchWorker, let_in, sweep
from swaddle.coordinator.erasing import SECOND_SWEEP, erase, sweep_erased
from swaddle.coordinator.handler import Coordinator
from swaddle.kernel.errors import Rejected, Unavailable
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.life import Video
from swaddle.kernel.messages import Goal, Message, Order, RetryRequested, VideoSubmitted
from swaddle.kernel.ports import BlobStore, Kinds, Ledger
from swaddle.kernel.results import Result, Task
from swaddle.kernel.worker import Worker
from tests.faults.adapters import Fate, FaultyBlobs, FaultyBus, FaultyLedger, Killed, SteppingClock
from tests.faults.pipeline import Pipeline, Scenario

STEPS = 20_000
"""Far more than any history needs: one that is not over by then never will be."""


@dataclass(frozen=True)
class Stage(Pipeline):
    """The pipeline without pixels, with results in the store as the real stages have them."""

    blobs: BlobStore = None  # type: ignore[assignment] # always given
    ids: FakeIdSource = field(default_factory=FakeIdSource)
    broken: set[type[Message]] = field(default_factory=set)
    """What it rejects until somebody mends it."""

    def handle(self, command: Message) -> list[Message]:
        if type(command) in self.broken:
            raise Rejected("Not today.")
        if type(command) in self.scenario.rejects:
            return super().handle(command)
        task = Task.of(command, self.name, "0", "", self.ids)
        result = task.recall(self.blobs)
        if result is None:
            content = f"{type(command).__name__} {command.message_id}".encode()
            blob = self.blobs.put(task.key("payload"), io.BytesIO(content))
            result = task.settle(self.blobs, Result({"payload": blob}, {}))
        return [self.answer(command, result.blobs["payload"])]


@dataclass
class World:
    """One history, from the seed to its end."""

    seed: int
    folder: Path
    scenarios: Sequence[Scenario]
    erased: frozenset[int] = frozenset()
    """Numbers of the videos that somebody erases on the way."""
    admitted: int = 0
    """How many videos are worked on at once; 0: all."""
    fate: Fate = field(init=False)

    def __post_init__(self) -> None:
        self.fate = Fate(Random(self.seed))  # noqa: S311 - repeatable, not secret
        self.clock = SteppingClock(self.fate)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.engine = open_engine(f"sqlite:///{self.folder}/{self.seed}.sqlite")
        migrate(self.engine)
        self.store = FolderBlobStore(self.folder / str(self.seed))
        self.blobs = FaultyBlobs(self.fate, self.store)
        self.recorded = SqlLedger(self.engine, self.clock)
        self.ledger: Ledger = FaultyLedger(self.fate, self.recorded)
        self.videos = [VideoId(f"v{number}") for number in range(len(self.scenarios))]
        kinds = {Coordinator.name: Coordinator.listens_to, Stage.name: Stage.listens_to}
        self.bus = FaultyBus(self.fate, kinds, ordered=Coordinator.name)
        self.stages = Many(
            {
                video: Stage(scenario, blobs=self.blobs)
                for video, scenario in zip(self.videos, self.scenarios, strict=True)
            }
        )

    def run(self) -> None:
        """Let the history happen, then let everything heal."""
        for video, scenario in zip(self.videos, self.scenarios, strict=True):
            self._insist(lambda v=video, s=scenario: self._submit(v, s.goal))
        self._work(until_quiet=True)
        for number in self.erased:
            # At once with work on it: the second half of this history comes after the tombstone.
            self._insist(lambda v=self.videos[number]: erase(self.ledger, self.blobs, v))
        self._heal()

    def close(self) -> None:
        self.engine.dispose()

    def _submit(self, video: VideoId, goal: Goal) -> None:
        source = self.blobs.put(BlobKey(f"lab/{video}/source"), b"the original")
        said = VideoSubmitted(
            tenant=Tenant("lab"), video_id=video, source=source, order=Order(goal=goal)
        )
        # As the API does: what it said yes to is recorded before anybody hears of it.
        self.ledger.admit(
            Video(
                video_id=video,
                tenant=said.tenant,
                source=source,
                order=said.order,
                waiting=self.admitted > 0,
            )
        )
        self.bus.publish(said)

    def _work(self, *, until_quiet: bool) -> None:
        slots: list[Any] = [self._coordinator(), self._coordinator()]
        slots += [Worker(self.stages, self.bus) for _ in range(3)]
        erasing = set(self.erased)
        for _ in range(STEPS):
            if until_quiet and self.bus.idle and not any(s._inbox.loans for s in slots):
                break
            if erasing and self.fate.random.random() < 0.01:
                victim = self.videos[erasing.pop()]
                with suppress(Killed, Exception):
                    erase(self.ledger, self.blobs, victim)
            index = self.fate.random.randrange(len(slots))
            try:
                slots[index].step()
            except (Killed, Unavailable):
                slots[index]._inbox.close()
                slots[index] = (
                    self._coordinator()
                    if isinstance(slots[index], BatchWorker)
                    else Worker(self.stages, self.bus)
                )
        else:
            raise AssertionError("The history does not end.")
        for slot in slots:
            slot.close()

    def _coordinator(self) -> BatchWorker:
        return BatchWorker(Coordinator(self.ledger, self.admitted), self.bus, lambda _: True)

    def _insist(self, act: Callable[[], object]) -> None:
        """Repeat a request until it is answered, as whoever sent it does."""
        while True:
            try:
                act()
            except (Killed, Unavailable):
                continue
            return

    def _heal(self) -> None:
        """What the sweeper does in the hours after, while nothing else goes wrong."""
        self.fate.sparing = True
        for video_id in self.videos:
            # Somebody sees that it failed, and asks for another attempt.
            video = self.recorded.find(video_id)
            self.bus.publish(
                RetryRequested(tenant=video.tenant, video_id=video_id, attempt=video.retries + 1)
            )
        for _ in range(20):
            self.clock.ahead += SECOND_SWEEP
            let_in(Coordinator(self.recorded, self.admitted), self.bus)
            asked = sweep(self.recorded, self.bus, self.clock, timedelta(hours=1))
            self._work(until_quiet=True)
            if not asked and not self.recorded.queues():
                break
        self.clock.ahead += 2 * SECOND_SWEEP
        sweep_erased(self.recorded, self.store, self.clock)


@dataclass(frozen=True)
class Many:
    """The stages of all videos, each with its own scenario."""

    of: Mapping[VideoId, Stage]
    name: str = Stage.name
    listens_to: Kinds = Stage.listens_to

    def handle(self, command: Message) -> list[Message]:
        return self.of[command.video_id].handle(command)
