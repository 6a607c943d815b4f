"""What a finished file says of itself, for those who check that it says nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class StreamKind(StrEnum):
    """What a stream carries."""

    VIDEO = "video"
    AUDIO = "audio"
    OTHER = "other"
    """Subtitles, data, attachments, time codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFacts:
    """One stream of a file, as its packets are; nothing of it was decoded."""

    kind: StreamKind
    codec: str
    time_base: Fraction
    timestamps: tuple[int, ...]
    """
    When each packet is presented, in units of the time base, in that order; without pictures that
    the file itself hides. Raw sound has no packets of its own: only the first time is kept.
    """
    digest: str
    """SHA-256 of the content of all packets, without what belongs to the container's transport."""
    tags: Mapping[str, str]
    side_data: frozenset[str]
    """Kinds of side data on the packets, as FFmpeg names them."""
    nal_units: frozenset[int] = frozenset()
    """Types of the NAL units of H.264 (ISO/IEC 14496-10, table 7-1); 6 carries messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A whole file."""

    tags: Mapping[str, str]
    chapters: int
    streams: tuple[StreamFacts, ...]

    def of_kind(self, kind: StreamKind) -> tuple[StreamFacts, ...]:
        """Return the streams of one kind, in order."""
        return tuple(stream for stream in self.streams if stream.kind is kind)
