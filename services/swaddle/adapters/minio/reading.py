"""Reads an object from anywhere, without holding it as a whole."""

import io
from typing import TYPE_CHECKING, Final

from urllib3 import BaseHTTPResponse

from swaddle.kernel.errors import Unavailable

from .connecting import Bucket, translated

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

AHEAD: Final = 1 << 20
"""Bytes that are read at a time; a seek within them costs nothing."""

SKIP: Final = 4 << 20
"""A seek that goes forward by less reads on: cheaper than another request."""


class RangeReader(io.RawIOBase):
    """One version of an object: what replaces it meanwhile is not seen."""

    def __init__(self, bucket: Bucket, key: str, version: str | None, size: int) -> None:
        self._bucket = bucket
        self._key = key
        self._version = version
        self._size = size
        self._position = 0
        self._response: BaseHTTPResponse | None = None
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read from."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move; nothing is asked for before something is read."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill the buffer as far as one answer reaches."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._size - self._position)
        if wanted <= 0:
            return 0
        with translated(self._key):
            chunk = self._stream().read(wanted)
        if not chunk:
            self._hang_up()
            raise Unavailable(f"The blob store broke off ({self._key}).")
        view[: len(chunk)] = chunk
        self._position += len(chunk)
        self._at = self._position
        return len(chunk)

    def close(self) -> None:
        """Give the connection back."""
        self._hang_up()
        super().close()

    def _stream(self) -> BaseHTTPResponse:
        gap = self._position - self._at
        if self._response is not None and 0 <= gap <= SKIP:
            if gap:
                self._response.read(gap)
                self._at = self._position
            return self._response
        self._hang_up()
        self._response = self._bucket.client.get_object(
            self._bucket.name, self._key, offset=self._position, version_id=self._version
        )
        self._at = self._position
        return self._response

    def _hang_up(self) -> None:
        if self._response is not None:
            self._response.close()
            self._response.release_conn()
            self._response = None
