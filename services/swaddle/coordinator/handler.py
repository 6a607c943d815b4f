"""Records each event, then answers with the commands the video waits for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final

from swaddle.kernel.errors import NotFound
from swaddle.kernel.identifiers import MessageId, Tenant
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import Message, Priority, VideoSubmitted
from swaddle.kernel.ports import Kinds, Ledger

from .life import COORDINATOR, STEPS, advance
from .next_steps import waits_for

EVERY: Final = 10_000
"""Videos that are let in at once where there is no limit: those that waited while there was."""

SEGMENTWISE: Final = frozenset({State.INGESTED, State.IDENTIFIED})
"""States that a video leaves when every segment is done."""


@dataclass(frozen=True, slots=True)
class Coordinator:
    """The only one that knows the life of a video."""

    name: ClassVar[str] = COORDINATOR
    listens_to: ClassVar[Kinds] = (VideoSubmitted, *STEPS)

    ledger: Ledger
    admitted: int = 0
    """How many videos of a tenant and priority are worked on at once; 0: all of them."""

    def handle(self, event: Message) -> Iterable[Message]:
        """
        Record the event; return the commands it causes, as far as they are still awaited.

        So the event that is delivered again because its commands were lost with the process that
        recorded it causes them again, and any other repetition causes nothing: what is said twice
        is not done four times by the next stage. Whoever submits a video again asks for
        everything it waits for.
        """
        if isinstance(event, VideoSubmitted):
            return self._submitted(event)
        try:
            video = self.ledger.change(
                event.video_id, partial(_after, event=event), type(event).__name__
            )
        except NotFound:
            # The video is unknown, so nobody waits for an answer. To fail would end in a circle:
            # the failure is an event of the same unknown video.
            return []
        commands = list(waits_for(video)) if video.asked_by == event.message_id else []
        if video.at_rest and self.admitted:
            commands += self.let_in(video.tenant, video.order.priority, event.message_id)
        return commands

    def let_in(
        self, tenant: Tenant, priority: Priority, by: MessageId | None = None
    ) -> list[Message]:
        """Begin with the videos for which there is room now; return what they wait for."""
        begun = self.ledger.let_in(tenant, priority, self.admitted or EVERY, by)
        return [command for video in begun for command in waits_for(video)]

    def _submitted(self, event: VideoSubmitted) -> list[Message]:
        offered = Video(
            video_id=event.video_id,
            tenant=event.tenant,
            source=event.source,
            order=event.order,
            waiting=self.admitted > 0,
        )
        video = self.ledger.admit(offered)
        if not self.admitted:
            return list(waits_for(video))
        # Those that were there before come first; it may be this one's turn as well.
        commands = self.let_in(video.tenant, video.order.priority, event.message_id)
        own = [command for command in waits_for(video) if command not in commands]
        return [*commands, *own]


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
