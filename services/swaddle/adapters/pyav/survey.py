"""Goes through a video once, from its first frame to its last, and remembers what it saw."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from av import Packet, VideoFrame, VideoStream
from av.container import InputContainer

from swaddle.kernel.errors import UnreadableVideo

from .decoding import pictures, time_base, timekeeper
from .limits import Limits

STATED_DURATION: Final = frozenset({"matroska,webm", "flv", "asf"})
"""Containers whose header says how long the file is; for others FFmpeg guesses it."""

MISSING_SHARE: Final = Fraction(1, 10)
MISSING_SECONDS: Final = 2
"""A file that ends earlier than it claims, by more than both, was cut short. Recorders round."""


@dataclass(slots=True)
class Survey:
    """What was seen."""

    limits: Limits
    unit: Fraction
    first: VideoFrame | None = None
    timestamps: list[int] = field(default_factory=list)
    key_frames: list[int] = field(default_factory=list)
    damaged: int = 0
    interlaced: int = 0
    guessed: int = 0
    """How many times are not in the file."""
    last_duration: int = 0

    def add(self, frame: VideoFrame, time: int) -> None:
        """Remember the next frame; raises UnreadableVideo where it breaks a limit."""
        if self.first is None:
            self.first = frame
            self.limits.check_size(frame.width, frame.height)
        if (frame.width, frame.height) != (self.first.width, self.first.height):
            raise UnreadableVideo("The size of the picture changes in the middle of the video.")
        if self.timestamps and time <= self.timestamps[-1]:
            raise UnreadableVideo("The video is damaged: its timestamps do not increase.")
        self.timestamps.append(time)
        if frame.key_frame:
            self.key_frames.append(time)
        self.damaged += frame.is_corrupt
        self.interlaced += frame.interlaced_frame
        self.last_duration = frame.duration
        self.limits.check_length(len(self.timestamps), self.seconds)

    @property
    def seconds(self) -> Fraction:
        """From the first frame to the last."""
        return (self.timestamps[-1] - self.timestamps[0]) * self.unit


def survey_of(container: InputContainer, stream: VideoStream, limits: Limits) -> Survey:
    """Return what is in the video; raises UnreadableVideo where that is no whole video."""
    survey = Survey(limits, time_base(stream))
    clock = timekeeper(stream)
    packets = _Packets(container)
    for frame in pictures(packets.read(), stream):
        survey.add(frame, clock.time_of(frame))
    survey.guessed = clock.guessed
    if not survey.timestamps:
        raise UnreadableVideo("The video has no frame that can be decoded.")
    if survey.timestamps[0] < 0:
        raise UnreadableVideo("The video begins before its own time zero: cut its beginning off.")
    packets.check_end()
    return survey


def skim_of(container: InputContainer, stream: VideoStream, limits: Limits) -> Survey:
    """
    Return what packets and first picture say of a video.

    Raises UnreadableVideo where there is no picture or one without a time, and where a limit is broken.
    """
    survey = Survey(limits, time_base(stream))
    shown: list[tuple[int, bool, int]] = []
    for packet in container.demux(stream):
        if survey.first is None and (found := stream.decode(packet)):
            survey.first = found[0]
        if packet.size and not packet.is_discard:
            if packet.pts is None:
                raise UnreadableVideo("The video is damaged: a frame has no time.")
            shown.append((packet.pts, packet.is_keyframe, packet.duration or 0))
    if survey.first is None or not shown:
        raise UnreadableVideo("The video has no frame that can be decoded.")
    limits.check_size(survey.first.width, survey.first.height)
    shown.sort()
    survey.timestamps = [time for time, _, _ in shown]
    survey.key_frames = [time for time, is_key, _ in shown if is_key]
    survey.last_duration = shown[-1][2]
    limits.check_length(len(shown), survey.seconds)
    return survey


@dataclass(slots=True)
class _Packets:
    """All packets of a file, and when the last of them ends."""

    container: InputContainer
    end: Fraction = Fraction(0)

    def read(self) -> "Iterator[Packet[Any]]":
        for packet in self.container.demux():
            if packet.pts is not None and packet.time_base:
                end = (packet.pts + (packet.duration or 0)) * packet.time_base
                self.end = max(self.end, end)
            yield packet

    def check_end(self) -> None:
        if self.container.format.name not in STATED_DURATION or not self.container.duration:
            return
        stated = Fraction(self.container.duration, 1_000_000)  # AV_TIME_BASE
        missing = stated - self.end
        if missing > MISSING_SECONDS and missing > stated * MISSING_SHARE:
            raise UnreadableVideo(
                f"The video is cut short: it should last {float(stated):.0f} seconds "
                f"and ends after {float(self.end):.0f}."
            )
