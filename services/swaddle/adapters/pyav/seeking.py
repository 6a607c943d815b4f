"""Finds frames in the middle of a video, and makes sure that they are the right ones."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

import av
from av import Packet, VideoFrame, VideoStream
from av.container import InputContainer
from av.stream import Discard

from swaddle.kernel.video import Layout

from .decoding import pictures, time_base, timekeeper

MARGINS: Final = (0, 2, 20)
"""Seconds before a key frame from which decoding is tried before it begins at the start: indices
count in decoding order, and containers without an index are searched by guessing."""


SET_ONCE: Final = "av1"
"""Its decoder, dav1d, is told when it is opened what to leave out, and leaves that out for good."""


def starts(layout: Layout, first: int) -> Iterator[int | None]:
    """
    Return where decoding may begin to reach a frame, the nearest first; None: the start.

    In units of the layout.
    """
    wanted = layout.timestamps[first]
    key = max((time for time in layout.key_frames if time <= wanted), default=None)
    if key is not None:
        for margin in MARGINS:
            start = key - int(Fraction(margin) / layout.profile.time_base)
            # The very beginning is a place like others, unless it is what is wanted.
            if start > layout.timestamps[0] or (margin == 0 and first > 0):
                yield start
    yield None


def promised(
    container: InputContainer, stream: VideoStream, layout: Layout, start: int | None, number: int
) -> Iterator[VideoFrame]:
    """
    Yield the frames from `number` on, for as long as they are those of the layout.

    Ends early where `start` was no place to begin at; raises FFmpeg's error where the video
    itself cannot be decoded from its first frame.
    """
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    if start is None:
        yield from _in_step(pictures(container.demux(stream), stream), stream, layout, number)
        return
    scale = layout.profile.time_base / time_base(stream)
    try:
        container.seek(int(start * scale), stream=stream)
        wanted = int(layout.timestamps[number] * scale)
        yield from _in_step(_trusted(container, stream, layout, wanted), stream, layout, number)
    except av.FFmpegError:
        return


def _trusted(
    container: InputContainer, stream: VideoStream, layout: Layout, wanted: int
) -> Iterator[VideoFrame]:
    """Decode after a jump, from the next key frame on, until something looks wrong."""
    begun = False
    packets = container.demux(stream)
    # What is missing in a damaged video may be made up from any picture before it.
    if not layout.profile.damaged_frames and stream.codec_context.codec.canonical_name != SET_ONCE:
        packets = _hurried(packets, stream, wanted)
    for frame in pictures(packets, stream):
        begun = begun or frame.key_frame
        # A video without damage is decoded with errors only where its beginning was missed; and
        # times that have to be guessed can be guessed from the beginning alone.
        if frame.pts is None or (frame.is_corrupt and not layout.profile.damaged_frames):
            return
        if begun:
            yield frame


def _hurried(
    packets: "Iterator[Packet[Any]]", stream: VideoStream, wanted: int
) -> "Iterator[Packet[Any]]":
    """Let the decoder leave out what is shown before a time, and nothing is predicted from."""
    for packet in packets:
        early = packet.pts is not None and packet.pts < wanted
        stream.codec_context.skip_frame = "NONREF" if early else "DEFAULT"
        yield packet


def _in_step(
    frames: Iterator[VideoFrame], stream: VideoStream, layout: Layout, number: int
) -> Iterator[VideoFrame]:
    """Skip what comes before a frame, then pass on what the layout promises."""
    clock = timekeeper(stream)
    # The same video in another container counts in other units.
    scale = layout.profile.time_base / time_base(stream)
    for frame in frames:
        late = clock.time_of(frame) - layout.timestamps[number] * scale
        if late < 0:
            continue
        if late > 0:
            return
        yield frame
        number += 1
        if number == len(layout.timestamps):
            return
