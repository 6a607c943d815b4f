"""Reads what a file says of itself, without decoding anything."""

import hashlib
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, BinaryIO, Final

from av import Packet
from av.stream import Stream

from swaddle.kernel.facts import FileFacts, StreamFacts, StreamKind

from .decoding import is_known
from .opening import DEMUXERS, opened

_KINDS: Final = {"video": StreamKind.VIDEO, "audio": StreamKind.AUDIO}

ADTS_SYNC: Final = 0xFFF0
ADTS_MASK: Final = 0xFFF6
"""Sync word and layer of an ADTS header (ISO/IEC 13818-7, 6.2)."""
ADTS_HEADER: Final = 7
ADTS_CHECKED_HEADER: Final = 9


def facts_of(file: BinaryIO) -> FileFacts:
    """Return the facts; raises UnreadableVideo."""
    with opened(file, DEMUXERS) as container:
        tallies = [_Tally(stream) for stream in container.streams]
        for packet in container.demux():
            if packet.size:
                tallies[packet.stream_index].add(packet)
        return FileFacts(
            tags=dict(container.metadata),
            chapters=len(container.chapters()),
            streams=tuple(tally.facts() for tally in tallies),
        )


@dataclass(slots=True)
class _Tally:
    """Adds the packets of one stream up."""

    stream: Stream
    codec: str = ""
    times: list[int] = field(default_factory=list)
    side_data: set[str] = field(default_factory=set)
    nal_units: set[int] = field(default_factory=set)
    _digest: Any = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        if is_known(self.stream):
            self.codec = self.stream.codec_context.codec.canonical_name

    def add(self, packet: "Packet[Any]") -> None:
        content = bytes(packet)
        if self.codec == "aac":
            content = _without_adts(content)
        # Raw sound comes in pieces of any size, so that only what they add up to counts.
        raw = self.codec.startswith("pcm_")
        if not raw:
            self._digest.update(len(content).to_bytes(8, "big"))
        self._digest.update(content)
        hidden = packet.is_discard and self.stream.type == "video"
        if packet.pts is not None and not hidden and not (raw and self.times):
            self.times.append(packet.pts)
        self.side_data.update(data.data_type for data in packet.iter_sidedata())
        if self.codec == "h264":
            self.nal_units.update(_nal_units(content))

    def facts(self) -> StreamFacts:
        return StreamFacts(
            kind=_KINDS.get(self.stream.type, StreamKind.OTHER),
            codec=self.codec,
            time_base=self.stream.time_base or Fraction(1),
            timestamps=tuple(sorted(self.times)),
            digest=self._digest.hexdigest(),
            tags=dict(self.stream.metadata),
            side_data=frozenset(self.side_data),
            nal_units=frozenset(self.nal_units),
        )


def _without_adts(content: bytes) -> bytes:
    """Remove the header that AAC has in transport streams, and nowhere else."""
    if int.from_bytes(content[:2], "big") & ADTS_MASK != ADTS_SYNC:
        return content
    unchecked = content[1] & 1
    return content[ADTS_HEADER if unchecked else ADTS_CHECKED_HEADER :]


def _nal_units(content: bytes) -> set[int]:
    """Return the types of the units of a packet with four-byte lengths."""
    types, position = set(), 0
    while position + 4 < len(content):
        types.add(content[position + 4] & 0x1F)
        position += 4 + int.from_bytes(content[position : position + 4], "big")
    return types
