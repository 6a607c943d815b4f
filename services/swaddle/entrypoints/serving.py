"""The API, with stages at work behind it, in one process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

import uvicorn

from swaddle import bootstrap
from swaddle.coordinator.handler import Coordinator
from swaddle.kernel.errors import Misused
from swaddle.settings import Settings

from .crew import COORDINATOR
from .http.app import make_app
from .http.desk import Desk
from .worker import Duty

JOIN_S = 3600.0
"""How long a stage may take to finish what is under way; whoever cannot wait kills the process."""


def serve(settings: Settings, host: str, port: int, stages: Sequence[str]) -> None:
    """Answer requests until the process is told to stop."""
    with working(settings, stages) as desk:
        config = uvicorn.Config(
            make_app(desk), host=host, port=port, log_config=None, access_log=False
        )
        uvicorn.Server(config).run()


@contextmanager
def working(settings: Settings, stages: Sequence[str]) -> Iterator[Desk]:
    """
    Yield a desk while the stages work, each on a thread of its own.

    On a bus in memory whatever was asked for before is asked for again: it ended with the last
    process.
    """
    if COORDINATOR not in stages:
        raise Misused(f"The API is the coordinator's; {COORDINATOR} must be among the stages.")
    bus = bootstrap.message_bus(settings)
    duties = [Duty(settings, name, shared=bus) for name in stages]
    coordinating = next(duty for duty in duties if duty.name == COORDINATOR)
    if not isinstance(coordinating.stage, Coordinator):
        raise Misused("The coordinator is not one.")
    threads = [Thread(target=duty.run, name=duty.name) for duty in duties]
    coordinating.sweep(everything=settings.bus_url.startswith("memory:"))
    for thread in threads:
        thread.start()
    desk = Desk.open(settings, coordinating.stage.ledger, bus)
    try:
        yield desk
    finally:
        for duty in duties:
            duty.stopping.set()
        for thread in threads:
            thread.join(JOIN_S)
        desk.tokens.close()
        bus.close()
