"""Opens files that nobody has looked at yet, and lets them reach for nothing else."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, NoReturn

import av
from av.container import InputContainer

from swaddle.kernel.errors import StorageFailed, UnreadableVideo

DEMUXERS: Final = (
    *("mov", "mp4", "m4a", "3gp", "3g2", "mj2"),  # one demuxer with six names
    *("matroska", "webm", "avi", "mpegts", "mpeg", "gif", "ogg", "flv", "asf", "mxf"),
    *("yuv4mpegpipe", "dv"),
)
"""What cameras and laboratories write. No playlist, no list of files, no picture sequence, no
subtitle format, no device, nothing that opens other files."""

_KINDS: Final = "MP4, MOV, Matroska, WebM, AVI, MPEG, GIF, Ogg, FLV, WMV, MXF, Y4M or DV"

DAMAGED: Final = "The video is damaged: it cannot be read to its end."

BUFFER_BYTES: Final = 1 << 18
"""Read at once: each read passes through Python."""


class Nameless(io.RawIOBase):
    """
    A file without a name.

    FFmpeg would guess a format from the name, look for other files beside it, and put it into
    error messages.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        """Pass on."""
        return True

    def seekable(self) -> bool:
        """Pass on."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Pass on."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Pass on."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Pass on."""
        return self._file.tell()


@contextmanager
def opened(
    source: BinaryIO, demuxers: tuple[str, ...] = DEMUXERS, **options: str
) -> Iterator[InputContainer]:
    """
    Open a file from its beginning, by its content alone.

    Raises UnreadableVideo where no demuxer of the list takes it, or where it needs other files;
    inside the context, FFmpeg's errors are UnreadableVideo and the disk's are StorageFailed.
    """
    with translated(DAMAGED):
        with translated(f"The file is damaged, cut short, or no video: give {_KINDS}."):
            source.seek(0)
            container = av.open(
                Nameless(source),
                "r",
                options={
                    "format_whitelist": ",".join(demuxers),
                    "protocol_whitelist": "none",
                    **options,
                },
                # Tags may be in any encoding or none; nobody reads those of the input.
                metadata_errors="replace",
                buffer_size=BUFFER_BYTES,
                io_open=_refuse,
            )
        with container:
            yield container


@contextmanager
def translated(sentence: str) -> Iterator[None]:
    """Let FFmpeg's errors leave as UnreadableVideo, and the disk's as StorageFailed."""
    try:
        yield
    # Some of FFmpeg's errors are OSErrors too, so they come first.
    except av.FFmpegError as error:
        raise UnreadableVideo(sentence) from error
    except OSError as error:
        raise StorageFailed(f"The video cannot be read: {error.strerror}.") from error


def _refuse(_url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    raise UnreadableVideo("The file refers to other files, which are not opened: give one video.")
