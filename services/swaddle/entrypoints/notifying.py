"""Tells webhooks what became of videos, beside the API."""

from dataclasses import dataclass, field
from threading import Event
from typing import Final

import structlog

from swaddle.coordinator.notifying import notify
from swaddle.coordinator.ports import WebhookBook, WebhookSender
from swaddle.kernel.errors import StorageFailed, Unavailable
from swaddle.kernel.ports import Clock, KeyRing

LOOK_S: Final = 1.0
"""How soon a webhook hears."""

PATIENCE_S: Final = 10.0
"""Before the database is asked again that did not answer."""

log = structlog.get_logger()


@dataclass(slots=True)
class Notifying:
    """Looks for what is to be said, until it is told to stop."""

    book: WebhookBook
    sender: WebhookSender
    keys: KeyRing
    clock: Clock
    name: str = "notifying"
    stopping: Event = field(default_factory=Event)

    def run(self) -> None:
        """Work until `stopping` is set."""
        pause = LOOK_S
        while not self.stopping.wait(pause):
            try:
                notify(self.book, self.sender, self.keys, self.clock)
                pause = LOOK_S
            except (Unavailable, StorageFailed) as error:
                log.warning("notices wait", error=type(error).__name__)
                pause = PATIENCE_S
