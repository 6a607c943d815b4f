"""One stage as a process of its own: polls, handles, publishes, acknowledges, until it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import Any, Final, Protocol, cast

import structlog

from swaddle import bootstrap
from swaddle.coordinator.batches import BatchWorker, let_in, sweep
from swaddle.coordinator.erasing import sweep_erased, sweep_kept
from swaddle.coordinator.handler import Coordinator
from swaddle.kernel.errors import Misused
from swaddle.kernel.life import State
from swaddle.kernel.ports import MessageBus, Stage, Subscription
from swaddle.kernel.worker import Worker
from swaddle.settings import Settings

from .crew import Told
from .telemetry import HELD, QUEUED, STALLED, WAITING, Measured, Telling, count_faces, count_frames

SWEEP_S: Final = 60.0
"""How often the coordinator looks for videos in which nothing happens."""

HEARTBEAT_S: Final = 60.0
"""The thread that polls goes round at least twice a second; a silence so long is a stuck one."""

log = structlog.get_logger()


class Loop(Protocol):
    """What a process does over and over."""

    def step(self) -> bool:
        """Do one piece of work; return whether there was any."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...

    @property
    def inbox(self) -> Subscription:
        """Where the messages come from."""
        ...


@dataclass(slots=True)
class Duty:
    """A stage at work. Everything it needs is opened once, before the first message."""

    settings: Settings
    name: str
    stopping: Event = field(default_factory=Event)
    shared: MessageBus | None = None
    """A bus that others use as well, and close."""
    bus: MessageBus = field(init=False)
    stage: Stage[Any] = field(init=False)
    last_step: float = field(init=False, default_factory=monotonic)
    """When the loop last went round (monotonic): one that is stuck stops."""
    _loop: Loop = field(init=False)

    def __post_init__(self) -> None:
        if self.name not in bootstrap.STAGES:
            known = ", ".join(bootstrap.STAGES)
            raise Misused(f"There is no stage {self.name!r}; the stages are {known}.")
        bootstrap.probe_blobs(self.settings)
        self.stage = bootstrap.STAGES[self.name](self.settings, Told(count_frames, count_faces))
        self.bus = self.shared or bootstrap.message_bus(self.settings)
        self._loop = self._made()

    @property
    def last_poll(self) -> float:
        """When the bus was last asked (monotonic), also while a message is being handled."""
        return self._loop.inbox.last_poll or self.last_step

    def alive(self) -> bool:
        """Whether the loop goes round, or was told to stop."""
        return self.stopping.is_set() or monotonic() - self.last_poll < HEARTBEAT_S

    def run(self) -> None:
        """Work until `stopping` is set; what is under way is finished first."""
        log.info("worker started", stage=self.name)
        telling = Telling(self.name, self._loop.inbox)
        telling.start()
        try:
            while not self.stopping.is_set():
                self.last_step = monotonic()
                self._loop.step()
        finally:
            telling.stop()
            self._loop.close()
            if self.shared is None:
                self.bus.close()
            if isinstance(self.stage, Coordinator):
                self.stage.ledger.close()
            log.info("worker stopped", stage=self.name)

    def _made(self) -> Loop:
        watched = cast("Stage[Any]", Measured(self.stage))
        if not isinstance(self.stage, Coordinator):
            return Worker(watched, self.bus)
        return _Coordinating(
            BatchWorker(
                self.stage,
                self.bus,
                lambda seconds: not self.stopping.wait(seconds),
                watched,
            ),
            self.sweep,
        )

    def sweep(self, *, everything: bool = False) -> None:
        """
        Ask again for what stalled videos wait for, or all videos; erase what came back.

        Of several coordinators one does so at a time.
        """
        if not isinstance(self.stage, Coordinator):
            return
        with self.stage.ledger.alone("sweep") as mine:
            if mine:
                self._sweep(self.stage, timedelta(0) if everything else self._patience)

    @property
    def _patience(self) -> timedelta:
        return timedelta(seconds=self.settings.stalled_after_s)

    def _sweep(self, coordinator: Coordinator, patience: timedelta) -> None:
        ledger, clock = coordinator.ledger, bootstrap.clock()
        let_in(coordinator, self.bus)
        WAITING.set(len(ledger.unfinished()))
        QUEUED.set(sum(ledger.queues().values()))
        HELD.set(len(ledger.resting_in(State.HELD, clock.now())))
        if found := sweep(ledger, self.bus, clock, patience):
            STALLED.inc(found)
            log.warning("videos asked for again", videos=found)
        blobs = bootstrap.blob_store(self.settings)
        if erased := sweep_erased(ledger, blobs, clock):
            log.info("erasures confirmed", videos=erased)
        if self.settings.keep_originals_days is not None:
            keep = timedelta(days=self.settings.keep_originals_days)
            if cleared := sweep_kept(ledger, blobs, clock, keep):
                log.info("originals erased", videos=cleared)


@dataclass(slots=True)
class _Coordinating:
    """The coordinator's loop, with a sweep now and then."""

    batches: BatchWorker
    sweep: Callable[[], None]
    swept: float = field(default_factory=monotonic)

    def step(self) -> bool:
        if monotonic() - self.swept > SWEEP_S:
            self.sweep()
            self.swept = monotonic()
        return self.batches.step()

    def close(self) -> None:
        self.batches.close()

    @property
    def inbox(self) -> Subscription:
        return self.batches.inbox
