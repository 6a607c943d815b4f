"""
Encodes one segment with libx264.

Segments are NUT files: NUT keeps any time base exactly, where Matroska rounds to milliseconds and
MP4 needs an edit list for a segment that does not begin at zero.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from av import Packet, VideoFrame, VideoStream
from av.bitstream import BitStreamFilterContext
from av.codec.context import Flags
from av.container import OutputContainer

from swaddle.kernel.errors import Misused
from swaddle.kernel.frames import Frame
from swaddle.kernel.video import Layout, VideoProfile

from .colours import FULL_RANGE, LIMITED_RANGE
from .orientation import stored
from .pixels import BYTE, picture_of
from .writing import created

SEGMENT_FORMAT: Final = "nut"

NO_MESSAGES: Final = "filter_units=remove_types=6"
"""Supplemental messages of H.264: libx264 writes its version and all its settings into one."""

_OPTIONS: Final = {
    "a53cc": "0",  # no closed captions
    # No retouching for the eye: what nobody replaced is to be measured, not admired.
    "tune": "psnr",
}
STITCHABLE: Final = "stitchable=1"
"""Headers that do not depend on the content, so that segments can share them."""

SAME_EVERY_TIME: Final = "mbtree=0"
"""With macroblock trees, x264 gives other bytes from run to run where the height is no multiple of
16 (seen with 270 lines, one thread or two)."""

LEFT_OUT: Final = {"veryfast": ("weightp=0", "me=dia", "partitions=p8x8,i8x8,i4x4")}
"""What a preset does beside, and gains little: weighted prediction, the wider search for motion and the
partitions of B-frames take a fifth to a quarter of the default's time. Without them three clips have 1 to
2 % more bytes and at most 0.04 dB less PSNR (docs/reference/benchmarks.md)."""

QUANTIZERS_PER_BIT: Final = 6
"""Each bit of depth shifts the scale of H.264's quantizer by so many steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What libx264 is asked for."""

    preset: str
    crf: float
    coarsest: int
    threads: int

    def options(self, depth: int) -> dict[str, str]:
        """Return libx264's options for samples of this depth."""
        limit = self.coarsest + QUANTIZERS_PER_BIT * (depth - BYTE)
        further = (STITCHABLE, SAME_EVERY_TIME, f"qpmax={limit}", *LEFT_OUT.get(self.preset, ()))
        return {
            **_OPTIONS,
            "preset": self.preset,
            "crf": str(self.crf),
            "x264-params": ":".join(further),
        }


def write_segment(
    frames: Iterable[Frame], layout: Layout, quality: Quality, target: BinaryIO
) -> None:
    """Encode frames in display orientation, with their timestamps; the first is a key frame."""
    options = {"avoid_negative_ts": "disabled"}
    failure = "The video cannot be encoded: libx264 refuses its size, format or timing."
    with created(target, SEGMENT_FORMAT, options, failure) as container:
        stream = _stream(container, layout.profile, quality)
        pictures = (_picture(frame, layout.profile) for frame in frames)
        for packet in _clean(_encoded(pictures, stream), stream):
            container.mux(packet)


def stored_size(profile: VideoProfile) -> tuple[int, int]:
    """Return width and height before the picture is turned."""
    sides = profile.width, profile.height
    return sides if profile.quarter_turns % 2 == 0 else (sides[1], sides[0])


def _stream(container: OutputContainer, profile: VideoProfile, quality: Quality) -> VideoStream:
    stream = container.add_stream("libx264", rate=profile.average_rate)
    context = stream.codec_context
    context.width, context.height = stored_size(profile)
    context.pix_fmt = profile.pixel_format
    context.time_base = stream.time_base = profile.time_base
    context.sample_aspect_ratio = profile.sample_aspect_ratio
    context.color_primaries = profile.primaries
    context.color_trc = profile.transfer
    context.colorspace = profile.colorspace
    context.color_range = FULL_RANGE if profile.sampling.full_range else LIMITED_RANGE
    context.thread_count = quality.threads
    # Slices that do not know each other, PyAV's default, cost quality.
    context.thread_type = "FRAME"
    context.flags |= Flags.global_header
    context.options = quality.options(profile.sampling.depth)
    return stream


def _picture(frame: Frame, profile: VideoProfile) -> VideoFrame:
    turns, mirrored = profile.quarter_turns, profile.mirrored
    planes = [stored(plane, turns, mirrored=mirrored) for plane in frame.planes]
    picture = picture_of(planes, profile.pixel_format)
    if (picture.width, picture.height) != stored_size(profile):
        raise Misused("A frame does not have the size of the video it is to be part of.")
    picture.pts = frame.pts
    picture.time_base = profile.time_base
    return picture


def _encoded(pictures: Iterable[VideoFrame], stream: VideoStream) -> "Iterator[Packet[Any]]":
    for picture in pictures:
        yield from stream.encode(picture)
    yield from stream.encode(None)


def _clean(packets: "Iterable[Packet[Any]]", stream: VideoStream) -> "Iterator[Packet[Any]]":
    # The filter needs the headers, and those are there once the encoder is open.
    filter_ = None
    for packet in packets:
        filter_ = filter_ or BitStreamFilterContext(NO_MESSAGES, stream)
        for cleaned in filter_.filter(packet):
            cleaned.stream = stream
            yield cleaned
