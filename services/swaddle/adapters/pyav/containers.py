"""What the containers of finished files can hold, and how FFmpeg is asked for them."""

import io
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition

from swaddle.kernel.errors import Misused, Rejected
from swaddle.kernel.video import Layout

from .profiling import codec_name
from .writing import created

FORMATS: Final = {"mp4": "mp4", "mov": "mov", "mkv": "matroska"}
"""The containers of `Order.container`, and FFmpeg's names for them."""

MILLISECONDS: Final = 1000
"""Matroska's unit, as FFmpeg writes it."""
LARGEST_TIMESCALE: Final = (1 << 31) - 1
"""MP4 counts in fractions of a second; FFmpeg takes signed 32 bits."""

LANGUAGE_LETTERS: Final = 3

KEPT_ROLES: Final = (
    Disposition.default | Disposition.hearing_impaired | Disposition.visual_impaired
)
"""What a sound track is for, as far as it concerns who listens."""

_PLACELESS: Final = frozenset({"avi", "matroska,webm"})
_USUAL_CHANNELS: Final = {1: "mono", 2: "stereo"}
"""AVI and Matroska count channels and do not say where they belong; MP4 insists on it."""


def check_fit(container: str, layout: Layout, sounds: Sequence[AudioStream]) -> None:
    """Raise Misused where a container cannot hold a video, and name one that can."""
    if container not in FORMATS:
        raise Misused(f"There is no container {container!r}: choose mp4, mov or mkv.")
    reason = misfit(container, layout, sounds)
    if reason is None:
        return
    others = [other for other in FORMATS if misfit(other, layout, sounds) is None]
    if others:
        raise Misused(f"{reason} Choose {others[0]}.")
    raise Misused(f"{reason} Neither can the others: leave the sound out, or convert it first.")


def misfit(container: str, layout: Layout, sounds: Sequence[AudioStream]) -> str | None:
    """Return why a container cannot hold a video, or None where it can."""
    unit = layout.profile.time_base
    if container == "mkv":
        if any(time * unit * MILLISECONDS % 1 for time in layout.timestamps):
            return "Matroska counts milliseconds, which cannot tell the times of all frames."
        if layout.profile.mirrored:
            return "Matroska cannot say that the picture is mirrored."
    elif unit.denominator > LARGEST_TIMESCALE:
        return f"The times of the frames are finer than {container} can tell."
    for sound in sounds:
        if not _takes(container, sound):
            return f"The sound is coded as {codec_name(sound)}, which {container} cannot hold."
    return None


def muxer_options(
    container: str, unit: Fraction, sounds: Sequence[AudioStream]
) -> Mapping[str, str]:
    """Return FFmpeg's options for a container that keeps every time exactly."""
    kept = {"avoid_negative_ts": "disabled"}
    if container == "mkv":
        return kept
    scale = unit.denominator
    # Pauses before a stream begins are counted in units of the whole file.
    common = math.lcm(scale, *(sound.codec_context.sample_rate for sound in sounds))
    return {
        **kept,
        "video_track_timescale": str(scale),
        "movie_timescale": str(common if common <= LARGEST_TIMESCALE else scale),
        "movflags": "+faststart",
    }


def add_sound(container: OutputContainer, sound: AudioStream) -> AudioStream:
    """Add a stream for the packets of another; of its tags only the language stays."""
    stream = container.add_stream_from_template(sound, opaque=True)
    channels = _USUAL_CHANNELS.get(_unplaced_channels(sound))
    if channels is not None:
        stream.codec_context.layout = channels
    language = sound.metadata.get("language", "")
    if len(language) == LANGUAGE_LETTERS and language.isascii() and language.islower():
        stream.metadata["language"] = language
    stream.disposition = sound.disposition & KEPT_ROLES
    return stream


def _unplaced_channels(sound: AudioStream) -> int:
    """
    Return how many channels raw sound has whose places nobody knows; 0 where they are known.

    Only these containers are asked: PyAV frees a layout that lists its channels one by one twice.
    """
    if sound.container.format.name not in _PLACELESS or not codec_name(sound).startswith("pcm_"):
        return 0
    channels = sound.codec_context.layout.channels
    return len(channels) if channels and channels[0].name == "NONE" else 0


def _takes(container: str, sound: AudioStream) -> bool:
    """Try: FFmpeg's table of what fits says yes where its header says no."""
    try:
        with created(io.BytesIO(), FORMATS[container], {}, "") as trial:
            add_sound(trial, sound)
            trial.start_encoding()
    except (Rejected, ValueError):  # PyAV has no error of its own for "does not support"
        return False
    return True
