"""Compares a finished file with what it must be. Nothing leaves that was not looked at again."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from swaddle.kernel.facts import FileFacts, StreamFacts, StreamKind
from swaddle.kernel.video import Layout

_ANY_BRAND: Final = r"[A-Za-z0-9 ]+"
FILE_TAGS: Final = {
    "major_brand": _ANY_BRAND,
    "minor_version": r"\d+",
    "compatible_brands": _ANY_BRAND,
    "encoder": "Lavf",
}
STREAM_TAGS: Final = {
    "language": "[a-z]{3}",
    "handler_name": "VideoHandler|SoundHandler",
    "vendor_id": r"FFMP|\[0\]\[0\]\[0\]\[0\]",
    "duration": r"[\d:.]+",
}
"""All the words a file may carry, and what they may say: what the containers themselves need."""

PICTURE_UNITS: Final = frozenset({1, 5, 7, 8, 9})
"""NAL units of H.264 that hold pictures, headers and the marks between them, and no messages."""

SOUND_SIDE_DATA: Final = frozenset({"skip_samples"})
"""Where the encoder's run-in ends and the sound begins."""

_KEPT: Final = (
    *("width", "height", "quarter_turns", "mirrored", "frames", "pixel_format", "sampling"),
    *("primaries", "transfer", "colorspace", "sample_aspect_ratio"),
)
"""Fields of the profile that the finished file shares with the source."""


class Times(NamedTuple):
    """Moments as one clock tells them."""

    ticks: tuple[int, ...]
    unit: Fraction


def differences(
    layout: Layout, source: FileFacts | None, finished: Layout, facts: FileFacts
) -> Iterator[str]:
    """
    Yield what is wrong with a finished file, each as the end of "The finished file ...".

    `finished` and `facts` are what the reader and the writer find in it; `source` is None where
    the sound was dropped.
    """
    yield from _pictures(layout, finished, facts)
    yield from _sound(source, facts)
    yield from _words(facts)
    if facts.chapters or facts.of_kind(StreamKind.OTHER):
        yield "holds more than pictures and sound"


def _pictures(layout: Layout, finished: Layout, facts: FileFacts) -> Iterator[str]:
    videos = facts.of_kind(StreamKind.VIDEO)
    if len(videos) != 1:
        yield f"has {len(videos)} videos"
        return
    wanted, read, packets = _times(layout), _times(finished), _track_times(videos[0])
    if not _agree(wanted, read) or not _agree(wanted, packets):
        yield "does not show its frames at the times of the source"
    if finished.profile.damaged_frames:
        yield "has damaged frames"
    for name in _KEPT:
        if getattr(layout.profile, name) != getattr(finished.profile, name):
            yield f"has another {name.replace('_', ' ')} than the source"
    if videos[0].side_data or not videos[0].nal_units <= PICTURE_UNITS:
        yield "carries messages beside its pictures"


def _sound(source: FileFacts | None, facts: FileFacts) -> Iterator[str]:
    wanted = () if source is None else tuple(filter(_is_kept, source.of_kind(StreamKind.AUDIO)))
    found = facts.of_kind(StreamKind.AUDIO)
    if [_coding(track) for track in wanted] != [_coding(track) for track in found]:
        yield "does not have the sound tracks of the source"
        return
    for before, after in zip(wanted, found, strict=True):
        if before.digest != after.digest:
            yield "does not have the sound of the source, bit for bit"
        # Each clock rounds to its own ticks.
        tick = max(before.time_base, after.time_base)
        if not _agree(_track_times(before), _track_times(after), tick):
            yield "does not play its sound at the times of the source"
        if not after.side_data <= SOUND_SIDE_DATA:
            yield "carries messages beside its sound"


def _coding(track: StreamFacts) -> str:
    # MP4 has one name for all layers of MPEG audio.
    return "mp3" if track.codec in {"mp1", "mp2"} else track.codec


def _is_kept(track: StreamFacts) -> bool:
    return bool(track.codec)


def _words(facts: FileFacts) -> Iterator[str]:
    yield from _unknown(facts.tags, FILE_TAGS)
    for stream in facts.streams:
        yield from _unknown(stream.tags, STREAM_TAGS)


def _unknown(tags: Mapping[str, str], allowed: Mapping[str, str]) -> Iterator[str]:
    for name, value in tags.items():
        pattern = allowed.get(name.lower())
        if pattern is None or re.fullmatch(pattern, value) is None:
            # The name is enough: what it says may be what has to stay hidden.
            yield f"has a tag {name!r} that is not allowed"


def _times(layout: Layout) -> Times:
    return Times(layout.timestamps, layout.profile.time_base)


def _track_times(track: StreamFacts) -> Times:
    return Times(track.timestamps, track.time_base)


def _agree(one: Times, other: Times, tolerance: Fraction = Fraction(0)) -> bool:
    pairs = zip(one.ticks, other.ticks, strict=False)
    return len(one.ticks) == len(other.ticks) and all(
        abs(a * one.unit - b * other.unit) <= tolerance for a, b in pairs
    )
