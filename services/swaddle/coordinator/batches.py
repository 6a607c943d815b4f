"""The loop of the coordinator: many events, one transaction."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog

from swaddle.kernel.errors import StorageFailed, Unavailable
from swaddle.kernel.messages import Message
from swaddle.kernel.ports import Clock, Delivery, Ledger, MessageBus, Stage, Subscription
from swaddle.kernel.worker import failure, outcomes

from .handler import Coordinator
from .next_steps import waits_for

BATCH: Final = 200
"""Events recorded in one transaction: one at a time, a database that syncs to disk does 60/s."""

PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Before the same batch is tried again. Events are never put aside: without the ledger nothing
could be said of a video, not even that it failed."""

log = structlog.get_logger()


class BatchWorker:
    """
    Records events in batches.

    Promises what `Worker` promises. `asleep` waits between two attempts; it returns False where
    the process is to end: the events stay on the bus. `watched` is the same coordinator, where
    somebody counts what it does.
    """

    def __init__(
        self,
        coordinator: Coordinator,
        bus: MessageBus,
        asleep: Callable[[float], bool],
        watched: Stage[Any] | None = None,
    ) -> None:
        self._coordinator = coordinator
        self._stage = watched or coordinator
        self._bus = bus
        self._asleep = asleep
        self._inbox = bus.subscribe(coordinator.name, coordinator.listens_to)

    def step(self) -> bool:
        """Record what waits; return whether there was anything."""
        deliveries = self._inbox.poll(BATCH)
        if not deliveries:
            return False
        attempt = 0
        while True:
            try:
                self._bus.publish(*self._record(deliveries))
            except (Unavailable, StorageFailed) as error:
                pause = PAUSES_S[min(attempt, len(PAUSES_S) - 1)]
                log.warning("batch failed", events=len(deliveries), error=type(error).__name__)
                attempt += 1
                if not self._asleep(pause):
                    return True
            else:
                break
        # Acknowledge last: a crash above repeats the events instead of losing them.
        for delivery in deliveries:
            delivery.acknowledge()
        return True

    def close(self) -> None:
        """Leave the group."""
        self._inbox.close()

    @property
    def inbox(self) -> Subscription:
        """Where the events come from, for whoever watches."""
        return self._inbox

    def _record(self, deliveries: Sequence[Delivery]) -> Sequence[Message]:
        with self._coordinator.ledger.together():
            return [answer for d in deliveries for answer in self._answers(d.message)]

    def _answers(self, event: Message) -> Sequence[Message]:
        try:
            return outcomes(self._stage, event)
        except (Unavailable, StorageFailed):
            raise
        except Exception as error:
            # A bug meets one event, not the two hundred beside it.
            log.exception("event broke", kind=type(event).__name__)
            return [failure(event, self._coordinator.name, error)]


def let_in(coordinator: Coordinator, bus: MessageBus) -> None:
    """Begin with every video for which there is room: one that ended may have gone unheard."""
    for tenant, priority in coordinator.ledger.queues():
        bus.publish(*coordinator.let_in(tenant, priority))


def sweep(ledger: Ledger, bus: MessageBus, clock: Clock, patience: timedelta) -> int:
    """
    Ask again for what stalled videos wait for; return how many there were.

    A command may be lost with a broker's disk, or lie among the dead. Who works on it already
    finds the result of the other. A video whose commands were repeated counts as changed.
    """
    stalled = ledger.unfinished(unchanged_since=clock.now() - patience)
    for video_id in stalled:
        video = ledger.change(video_id, lambda v: v.asked_again(), "VideoSwept")
        bus.publish(*waits_for(video))
    return len(stalled)
