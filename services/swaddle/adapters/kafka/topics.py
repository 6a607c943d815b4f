"""Which topics there are, and which of them, and which partition, a message goes to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.messages import Message, Priority
from swaddle.kernel.ports import Kinds
from swaddle.kernel.video import Segment

RETENTION_MS: Final = 30 * 24 * 3600 * 1000
"""Longer than anybody lets a cluster stand still: what is not read by then is asked for again."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A round of trying again."""

    name: str
    seconds: float


DELAYS: Final = (Delay("1m", 60), Delay("10m", 600), Delay("1h", 3600))
"""A restart, an outage, a night shift: after those somebody has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """
    The names of all topics.

    Each stream has a topic for every priority; each group has a topic for every round of trying
    again, and one for what was tried in vain.
    """

    streams: Mapping[str, Kinds]
    groups: Sequence[str]
    prefix: str = "swaddle"
    delays: Sequence[Delay] = DELAYS

    def of(self, message: Message) -> str:
        """Return the topic a message is published to."""
        return self._name(message.priority, self._stream(type(message)))

    def read(self, kinds: Kinds, priority: Priority) -> Sequence[str]:
        """Return the topics in which these kinds of messages are found."""
        return sorted({self._name(priority, self._stream(kind)) for kind in kinds})

    def again(self, group: str) -> Sequence[str]:
        """Return the topics of a group's further attempts, the soonest first."""
        return [f"{self.prefix}.{group}.retry.{delay.name}" for delay in self.delays]

    def dead(self, group: str) -> str:
        """Return the topic of what a group tried in vain."""
        return f"{self.prefix}.{group}.dead"

    def every(self) -> Iterator[str]:
        """Yield the names of all topics."""
        for stream in self.streams:
            for priority in Priority:
                yield self._name(priority, stream)
        for group in self.groups:
            yield from self.again(group)
            yield self.dead(group)

    def _stream(self, kind: type[Message]) -> str:
        return next(name for name, kinds in self.streams.items() if kind in kinds)

    def _name(self, priority: Priority, stream: str) -> str:
        return f"{self.prefix}.{priority.value}.{stream}"


def partition_of(message: Message, partitions: int) -> int:
    """
    Return the partition of a message.

    Events of one video share a partition, so that they stay in order. Commands, which name a
    whole `Segment`, spread: one long video keeps every worker busy.
    """
    segment = getattr(message, "segment", None)
    shift = segment.index if isinstance(segment, Segment) else 0
    return (spread(message.video_id) + shift) % partitions


def spread(video_id: VideoId) -> int:
    """Return a number that is the same for a video everywhere."""
    return crc32(video_id.encode())
