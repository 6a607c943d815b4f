"""From FFmpeg's pictures to planes, and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from av import VideoFrame
from av.video.format import VideoFormat
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from swaddle.kernel.cropping import Plane

BYTE: Final = 8
"""Bits; deeper samples take two bytes."""

_CHROMA: Final = {(2, 2): "420", (2, 1): "422", (1, 1): "444"}
"""Luma samples for one chroma sample (across, down), and how FFmpeg calls that."""


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """A pixel format that libx264 can encode."""

    depth: int
    chroma: tuple[int, int]
    """Luma samples for one chroma sample, across and down."""

    @property
    def name(self) -> str:
        """What FFmpeg calls it."""
        return f"yuv{_CHROMA[self.chroma]}{'p10le' if self.depth > BYTE else 'p'}"


def output_format(given: VideoFormat, width: int, height: int) -> OutputFormat:
    """Choose the format that loses least of pictures of this format and size."""
    depth = 10 if max(part.bits for part in given.components) > BYTE else BYTE
    chroma = _chroma(given)
    # libx264 takes no half chroma sample, and the resolution must stay.
    whole = width % chroma[0] == 0 and height % chroma[1] == 0
    return OutputFormat(depth, chroma if whole else (1, 1))


def is_grey(given: VideoFormat) -> bool:
    """Tell whether a format has no chroma."""
    return len([part for part in given.components if not part.is_alpha]) == 1


def same_planes(given: str, output: str) -> bool:
    """Tell whether two formats differ in nothing, or in the label of their range alone."""
    return given.replace("yuvj", "yuv") == output


def converted(frame: VideoFrame, output: str) -> VideoFrame:
    """Return the frame in the format of the output; itself where it is in it already."""
    given = frame.format.name
    if same_planes(given, output):
        return frame
    # FFmpeg squeezes "yuvj" into limited range on its way to "yuv", and the range must stay.
    full = given.startswith("yuvj") and not output.endswith("le")
    return frame.reformat(format=output.replace("yuv", "yuvj") if full else output)


def planes_of(frame: VideoFrame) -> tuple[Plane, Plane, Plane]:
    """
    Return the three planes of a picture in one of the output's formats, without copying.

    They are read-only: the decoder may still predict later pictures from them.
    """
    kind = np.dtype("<u2" if frame.format.components[0].bits > BYTE else "u1")
    luma, blue, red = (_samples(plane, kind) for plane in frame.planes)
    for plane in (luma, blue, red):
        plane.flags.writeable = False
    return luma, blue, red


def picture_of(planes: Iterable[NDArray[Any]], output: str) -> VideoFrame:
    """Return a picture with the content of three planes and nothing else."""
    given = list(planes)
    height, width = given[0].shape
    picture = VideoFrame(width, height, output)
    for target, plane in zip(picture.planes, given, strict=True):
        _samples(target, plane.dtype)[:] = plane
    return picture


def _chroma(given: VideoFormat) -> tuple[int, int]:
    if given.is_rgb or given.has_palette or is_grey(given):
        return (2, 2)
    # Of 16 x 16 pixels, so that every known spacing divides.
    spacing = 16 // given.chroma_width(16), 16 // given.chroma_height(16)
    return spacing if spacing in _CHROMA else (2, 2)


def _samples(plane: VideoPlane, kind: np.dtype[Any]) -> NDArray[Any]:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, abs(plane.line_size))
    content = rows[:, : plane.width * kind.itemsize].view(kind)
    # A negative line size means that the last row comes first in memory.
    return content if plane.line_size > 0 else content[::-1]
