"""The loop that every service runs, in one process or in a cluster."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from .errors import Conflict, Forged, Misused, NotFound, Rejected, SwaddleError
from .messages import Message, StageFailed
from .ports import MessageBus, Stage

PERMANENT: Final = (Rejected, Misused, NotFound, Conflict, Forged)
"""Errors that the same message meets again, however often it is delivered."""


class Worker:
    """Runs one stage against a bus, one message at a time."""

    def __init__(self, stage: Stage[Any], bus: MessageBus) -> None:
        self._stage = stage
        self._bus = bus
        self._inbox = bus.subscribe(stage.name, stage.listens_to)

    def step(self) -> bool:
        """
        Handle one message; return whether there was one.

        An error that another try may mend leaves it unacknowledged, to be delivered again.
        """
        delivery = self._inbox.poll()
        if delivery is None:
            return False
        for outcome in outcomes(self._stage, delivery.message):
            self._bus.publish(outcome)
        # Acknowledge last: a crash above repeats the message instead of losing it.
        delivery.acknowledge()
        return True


def outcomes(stage: Stage[Any], message: Message) -> Sequence[Message]:
    """Return what a stage answers; a message that can never succeed is answered StageFailed."""
    try:
        return list(stage.handle(message))
    except PERMANENT as rejection:
        return [failure(message, stage.name, rejection)]


def failure(message: Message, stage: str, error: SwaddleError) -> StageFailed:
    """Return the event that ends the video a message belongs to."""
    return StageFailed(
        tenant=message.tenant,
        video_id=message.video_id,
        traceparent=message.traceparent,
        stage=stage,
        error=type(error).__name__,
        reason=str(error),
        cause=message.message_id,
    )


def run_until_idle(workers: Iterable[Worker]) -> None:
    """Let the workers take turns until none has anything to do."""
    crew = list(workers)
    while True:
        progress = [worker.step() for worker in crew]
        if not any(progress):
            return
