"""
Runs every stage on this machine until nothing is left to do.

The parent owns bus, ledger and coordinator, and does what only one process can do: with every core,
and while it would only wait. With more than one job, children run the other stages: they
get a message and return messages.
"""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, Final, Protocol

from swaddle import bootstrap
from swaddle.kernel.messages import Message
from swaddle.kernel.ports import Delivery, MessageBus, Progress, Stage, Subscription
from swaddle.kernel.worker import outcomes
from swaddle.settings import Settings

COORDINATOR: Final = "coordinator"
HERE: Final = frozenset({"ingest", "finalize", "certification"})
"""Stages that handle a video as a whole, and need no models."""

FIRST: Final = ("detection",)
"""What children load while the parent takes the video in."""

LATER: Final = ("identity", "swapping", "gate")
"""What a child loads that has nothing to do, but for engines that paint: they are large."""

COMMAND_LINE: Final = "swaddle.entrypoints.cli.main"
"""Every child has it: it begins with what the parent's own program imports."""

ALONE: Final = frozenset({"linking", "finalize"})
"""Stages during which no other has anything to do."""

TOGETHER: Final = "identity"
"""A stage that does several messages of a video at once where its engine paints: two children would do
the same."""

PATIENCE_S: Final = 0.1
"""How long the parent waits for a child before it looks at the progress again."""

Advance = Callable[[str, int], None]

UnderWay = dict[Future[Sequence[Message]], tuple[str, Delivery]]
"""What the children work on: the stage and the delivery."""


class Listener(Protocol):
    """Hears how the work goes on."""

    def advance(self, stage: str, frames: int) -> None:
        """Count frames that a stage is done with."""
        ...

    def hear(self, message: Message) -> None:
        """Hear what is said on the bus."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """Progress as a plain function."""

    tell: Advance
    tell_faces: Advance = lambda _rendered, _number: None

    def advance(self, stage: str, frames: int) -> None:
        """Pass it on."""
        self.tell(stage, frames)

    def faces(self, rendered: str, number: int) -> None:
        """Pass it on, where anybody listens."""
        self.tell_faces(rendered, number)


class Inline(Executor):
    """Runs what is submitted at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Call, then return what is already known."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the future carries it to whoever asks
            future.set_exception(error)
        return future


@dataclass(slots=True)
class Crew:
    """All workers of one machine."""

    settings: Settings
    bus: MessageBus
    jobs: int
    listener: Listener
    _inbox: Subscription = field(init=False)
    _inboxes: Mapping[str, Subscription] = field(init=False)

    def __post_init__(self) -> None:
        self._inbox, *others = (
            self.bus.subscribe(name, bootstrap.listens_to(name)) for name in bootstrap.STAGES
        )
        names = [name for name in bootstrap.STAGES if name != COORDINATOR]
        self._inboxes = dict(zip(names, others, strict=True))

    def run(self) -> None:
        """Work until no message is left; an error of a stage ends the run and is raised."""
        with _staff(self.settings, self.jobs, self.listener.advance) as staff:
            # While the children start.
            coordinator = bootstrap.STAGES[COORDINATOR](self.settings, Told(self.listener.advance))
            under_way: UnderWay = {}
            while True:
                self._coordinate(coordinator)
                while len(under_way) < self.jobs and (found := self._next(under_way)) is not None:
                    name, delivery = found
                    under_way[staff.submit(name, delivery.message)] = found
                    self._coordinate(coordinator)
                if not under_way:
                    return
                done, _ = wait(under_way, PATIENCE_S, FIRST_COMPLETED)
                staff.listen()
                for future in done:
                    _, delivery = under_way.pop(future)
                    self._finish(delivery, future.result())

    def _coordinate(self, coordinator: Stage[Any]) -> None:
        while deliveries := self._inbox.poll():
            (delivery,) = deliveries
            self._finish(delivery, outcomes(coordinator, delivery.message))

    def _finish(self, delivery: Delivery, messages: Sequence[Message]) -> None:
        for message in messages:
            self.bus.publish(message)
            self.listener.hear(message)
        # Acknowledge last: a crash above repeats the message instead of losing it.
        delivery.acknowledge()

    def _next(self, under_way: UnderWay) -> tuple[str, Delivery] | None:
        alone = {TOGETHER} if bootstrap.paints_together(self.settings) else set()
        busy = alone & {name for name, _ in under_way.values()}
        # Late stages first: what is nearly done frees disk and lets somebody see a result.
        for name in reversed([name for name in self._inboxes if name not in busy]):
            for delivery in self._inboxes[name].poll():
                return name, delivery
        return None


@dataclass(slots=True)
class _Staff:
    """Who does the work of the stages."""

    children: Executor
    jobs: int
    """How many children there are."""
    listen: Callable[[], None]
    """Has to be called now and then, to hear of progress."""
    later: Sequence[str]
    """What a child loads that has nothing to do."""
    unprepared: int
    """How many children may not have loaded that yet."""

    def submit(self, name: str, message: Message) -> Future[Sequence[Message]]:
        """Let somebody handle a message, and the others get ready meanwhile."""
        handled = None if name in HERE else self.children.submit(handle, name, message)
        if name in ALONE:
            self._prepare(self.jobs if handled is None else self.jobs - 1)
        return handled or Inline().submit(handle, name, message)

    def _prepare(self, idle: int) -> None:
        """Let so many children load what they will need, where they have not yet."""
        for _ in range(min(idle, self.unprepared)):
            self.unprepared -= 1
            self.children.submit(get_ready, self.later)


@contextmanager
def _staff(settings: Settings, jobs: int, tell: Advance) -> Iterator[_Staff]:
    if jobs == 1:
        open_stages(settings, tell)
        yield _Staff(Inline(), jobs, lambda: None, later=(), unprepared=0)
        return
    context = bootstrap.start_of_children(__name__, COMMAND_LINE)
    news = context.SimpleQueue()
    share = settings.model_copy(update={"threads": max(1, settings.cores // jobs)})
    pool = ProcessPoolExecutor(jobs, context, open_stages_in_child, (share, news))
    # A child starts when it gets something to do, and the first one has to wait for what all
    # import: they begin now, while the parent takes the video in.
    waking = Thread(target=_wake, args=(pool, jobs))

    def listen() -> None:
        while not news.empty():
            tell(*news.get())

    try:
        waking.start()
        open_stages(settings, tell)
        yield _Staff(pool, jobs, listen, _later(settings), unprepared=jobs)
        listen()
    finally:
        # An interrupted run must not wait for minutes of work that nobody will use.
        pool.shutdown(wait=True, cancel_futures=True)


def _wake(pool: Executor, jobs: int) -> None:
    # What keeps children from starting is met again by whoever gives them work; a run may be over before.
    with suppress(Exception):
        for _ in range(jobs):
            pool.submit(get_ready, FIRST)


def _later(settings: Settings) -> Sequence[str]:
    large = {"identity"} if bootstrap.paints(settings) else set()
    return [name for name in LATER if name not in large]


# --- in the process that does the work ----------------------------------------------------------


@dataclass(slots=True)
class _Desk:
    """The stages that this process has opened so far."""

    settings: Settings
    progress: Progress
    stages: dict[str, Stage[Any]] = field(default_factory=dict)

    def stage(self, name: str) -> Stage[Any]:
        """Open a stage when its first message comes: most models are needed by one alone."""
        if name not in self.stages:
            self.stages[name] = bootstrap.STAGES[name](self.settings, self.progress)
        return self.stages[name]


_desks: Final[list[_Desk]] = []


def open_stages(settings: Settings, tell: Advance) -> None:
    """Make this process ready to handle messages."""
    bootstrap.return_large_blocks()
    _desks[:] = [_Desk(settings, Told(tell))]


def open_stages_in_child(settings: Settings, news: Any) -> None:  # noqa: ANN401 - SimpleQueue
    """Make a child ready; an interrupt from the keyboard is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bootstrap.share_cores(settings)
    open_stages(settings, lambda stage, frames: news.put((stage, frames)))


def get_ready(stages: Sequence[str]) -> None:
    """Load what these stages need."""
    for name in stages:
        _desks[0].stage(name)


def handle(name: str, message: Message) -> Sequence[Message]:
    """Let a stage of this process handle a message."""
    return outcomes(_desks[0].stage(name), message)
