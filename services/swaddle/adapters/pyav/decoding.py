"""Decodes the pictures of one stream in display order, each with its time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import av
from av import Packet, VideoFrame, VideoStream
from av.codec import CodecContext
from av.container import InputContainer
from av.stream import Disposition, Stream

from swaddle.kernel.errors import UnreadableVideo

_STILL: Final = Disposition.attached_pic | Disposition.timed_thumbnails
_DEFAULT_RATE: Final = Fraction(25)


def video_stream(container: InputContainer) -> VideoStream:
    """
    Return the stream that is the video: the largest, and of those the default or first one.

    Raises UnreadableVideo where there is none; cover art is none.
    """
    moving = [
        stream
        for stream in container.streams.video
        if is_known(stream) and not stream.disposition & _STILL
    ]
    if not moving:
        raise UnreadableVideo(_missing(container))
    return max(moving, key=_rank)


def is_known(stream: Stream) -> bool:
    """Tell whether FFmpeg has a decoder for a stream."""
    # PyAV's stubs do not tell that the context may be missing.
    context: CodecContext | None = stream.codec_context
    return context is not None


def _rank(stream: VideoStream) -> tuple[int, bool, int]:
    preferred = bool(stream.disposition & Disposition.default)
    return stream.width * stream.height, preferred, -stream.index


def _missing(container: InputContainer) -> str:
    if container.streams.video:
        return "The file's video is coded in a way that is not supported, or is a still picture."
    if container.streams.audio:
        return "The file has sound but no video."
    return "The file has no video."


@dataclass(slots=True)
class Timekeeper:
    """
    Gives each picture a time, in units of the stream.

    Where the file has none it follows from the order of decoding, or from the frame rate; such
    times are right only when a video is decoded from its beginning.
    """

    step: int
    guessed: int = 0
    """How many times were not in the file."""
    _next: int = field(default=0)

    def time_of(self, frame: VideoFrame) -> int:
        """Return when the picture is shown."""
        time = frame.pts
        if time is None:
            self.guessed += 1
            time = self._next if frame.dts is None else max(frame.dts, self._next)
        self._next = time + self.step
        return time


def timekeeper(stream: VideoStream) -> Timekeeper:
    """Return one that steps by the frame rate that the stream claims."""
    rate = stream.average_rate or stream.guessed_rate or _DEFAULT_RATE
    return Timekeeper(max(1, round(1 / (rate * time_base(stream)))))


def time_base(stream: VideoStream) -> Fraction:
    """Return the unit of the stream's timestamps in seconds."""
    if stream.time_base is None or stream.time_base <= 0:
        raise UnreadableVideo("The video is damaged: it does not say what its times count.")
    return stream.time_base


def configure(stream: VideoStream, threads: int, max_pixels: int, *, looked_at: bool) -> None:
    """
    Set the decoder up; `threads` 0 takes all cores.

    Where nobody looks at the pictures, edges between blocks are not smoothed: a fifth of the time.
    """
    context = stream.codec_context
    context.thread_type = "AUTO"
    context.thread_count = threads
    # Pictures inside a stream can be larger than its header says.
    limits = {"max_pixels": str(max_pixels)}
    context.options = limits if looked_at else limits | {"skip_loop_filter": "all"}


def pictures(packets: "Iterator[Packet[Any]]", stream: VideoStream) -> Iterator[VideoFrame]:
    """
    Decode the packets of a stream.

    What cannot be decoded before the first picture is skipped: a recording may begin between two
    key frames. Later it is damage, and raises FFmpeg's error.
    """
    begun = False
    for packet in packets:
        # A packet without content would tell the decoder that nothing follows.
        if packet.stream_index != stream.index or not packet.size:
            continue
        try:
            found = stream.decode(packet)
        except av.FFmpegError:
            if begun:
                raise
            continue
        begun = begun or bool(found)
        yield from found
    yield from stream.decode(None)
