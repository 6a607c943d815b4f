"""What ingest learns about a video, and the segments it is cut into."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from pydantic import TypeAdapter

from .frames import Sampling

GRID_SECONDS: Final = Fraction(1, 3)
LONGEST_GRID: Final = 10
"""A full search for faces happens every third of a second, but at least every ten frames.
Segments end on this grid, so that the work done for a frame does not depend on their length."""

LONGEST_SEGMENT: Final = 300
"""Frames in one segment at most (DESIGN 3): about 10 s of work that a crash repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoProfile:
    """The facts about the video stream that every stage needs."""

    width: int
    height: int
    """Display orientation, in pixels."""
    quarter_turns: int
    """Clockwise quarter turns from the stored picture to the display orientation."""
    mirrored: bool
    """The stored picture is also flipped left to right before it is turned."""
    frames: int
    time_base: Fraction
    last_duration: int
    """How long the last frame is shown, in units of the time base."""
    pixel_format: str
    """Of the output, as FFmpeg names it."""
    sampling: Sampling
    primaries: int
    transfer: int
    colorspace: int
    """Code points of ISO/IEC 23091-2 (primaries, transfer characteristics, matrix)."""
    sample_aspect_ratio: Fraction
    average_rate: Fraction
    """Frames per second over the whole video; a hint for encoders, never a clock."""
    container: str
    audio: tuple[str, ...]
    """Codec names of the audio streams that are kept."""
    damaged_frames: int = 0
    notes: tuple[str, ...] = ()
    """What was dropped or changed, in plain sentences for the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of frames that one worker handles at a time; both ends are inclusive."""

    index: int
    first_frame: int
    last_frame: int
    first_pts: int
    last_pts: int

    @property
    def frames(self) -> int:
        """How many frames the segment has."""
        return self.last_frame - self.first_frame + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A video's profile, the time of each frame, and the segments."""

    profile: VideoProfile
    timestamps: tuple[int, ...]
    """Presentation timestamps in display order, in units of the time base."""
    key_frames: tuple[int, ...]
    """Presentation timestamps at which a decoder can start."""
    segments: tuple[Segment, ...]

    @property
    def grid(self) -> int:
        """Frames from one full search for faces to the next."""
        return grid_of(self.profile.average_rate)

    def segment_of(self, frame: int) -> Segment:
        """Return the segment that holds this frame."""
        length = self.segments[0].frames
        return self.segments[min(frame // length, len(self.segments) - 1)]


def grid_of(rate: Fraction) -> int:
    """Return the frames from one full search to the next at this many frames per second."""
    return max(1, min(LONGEST_GRID, round(rate * GRID_SECONDS)))


def lay_out(timestamps: tuple[int, ...], length: int, grid: int) -> tuple[Segment, ...]:
    """
    Cut a video into segments of `length` frames, rounded up to the grid; the last may be shorter.

    The length is never more than `LONGEST_SEGMENT`, rounded down to the grid.
    """
    step = min(LONGEST_SEGMENT // grid, -(-max(1, length) // grid)) * grid
    return tuple(
        Segment(
            index=index,
            first_frame=first,
            last_frame=last,
            first_pts=timestamps[first],
            last_pts=timestamps[last],
        )
        for index, first in enumerate(range(0, len(timestamps), step))
        for last in [min(first + step, len(timestamps)) - 1]
    )


def output_layout(layout: Layout) -> Layout:
    """
    Return the layout of the finished file: the same frames at the same times, none damaged.

    Each segment was encoded for itself, so that a decoder can start at each.
    """
    return replace(
        layout,
        profile=replace(layout.profile, damaged_frames=0),
        key_frames=tuple(segment.first_pts for segment in layout.segments),
    )


_STORED: Final = TypeAdapter(Layout)


def layout_to_json(layout: Layout) -> bytes:
    """Return the layout as JSON; fractions are strings, "30000/1001"."""
    return _STORED.dump_json(layout)


def layout_from_json(content: bytes) -> Layout:
    """Return the layout that `layout_to_json` wrote; raises ValueError where it is none."""
    return _STORED.validate_json(content)
