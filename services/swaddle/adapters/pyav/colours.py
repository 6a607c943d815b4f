"""What the code points of a video say about its colours (ISO/IEC 23091-2)."""

from dataclasses import dataclass
from typing import Final

from av import VideoFrame

from swaddle.kernel.frames import Sampling

from .pixels import is_grey

UNSPECIFIED: Final = 2
BT709: Final = 1
SMPTE170M: Final = 6
SRGB: Final = 13
"""Transfer characteristics of IEC 61966-2-1."""
FULL_RANGE: Final = 2
LIMITED_RANGE: Final = 1
"""As FFmpeg counts them."""

_MATRICES: Final = {
    1: "bt709",
    4: "bt601",  # FCC: differs in the third digit
    5: "bt601",
    6: "bt601",
    7: "bt709",  # SMPTE 240M: differs in the third digit
    9: "bt2020",
    10: "bt2020",
}
_PRIMARIES: Final = frozenset({1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22})
_TRANSFERS: Final = frozenset({1, 2, *range(4, 19)})
_HIGH_DEFINITION: Final = 720
"""Rows from which on players take an unlabelled video for BT.709."""


@dataclass(frozen=True, slots=True)
class Colours:
    """Labels of the output's colours."""

    primaries: int
    transfer: int
    matrix: int
    full_range: bool

    def sampling(self, depth: int, chroma: tuple[int, int], rows: int) -> Sampling:
        """Return how planes of this depth and chroma spacing stand for colours."""
        guess = "bt709" if rows >= _HIGH_DEFINITION else "bt601"
        return Sampling(
            matrix=_MATRICES.get(self.matrix, guess),
            full_range=self.full_range,
            depth=depth,
            chroma_width=chroma[0],
            chroma_height=chroma[1],
        )


def colours_of(frame: VideoFrame) -> Colours:
    """
    Return the labels of what `pixels.converted` makes of a decoded frame.

    FFmpeg turns grey, red, green and blue into limited range; colours by BT.601, unless the frame
    names another matrix.
    """
    primaries = frame.color_primaries if frame.color_primaries in _PRIMARIES else UNSPECIFIED
    transfer = frame.color_trc if frame.color_trc in _TRANSFERS else UNSPECIFIED
    matrix = frame.colorspace if frame.colorspace in _MATRICES else UNSPECIFIED
    if frame.format.is_rgb or frame.format.has_palette:
        return Colours(
            BT709 if primaries == UNSPECIFIED else primaries,
            SRGB if transfer == UNSPECIFIED else transfer,
            SMPTE170M if matrix == UNSPECIFIED else matrix,
            full_range=False,
        )
    if is_grey(frame.format):
        return Colours(primaries, transfer, matrix, full_range=False)
    full = frame.format.name.startswith("yuvj") or frame.color_range == FULL_RANGE
    return Colours(primaries, transfer, matrix, full_range=full)
