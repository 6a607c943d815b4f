"""A blob is an object of a bucket."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final, cast

from minio.commonconfig import ComposeSource

from swaddle.kernel.blobs import Blob, check_key, check_prefix
from swaddle.kernel.identifiers import BlobKey

from .connecting import Bucket, translated
from .reading import AHEAD, RangeReader

PART: Final = 16 << 20
"""Bytes of an upload's part: what is smaller is sent at once."""

_CHUNK: Final = 1 << 20


class MinioBlobStore:
    """Keeps blobs in one bucket with versions. Safe for threads."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def put(self, key: BlobKey, content: BinaryIO | bytes) -> Blob:
        """Upload in parts; the object appears when the last one has arrived."""
        check_key(key)
        stream = _Counted(io.BytesIO(content) if isinstance(content, bytes) else content)
        with translated(key):
            self._bucket.client.put_object(
                self._bucket.name,
                key,
                cast("BinaryIO", stream),
                length=-1,
                part_size=PART,
                num_parallel_uploads=1,
                sse=self._bucket.encryption,
            )
        return Blob(key=key, size=stream.size, sha256=stream.digest.hexdigest())

    def create(self, key: BlobKey, content: bytes) -> bool:
        """Let the store decide who was first."""
        check_key(key)
        return self._bucket.create(key, content)

    def copy(self, source: BlobKey, key: BlobKey) -> None:
        """Let the store copy, in parts where it is large."""
        check_key(source)
        check_key(key)
        with translated(source):
            self._bucket.client.compose_object(
                self._bucket.name,
                key,
                [ComposeSource(self._bucket.name, source)],
                sse=self._bucket.encryption,
            )

    @contextmanager
    def open(self, key: BlobKey) -> Iterator[BinaryIO]:
        """Read the version that is current now, in ranges."""
        check_key(key)
        with translated(key):
            found = self._bucket.client.stat_object(self._bucket.name, key)
        reader = RangeReader(self._bucket, key, found.version_id, found.size or 0)
        with io.BufferedReader(reader, AHEAD) as stream:
            yield cast("BinaryIO", stream)

    def erase(self, prefix: str) -> int:
        """Remove every version, then look whether any is left."""
        check_prefix(prefix)
        return self._bucket.erase(prefix)

    def adopt(self, key: BlobKey, original: Path) -> Blob:
        """Upload a file."""
        with translated(key), original.open("rb") as stream:
            return self.put(key, stream)

    # --- for those who have no other way to the store -------------------------------------------

    def upload_url(self, key: BlobKey, lifetime: timedelta) -> str:
        """Return a URL under which whoever knows it may store this object."""
        check_key(key)
        with translated(key):
            return self._bucket.client.presigned_put_object(self._bucket.name, key, lifetime)

    def download_url(self, key: BlobKey, lifetime: timedelta) -> str:
        """Return a URL under which whoever knows it may read this object."""
        check_key(key)
        with translated(key):
            return self._bucket.client.presigned_get_object(self._bucket.name, key, lifetime)


class _Counted:
    """Counts and digests what passes through."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = 0
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(_CHUNK if size < 0 else min(size, _CHUNK))
        self.size += len(chunk)
        self.digest.update(chunk)
        return chunk
