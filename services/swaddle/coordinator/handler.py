"""Records each event, then answers with the commands the video waits for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final

from swaddle.kernel.errors import NotFound
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import Message, VideoSubmitted
from swaddle.kernel.ports import Kinds, Ledger

from .life import COORDINATOR, STEPS, advance
from .next_steps import waits_for

SEGMENTWISE: Final = frozenset({State.INGESTED, State.IDENTIFIED})
"""States that a video leaves when every segment is done."""


@dataclass(frozen=True, slots=True)
class Coordinator:
    """The only one that knows the life of a video."""

    name: ClassVar[str] = COORDINATOR
    listens_to: ClassVar[Kinds] = (VideoSubmitted, *STEPS)

    ledger: Ledger

    def handle(self, event: Message) -> Iterable[Message]:
        """
        Record the event; return the commands it causes, as far as they are still awaited.

        So the event that is delivered again because its commands were lost with the process that
        recorded it causes them again, and any other repetition causes nothing: what is said twice
        is not done four times by the next stage. Whoever submits a video again asks for
        everything it waits for.
        """
        if isinstance(event, VideoSubmitted):
            return list(waits_for(self.ledger.admit(_received(event))))
        try:
            video = self.ledger.change(
                event.video_id, partial(_after, event=event), type(event).__name__
            )
        except NotFound:
            # The video is unknown, so nobody waits for an answer. To fail would end in a circle:
            # the failure is an event of the same unknown video.
            return []
        return list(waits_for(video)) if video.asked_by == event.message_id else []


def _received(event: VideoSubmitted) -> Video:
    return Video(
        video_id=event.video_id, tenant=event.tenant, source=event.source, order=event.order
    )


def _after(recorded: Video, event: Message) -> Video:
    """Return the video after the event, which is remembered if new commands follow from it."""
    video = advance(recorded, event)
    if video == recorded or _is_one_of_many(recorded, video):
        return video
    if set(waits_for(video)) <= set(waits_for(recorded)):
        return video
    return replace(video, asked_by=event.message_id)


def _is_one_of_many(recorded: Video, video: Video) -> bool:
    """
    Return whether all that changed is that one more segment is done, and others are not.

    Then no command is due that was not before: there is no need to compare thousands.
    """
    if video.state is not recorded.state or video.state not in SEGMENTWISE:
        return False
    return replace(video, outcomes=recorded.outcomes) == recorded
