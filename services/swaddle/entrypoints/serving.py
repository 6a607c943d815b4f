"""The API, with stages at work behind it, in one process."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Protocol

import structlog
import uvicorn

from swaddle import bootstrap
from swaddle.coordinator.handler import Coordinator
from swaddle.kernel.errors import Misused
from swaddle.settings import Settings

from .crew import COORDINATOR
from .http.app import make_app
from .http.desk import Desk
from .notifying import Notifying
from .telemetry import serve_health
from .worker import Duty

log = structlog.get_logger()


def serve(settings: Settings, host: str, port: int, stages: Sequence[str]) -> None:
    """Answer requests until the process is told to stop; raises what a stage broke on."""
    with working(settings, stages) as (desk, crew):
        app = make_app(desk, alive=crew.alive)
        serve_health(settings.health_port, crew.alive)
        server = uvicorn.Server(
            uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False)
        )
        # A stage that broke is not mended by waiting: end, so that somebody starts us again.
        crew.when_broken = lambda: setattr(server, "should_exit", True)
        # Uvicorn stops on SIGTERM, then raises it again for whoever had it before: without a
        # handler of ours the process would end there, and not wait for what is under way. One that
        # comes before Uvicorn listens for it is ours as well.
        signal.signal(signal.SIGTERM, lambda _number, _frame: setattr(server, "should_exit", True))
        server.run()
        crew.complain()


class Chore(Protocol):
    """Something to do until it is told to stop."""

    name: str
    stopping: Event

    def run(self) -> None:
        """Work until `stopping` is set."""
        ...


@dataclass(slots=True)
class Stages:
    """Stages at work, each on a thread of its own."""

    duties: Sequence[Chore]
    when_broken: Callable[[], None] = lambda: None
    _threads: Sequence[Thread] = ()
    _broken: Exception | None = None

    def start(self) -> None:
        """Begin to poll."""
        self._threads = [
            Thread(target=self._work, args=(duty,), name=duty.name) for duty in self.duties
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Poll no more; return when what is under way is finished."""
        for duty in self.duties:
            duty.stopping.set()
        for thread in self._threads:
            thread.join()

    def alive(self) -> bool:
        """Whether every stage is at work, or was told to stop."""
        return self._broken is None

    def complain(self) -> None:
        """Raise what a stage broke on."""
        if self._broken is not None:
            raise self._broken

    def _work(self, duty: Duty) -> None:
        try:
            duty.run()
        except Exception as error:
            log.exception("stage broke", stage=duty.name)
            self._broken = error
            self.when_broken()


@contextmanager
def working(settings: Settings, stages: Sequence[str]) -> Iterator[tuple[Desk, Stages]]:
    """
    Yield a desk while the stages work.

    On a bus in memory whatever was asked for before is asked for again: it ended with the last
    process.
    """
    if COORDINATOR not in stages:
        raise Misused(f"The API is the coordinator's; {COORDINATOR} must be among the stages.")
    bus = bootstrap.message_bus(settings)
    duties = [Duty(settings, name, shared=bus) for name in stages]
    coordinating = next(duty for duty in duties if duty.name == COORDINATOR)
    coordinating.sweep(everything=settings.bus_url.startswith("memory:"))
    ledger = next(d.stage.ledger for d in duties if isinstance(d.stage, Coordinator))
    desk = Desk.open(settings, ledger, bus)
    crew = Stages([*duties, Notifying(desk.webhooks, desk.sender, desk.keys, desk.clock)])
    crew.start()
    try:
        yield desk, crew
    finally:
        crew.stop()
        desk.close()
        bus.close()
