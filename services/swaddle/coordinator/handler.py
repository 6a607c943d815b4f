"""Records each event, then answers with the commands the video waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from swaddle.kernel.errors import NotFound
from swaddle.kernel.life import Video
from swaddle.kernel.messages import Message, VideoSubmitted
from swaddle.kernel.ports import Kinds, Ledger

from .life import COORDINATOR, STEPS, advance
from .next_steps import waits_for


@dataclass(frozen=True, slots=True)
class Coordinator:
    """The only one that knows the life of a video."""

    name: ClassVar[str] = COORDINATOR
    listens_to: ClassVar[Kinds] = (VideoSubmitted, *STEPS)

    ledger: Ledger

    def handle(self, event: Message) -> Iterable[Message]:
        """Record the event; return what follows from the recorded state."""
        if isinstance(event, VideoSubmitted):
            video = self.ledger.admit(_received(event))
            return list(waits_for(video))
        before: list[Video] = []

        def step(recorded: Video) -> Video:
            before.append(recorded)
            return advance(recorded, event)

        try:
            video = self.ledger.change(event.video_id, step, type(event).__name__)
        except NotFound:
            # The video is unknown, so nobody waits for an answer. To fail would end in a circle:
            # the failure is an event of the same unknown video.
            return []
        return _new(waits_for(before[-1]), waits_for(video), repeated=video == before[-1])


def _received(event: VideoSubmitted) -> Video:
    return Video(
        video_id=event.video_id, tenant=event.tenant, source=event.source, order=event.order
    )


def _new(before: Iterable[Message], after: Iterable[Message], *, repeated: bool) -> list[Message]:
    """
    Leave out what was asked for already.

    An event that changed nothing may be the repetition of one whose commands were lost with the
    process that recorded it: then everything the video waits for is asked for again.
    """
    if repeated:
        return list(after)
    # Equality says the same as `message_id`, for a tenth of the time.
    asked = set(before)
    return [command for command in after if command not in asked]
