"""Joins encoded segments and the sound of the source into one file, packet by packet."""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any, BinaryIO, Final, NamedTuple

from av import Packet, VideoStream
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from swaddle.kernel.errors import Rejected
from swaddle.kernel.video import Layout

from .containers import FORMATS, add_sound, check_fit, muxer_options
from .encoding import SEGMENT_FORMAT, stored_size
from .opening import opened
from .orientation import display_matrix
from .profiling import sounds
from .writing import created

REFUSED: Final = (
    "The video cannot be put together: the times of its frames or of its sound make no sense. "
    "Leave the sound out, or convert the video first."
)


class Timed(NamedTuple):
    """A packet, and when a decoder needs it."""

    seconds: Fraction
    track: int
    packet: "Packet[Any]"


def join_segments(
    segments: Iterable[BinaryIO],
    sound: BinaryIO | None,
    layout: Layout,
    container: str,
    target: BinaryIO,
) -> None:
    """Write all video packets with the layout's timestamps, and all sound as it is."""
    parts = iter(segments)
    beginning = next(parts, None)
    if beginning is None:
        raise Rejected("There is no segment to make a video of.")
    with ExitStack() as stack:
        source = None if sound is None else stack.enter_context(opened(sound))
        tracks = () if source is None else tuple(sounds(source))
        check_fit(container, layout, tracks)
        first = stack.enter_context(opened(beginning, (SEGMENT_FORMAT,)))
        options = muxer_options(container, layout.profile.time_base, tracks)
        output = stack.enter_context(created(target, FORMATS[container], options, REFUSED))
        template = first.streams.video[0]
        video = output.add_stream_from_template(template, opaque=True)
        _describe(video, layout)
        copies = {track.index: add_sound(output, track) for track in tracks}
        output.start_encoding()
        depth = template.codec_context.reorder_depth
        frames = _Frames(layout, video, depth, template.codec_context.extradata)
        lines = [frames.packets(chain([beginning], parts))]
        if source is not None and copies:
            lines.append(_sound(source, copies))
        for timed in heapq.merge(*lines, key=lambda timed: timed[:2]):
            output.mux(timed.packet)


def _describe(video: VideoStream, layout: Layout) -> None:
    profile = layout.profile
    video.time_base = Fraction(1, profile.time_base.denominator)
    video.sample_aspect_ratio = profile.sample_aspect_ratio
    if profile.quarter_turns or profile.mirrored:
        width, height = stored_size(profile)
        video.set_display_matrix(
            display_matrix(profile.quarter_turns, width, height, mirrored=profile.mirrored)
        )


@dataclass(frozen=True, slots=True)
class _Frames:
    """
    Gives the packets of all segments their place in the whole.

    Each encoder began its decoding times anew. Here they are those of an encoder that saw the
    whole video: packet i is decoded when frame i - depth is shown. The first ones precede the
    first frame by as much as the last ones precede the last frame, so that the track lasts as
    long in decoding as it is shown, and its end says how long the last frame is.
    """

    layout: Layout
    video: VideoStream
    depth: int
    """By how many frames the order of decoding and that of showing differ at most."""
    headers: bytes | None

    def packets(self, segments: Iterable[BinaryIO]) -> Iterator[Timed]:
        index = 0
        for segment in segments:
            with opened(segment, (SEGMENT_FORMAT,)) as container:
                stream = container.streams.video[0]
                if stream.codec_context.extradata != self.headers:
                    raise Rejected("The segments of the video were encoded in different ways.")
                for packet in container.demux(stream):
                    if packet.size:
                        yield self._placed(packet, index)
                        index += 1
        if index != len(self.layout.timestamps):
            raise Rejected("The segments of the video do not hold all of its frames.")

    def _placed(self, packet: "Packet[Any]", index: int) -> Timed:
        profile, times = self.layout.profile, self.layout.timestamps
        shown = Fraction(packet.pts or 0) * packet.time_base / profile.time_base
        number = bisect_left(times, shown)
        decoded = self._decoding_time(index)
        if number >= len(times) or times[number] != shown or decoded > shown:
            raise Rejected("The segments of the video do not hold the frames they must.")
        placed: Packet[Any] = Packet(bytes(packet))
        placed.stream = self.video
        placed.is_keyframe = packet.is_keyframe
        placed.time_base = profile.time_base
        placed.pts, placed.dts = times[number], decoded
        placed.duration = self._duration(number, index)
        return Timed(decoded * profile.time_base, 0, placed)

    def _decoding_time(self, index: int) -> int:
        times = self.layout.timestamps
        if index >= self.depth:
            return times[index - self.depth]
        end = len(times) - 1
        lead = times[end] - times[max(0, end - self.depth)]
        if end < self.depth:
            lead = self.depth * max(1, lead // max(1, end))
        return times[0] - lead + index * lead // self.depth

    def _duration(self, number: int, index: int) -> int:
        times = self.layout.timestamps
        last = len(times) - 1
        if last in (number, index):
            return self.layout.profile.last_duration
        return times[number + 1] - times[number]


def _sound(source: InputContainer, copies: dict[int, AudioStream]) -> Iterator[Timed]:
    for stream in source.streams:
        if stream.index not in copies:
            stream.discard = Discard.all
    tracks = [stream for stream in source.streams.audio if stream.index in copies]
    begun = Fraction(0)
    for packet in source.demux(tuple(tracks)):
        if not packet.size:
            continue
        time = packet.pts if packet.dts is None else packet.dts
        if time is not None:
            begun = time * packet.time_base
        copy: Packet[Any] = Packet(bytes(packet))
        copy.stream = copies[packet.stream_index]
        copy.is_keyframe = packet.is_keyframe
        copy.time_base = packet.time_base
        copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
        if packet.has_sidedata("skip_samples"):
            copy.set_sidedata(packet.get_sidedata("skip_samples"))
        yield Timed(begun, 1, copy)
