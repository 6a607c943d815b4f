"""A blob is a file; its key is its path inside the folder."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from swaddle.kernel.blobs import Blob, check_key
from swaddle.kernel.errors import NotFound, StorageFailed
from swaddle.kernel.identifiers import BlobKey

_CHUNK = 1 << 20


class FolderBlobStore:
    """Keeps blobs under one folder that only its owner can enter, and never outside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def put(self, key: BlobKey, content: BinaryIO | bytes) -> Blob:
        """Write next to the target, then rename, so that no reader sees half a blob."""
        path = self._path(key)
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        digest, size = hashlib.sha256(), 0
        with _storage_errors(key), self._partial(path) as partial:
            with partial.open("xb") as target:
                while chunk := stream.read(_CHUNK):
                    target.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
            partial.replace(path)
        return Blob(key=key, size=size, sha256=digest.hexdigest())

    def create(self, key: BlobKey, content: bytes) -> bool:
        """Link a complete file to its name: the file system refuses a name that is taken."""
        path = self._path(key)
        with _storage_errors(key), self._partial(path) as partial:
            partial.write_bytes(content)
            try:
                path.hardlink_to(partial)
            except FileExistsError:
                return False
        return True

    @contextmanager
    def open(self, key: BlobKey) -> Iterator[BinaryIO]:
        """Open the file."""
        try:
            stream = self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            msg = f"There is no blob under {key}."
            raise NotFound(msg) from error
        except OSError as error:
            msg = f"The blob {key} cannot be read: {error.strerror}."
            raise StorageFailed(msg) from error
        with stream:
            yield stream

    def copy(self, source: BlobKey, key: BlobKey) -> None:
        """Read and write."""
        with self.open(source) as stream:
            self.put(key, stream)

    def erase(self, prefix: str) -> int:
        """Remove files, then the folders that are empty, the one named by the prefix included."""
        # Only where the prefix points: elsewhere somebody may just make a folder to write in.
        below, _, start = prefix.rpartition("/")
        top = self._path(BlobKey(below)) if below else self._folder
        erased = 0
        with _storage_errors(prefix):
            for path in sorted(top.rglob("*"), reverse=True):
                if not path.relative_to(top).as_posix().startswith(start):
                    continue
                if path.is_dir() and not path.is_symlink():
                    _remove_if_empty(path)
                else:
                    path.unlink(missing_ok=True)
                    erased += 1
            if below and not start:
                _remove_if_empty(top)
        return erased

    def adopt(self, key: BlobKey, original: Path) -> Blob:
        """Let a key stand for a file outside the folder, without copying it."""
        path = self._path(key)
        with _storage_errors(key), self._partial(path) as partial:
            with original.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
                size = stream.tell()
            partial.symlink_to(original.resolve())
            partial.replace(path)
        return Blob(key=key, size=size, sha256=digest)

    def _path(self, key: BlobKey) -> Path:
        check_key(key)
        return self._folder / key

    @contextmanager
    def _partial(self, path: Path) -> Iterator[Path]:
        """Yield a name for an unfinished file beside `path`; nothing stays under it."""
        _make_private(self._folder, path.parent)
        partial = path.with_name(f".{path.name}.{uuid4().hex[:8]}.partial")
        try:
            yield partial
        finally:
            partial.unlink(missing_ok=True)


def _make_private(top: Path, folder: Path) -> None:
    """Make the folders from `top` down to `folder`, for their owner alone."""
    top.mkdir(parents=True, exist_ok=True, mode=0o700)
    # One by one: `parents=True` gives the mode to the last one only.
    for name in folder.relative_to(top).parts:
        top /= name
        top.mkdir(exist_ok=True, mode=0o700)


def _remove_if_empty(folder: Path) -> None:
    # Not empty: something in it has another prefix, or was written meanwhile.
    with suppress(OSError):
        folder.rmdir()


@contextmanager
def _storage_errors(key: str) -> Iterator[None]:
    # Never the name of a file: an adopted one may be named after a child.
    try:
        yield
    except OSError as error:
        msg = f"{error.strerror or 'The disk failed'} ({key})."
        raise StorageFailed(msg) from error
