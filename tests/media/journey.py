"""Takes a clip through reader and writer, untouched, and looks at both ends with PyAV alone."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import av
import numpy as np

from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.adapters.pyav.video_writer import PyavVideoWriter
from swaddle.kernel.frames import Frame
from swaddle.kernel.video import Layout, lay_out

READER = PyavVideoReader(threads=1)
WRITER = PyavVideoWriter(preset="ultrafast", threads=1)


def segmented(layout: Layout, frames: int) -> Layout:
    """Return the layout cut into segments of about so many frames."""
    segments = lay_out(layout.timestamps, frames, layout.grid)
    return replace(layout, segments=segments)


def encoded(source: bytes, layout: Layout, writer: PyavVideoWriter = WRITER) -> list[io.BytesIO]:
    """Return each segment, encoded."""
    parts = []
    for segment in layout.segments:
        target = io.BytesIO()
        frames = READER.frames(io.BytesIO(source), layout, segment.first_frame, segment.last_frame)
        writer.encode(frames, layout, target)
        parts.append(target)
    return parts


def travelled(source: bytes, container: str = "mp4", *, sound: bool = True) -> bytes:
    """Return the finished file of a video in which nothing was replaced."""
    layout = segmented(READER.probe(io.BytesIO(source)), 10)
    target = io.BytesIO()
    track = io.BytesIO(source) if sound else None
    WRITER.join(encoded(source, layout), track, layout, container, target)
    return target.getvalue()


def all_frames(source: bytes, layout: Layout | None = None) -> list[Frame]:
    """Return every frame."""
    file = io.BytesIO(source)
    found = layout or READER.probe(file)
    return list(READER.frames(file, found, 0, found.profile.frames - 1))


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """What PyAV says of a sound track."""

    codec: str
    language: str
    starts: list[Fraction]
    packets: list[bytes]


def shown_at(file: bytes) -> list[Fraction]:
    """Return when PyAV shows each frame, in seconds."""
    with av.open(io.BytesIO(file)) as container:
        stream = container.streams.best("video")
        return [frame.pts * stream.time_base for frame in container.decode(stream)]


def sound_tracks(file: bytes) -> list[SoundTrack]:
    """Return what PyAV reads of each sound track."""
    with av.open(io.BytesIO(file)) as container:
        tracks = [
            SoundTrack(stream.codec_context.codec.canonical_name, stream.language or "und", [], [])
            for stream in container.streams.audio
        ]
        order = {stream.index: place for place, stream in enumerate(container.streams.audio)}
        for packet in container.demux(*container.streams.audio) if tracks else ():
            if packet.size:
                track = tracks[order[packet.stream_index]]
                track.starts.append(packet.pts * packet.time_base)
                track.packets.append(bytes(packet))
    return tracks


def words_of(file: bytes) -> Iterator[str]:
    """Yield everything a file says in words: names and values of all tags."""
    with av.open(io.BytesIO(file)) as container:
        for tags in (container.metadata, *(stream.metadata for stream in container.streams)):
            for name, value in tags.items():
                yield f"{name}={value}"


def luma_psnr(one: Iterable[Frame], other: Iterable[Frame]) -> float:
    """Return the mean over all frames, in decibels."""
    values = []
    for left, right in zip(one, other, strict=True):
        error = left.planes[0].astype(np.float64) - right.planes[0]
        noise = max(float(np.mean(error**2)), 1e-9)
        values.append(10 * np.log10(left.sampling.white**2 / noise))
    return float(np.mean(values))
