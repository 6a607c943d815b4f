"""The loop that every service runs, in one process or in a cluster."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from .errors import Conflict, Forged, Misused, NotFound, Rejected, SwaddleError
from .messages import Message, StageFailed
from .ports import Delivery, MessageBus, Stage, Subscription

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

        One that another try may help goes back to the bus. Where it was tried often enough, its
        video fails: a stage that cannot do its work must never leave a gap in a video.
        """
        for delivery in self._inbox.poll():
            self._handle(delivery)
            return True
        return False

    def _handle(self, delivery: Delivery) -> None:
        try:
            answers = outcomes(self._stage, delivery.message)
        except Exception as error:  # noqa: BLE001 - goes back to the bus, then into a StageFailed
            if delivery.defer():
                return
            answers = [failure(delivery.message, self._stage.name, error)]
        self._bus.publish(*answers)
        # Acknowledge last: a crash above repeats the message instead of losing it.
        delivery.acknowledge()

    def close(self) -> None:
        """Leave the group."""
        self._inbox.close()

    @property
    def inbox(self) -> Subscription:
        """Where the messages come from, for whoever watches."""
        return self._inbox


def outcomes(stage: Stage[Any], message: Message) -> Sequence[Message]:
    """Return what a stage answers; a message that can never succeed is answered StageFailed."""
    try:
        return list(stage.handle(message))
    except PERMANENT as rejection:
        return [failure(message, stage.name, rejection)]


def failure(message: Message, stage: str, error: Exception) -> StageFailed:
    """
    Return the event that ends the video a message belongs to.

    What errors other than ours say is not repeated: nobody knows what it tells of the video.
    """
    ours = isinstance(error, SwaddleError)
    return StageFailed(
        **message.about,
        stage=stage,
        error=type(error).__name__,
        reason=str(error) if ours else "The stage broke; its log says where.",
        cause=message.message_id,
    )


def run_until_idle(workers: Iterable[Worker]) -> None:
    """Let the workers take turns until none has anything to do."""
    crew = list(workers)
    while True:
        progress = [worker.step() for worker in crew]
        if not any(progress):
            return
