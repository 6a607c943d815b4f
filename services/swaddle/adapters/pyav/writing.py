"""Opens files to be written, so that they say nothing of where they come from."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, Final

import av
from av.container import OutputContainer

from swaddle.kernel.errors import Rejected, StorageFailed

BUFFER_BYTES: Final = 1 << 20
BITEXACT: Final = 0x0400
"""AVFMT_FLAG_BITEXACT."""


@contextmanager
def created(
    target: BinaryIO, kind: str, options: Mapping[str, str], failure: str
) -> Iterator[OutputContainer]:
    """
    Write a container of this kind into `target`, from its present end.

    Inside the context, what FFmpeg refuses is Rejected with the sentence `failure`, and what the
    disk refuses is StorageFailed.
    """
    try:
        with av.open(
            _Target(target),
            "w",
            format=kind,
            container_options=dict(options),
            buffer_size=BUFFER_BYTES,
            # MP4 and MOV read what they have written, to move the index to the front.
            io_open=lambda _url, _flags, _options: _SecondLook(target),
        ) as container:
            # No dates, no versions of libraries, no random identifiers.
            container.flags |= BITEXACT
            yield container
    # Some of FFmpeg's errors are OSErrors too, so they come first.
    except av.FFmpegError as error:
        raise Rejected(failure) from error
    except OSError as error:
        raise StorageFailed(f"The video cannot be written: {error.strerror}.") from error


class _Target:
    """A file without a name, which FFmpeg would look at."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, content: bytes) -> int:
        return self._file.write(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


class _SecondLook:
    """Reads a file that is being written, from a position of its own."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._position = 0

    def read(self, size: int) -> bytes:
        before = self._file.tell()
        self._file.seek(self._position)
        content = self._file.read(size)
        self._position = self._file.tell()
        self._file.seek(before)
        return content

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        before = self._file.tell()
        if whence == io.SEEK_CUR:
            offset, whence = offset + self._position, io.SEEK_SET
        self._position = self._file.seek(offset, whence)
        self._file.seek(before)
        return self._position

    def tell(self) -> int:
        return self._position
