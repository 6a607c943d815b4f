"""
Tells from the outermost structure whether a file is all there.

FFmpeg plays what is left of a file that was cut short. A video that is to be shared must not
silently lose its end, so the sizes that the container declares are compared with the file's.
"""

import io
import struct
from typing import BinaryIO, Final

from swaddle.kernel.errors import UnreadableVideo

LARGE_BOXES: Final = frozenset({b"moov", b"mdat", b"moof"})
SMALL_BOXES: Final = frozenset(
    {b"ftyp", b"styp", b"free", b"skip", b"wide", b"uuid", b"meta", b"sidx", b"pnot", b"udta"}
)
"""What stands at the top of MP4 and QuickTime files; anything else ends the search."""

HEADER: Final = 8
LONG_HEADER: Final = 16
"""Bytes: size and kind of a box, and the same with a size of 64 bits (ISO/IEC 14496-12, 4.2)."""

EBML: Final = b"\x1a\x45\xdf\xa3"
SEGMENT: Final = b"\x18\x53\x80\x67"
LONGEST_HEADER: Final = 1024
"""Bytes; the usual one has 35."""
GIF_IMAGE: Final = b","
GIF_TRAILER: Final = b";"
UNKNOWN_RIFF: Final = 0xFFFFFFF0
"""Sizes from here on stand for "not known", as does 0."""


def check_complete(source: BinaryIO) -> None:
    """Raise UnreadableVideo where the file is empty, or shorter than its own headers say."""
    end = source.seek(0, io.SEEK_END)
    if end == 0:
        raise UnreadableVideo("The file is empty.")
    source.seek(0)
    start = source.read(12)
    if start[:4] == EBML:
        declared = _matroska_end(source)
    elif start[:4] == b"RIFF":
        declared = _riff_end(start)
    elif start[:3] == b"GIF":
        declared = _gif_end(source)
    else:
        declared = _boxes_end(source, end)
    if declared > end:
        raise UnreadableVideo("The video is cut short: the file ends before its content does.")


def _boxes_end(source: BinaryIO, end: int) -> int:
    """Return where the last top-level box ends that is known to belong to a video."""
    position = 0
    while position < end:
        source.seek(position)
        header = source.read(LONG_HEADER)
        size, kind = _box(header)
        if kind not in LARGE_BOXES | SMALL_BOXES:
            break
        if size == 0:  # up to the end of the file, whatever that is
            return end
        if size < HEADER or (kind in SMALL_BOXES and position + size > end):
            break
        position += size
    return position


def _box(header: bytes) -> tuple[int, bytes]:
    if len(header) < HEADER:
        return 0, b""
    size, kind = struct.unpack(">I4s", header[:HEADER])
    if size == 1 and len(header) == LONG_HEADER:
        return int.from_bytes(header[8:], "big"), kind
    return size, kind


def _matroska_end(source: BinaryIO) -> int:
    """Return where the segment ends, or 0 where the file does not say."""
    source.seek(4)
    size = _ebml_size(source)
    if size is None or size > LONGEST_HEADER:
        return 0
    source.seek(size, io.SEEK_CUR)
    if source.read(4) != SEGMENT:
        return 0
    size = _ebml_size(source)
    return 0 if size is None else source.tell() + size


def _ebml_size(source: BinaryIO) -> int | None:
    """Read a size (RFC 8794, section 4); None where it is unknown or nonsense."""
    first = source.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    raw = first + source.read(length - 1)
    value = int.from_bytes(raw, "big") & ((1 << 7 * length) - 1)
    unknown = (1 << 7 * length) - 1
    return None if value == unknown or len(raw) < length else value


def _riff_end(start: bytes) -> int:
    """Return where the first RIFF chunk ends, or 0 where the file does not say."""
    size = int.from_bytes(start[4:8], "little")
    return 0 if size >= UNKNOWN_RIFF else size + 8


def _gif_end(source: BinaryIO) -> int:
    """Return where the trailer of a GIF ends, or a place behind the file where it has none."""
    source.seek(10)
    _skip_colours(source, source.read(1))
    source.seek(2, io.SEEK_CUR)
    while kind := source.read(1):
        if kind == GIF_TRAILER:
            return source.tell()
        if kind == GIF_IMAGE:
            _skip_colours(source, source.read(9)[8:])
        # Then one byte of the coding or of the extension's kind, and blocks up to an empty one.
        source.seek(1, io.SEEK_CUR)
        while (length := source.read(1)) > b"\0":
            source.seek(length[0], io.SEEK_CUR)
    return source.tell() + 1


def _skip_colours(source: BinaryIO, flags: bytes) -> None:
    """Skip a table of colours, if the flags before it say that there is one."""
    if flags and flags[0] & 0x80:
        source.seek(3 << (flags[0] & 7) + 1, io.SEEK_CUR)
