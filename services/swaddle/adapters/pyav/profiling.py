"""Writes down what every stage has to know of a video that was decoded once."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np
from av import VideoFrame, VideoStream
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.sidedata.sidedata import Type
from av.stream import Disposition, Stream

from swaddle.kernel.video import VideoProfile

from .colours import colours_of
from .decoding import is_known
from .orientation import MATRIX_LENGTH, orientation_of
from .pixels import output_format, same_planes
from .survey import Survey

_NAMES: Final = {"mov": "mp4", "matroska": "mkv", "yuv4mpegpipe": "y4m", "asf": "wmv"}
"""What people call a container, where FFmpeg calls it something else."""

_WORDS: Final = {
    "video": "video",
    "audio": "sound",
    "subtitle": "subtitle",
    "data": "data",
    "attachment": "attachment",
}

RATE_PRECISION: Final = 100_000
"""Largest denominator of the average rate: it is a hint, and encoders count in 32 bits."""


def profile_of(container: InputContainer, stream: VideoStream, survey: Survey) -> VideoProfile:
    """Return the profile of the video that was surveyed."""
    first = survey.first
    assert first is not None  # noqa: S101 - a survey without frames was refused
    output = output_format(first.format, first.width, first.height)
    colours = colours_of(first)
    turns, mirrored, notes = _orientation(first)
    width, height = (first.width, first.height) if turns % 2 == 0 else (first.height, first.width)
    chroma = output.chroma if turns % 2 == 0 else output.chroma[::-1]
    last_duration = _last_duration(stream, survey)
    return VideoProfile(
        width=width,
        height=height,
        quarter_turns=turns,
        mirrored=mirrored,
        frames=len(survey.timestamps),
        time_base=survey.unit,
        last_duration=last_duration,
        pixel_format=output.name,
        sampling=colours.sampling(output.depth, chroma, first.height),
        primaries=colours.primaries,
        transfer=colours.transfer,
        colorspace=colours.matrix,
        sample_aspect_ratio=stream.sample_aspect_ratio or Fraction(1),
        average_rate=average_rate(survey, last_duration),
        container=_container(container),
        audio=tuple(codec_name(sound) for sound in sounds(container)),
        damaged_frames=survey.damaged,
        notes=(*notes, *_notes(container, stream, survey, output.name)),
    )


def sounds(container: InputContainer) -> Sequence[AudioStream]:
    """Return the sound tracks that are kept: those whose coding is known."""
    return [stream for stream in container.streams.audio if is_known(stream)]


def codec_name(stream: AudioStream | VideoStream) -> str:
    """Return the name of the coding, whatever decoder FFmpeg takes for it."""
    return stream.codec_context.codec.canonical_name


def average_rate(survey: Survey, last_duration: int) -> Fraction:
    """Return frames per second, the last frame's duration included."""
    length = survey.seconds + last_duration * survey.unit
    rate = len(survey.timestamps) / length
    return rate.limit_denominator(RATE_PRECISION) or Fraction(1, RATE_PRECISION)


def _last_duration(stream: VideoStream, survey: Survey) -> int:
    """Return how long the last frame is shown: as the file says, else as long as the others."""
    rest = _rest_of_track(stream, survey.timestamps[-1])
    if rest > 0:
        return rest
    if survey.last_duration > 0:
        return survey.last_duration
    if len(survey.timestamps) > 1:
        return max(1, int(np.median(np.diff(survey.timestamps))))
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return max(1, round(1 / (rate * survey.unit)))


def _rest_of_track(stream: VideoStream, last: int) -> int:
    """
    Return what an MP4 or MOV has left after its last frame begins; 0: it does not say.

    It tells how long frames take in the order of decoding, where the last shown is seldom last.
    """
    if not stream.container.format.name.startswith("mov,") or stream.duration is None:
        return 0
    return (stream.start_time or 0) + stream.duration - last


def _orientation(frame: VideoFrame) -> tuple[int, bool, tuple[str, ...]]:
    # PyAV's stubs take the container of side data for a piece of it.
    side_data: Any = frame.side_data
    content = side_data.get(Type.DISPLAYMATRIX)
    if content is None:
        return 0, False, ()
    matrix = np.frombuffer(bytes(content), np.int32)[:MATRIX_LENGTH].tolist()
    found = orientation_of(matrix)
    if found is None:
        note = "The picture is to be shown at an angle that is no quarter turn: it is not."
        return 0, False, (note,)
    return *found, ()


def _container(container: InputContainer) -> str:
    name = container.format.name.split(",")[0]
    if name == "mov" and container.metadata.get("major_brand", "").strip() == "qt":
        return "mov"
    return _NAMES.get(name, name)


def _notes(
    container: InputContainer, stream: VideoStream, survey: Survey, pixel_format: str
) -> Iterator[str]:
    yield from _dropped(container, stream)
    given = "" if survey.first is None else survey.first.format.name
    if not same_planes(given, pixel_format):
        yield f"The pictures were converted from {given} to {pixel_format}."
    if survey.interlaced:
        yield "The video is interlaced: its fields stay as they are, in whole frames."
    if survey.guessed:
        yield f"The file has no time for {survey.guessed} frames: they follow the frame rate."
    if survey.damaged:
        yield f"{survey.damaged} frames are damaged."


def _dropped(container: InputContainer, kept: VideoStream) -> Iterator[str]:
    stay = {kept.index, *(stream.index for stream in sounds(container))}
    counts: dict[str, int] = {}
    for stream in container.streams:
        if stream.index not in stay:
            word = _word(stream)
            counts[word] = counts.get(word, 0) + 1
    for word, count in sorted(counts.items()):
        yield f"{count} {word} {'stream was' if count == 1 else 'streams were'} left out."
    if container.chapters():
        yield "The chapter marks were left out."


def _word(stream: Stream) -> str:
    if stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails):
        return "cover picture"
    return _WORDS.get(stream.type, "unknown")
