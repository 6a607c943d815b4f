"""A blob is a file; its key is its path inside the folder."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Misused, NotFound, StorageFailed
from swaddle.kernel.identifiers import BlobKey

_CHUNK = 1 << 20


class FolderBlobStore:
    """Keeps blobs under one folder that only its owner can enter, and never outside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def put(self, key: BlobKey, content: BinaryIO | bytes) -> Blob:
        """Write next to the target, then rename, so that no reader sees half a blob."""
        path, partial = self._paths(key)
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        digest, size = hashlib.sha256(), 0
        with _storage_errors(path):
            _private_parents(path, self._folder)
            with partial.open("wb") as target:
                while chunk := stream.read(_CHUNK):
                    target.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
            partial.replace(path)
        return Blob(key=key, size=size, sha256=digest.hexdigest())

    def create(self, key: BlobKey, content: bytes) -> bool:
        """Link a complete file to its name: the file system refuses a name that is taken."""
        path, partial = self._paths(key)
        with _storage_errors(path):
            _private_parents(path, self._folder)
            partial.write_bytes(content)
            try:
                path.hardlink_to(partial)
            except FileExistsError:
                return False
            finally:
                partial.unlink()
        return True

    @contextmanager
    def open(self, key: BlobKey) -> Iterator[BinaryIO]:
        """Open the file."""
        path, _ = self._paths(key)
        try:
            stream = path.open("rb")
        except FileNotFoundError as error:
            msg = f"There is no blob under {key}."
            raise NotFound(msg) from error
        except OSError as error:
            msg = f"The blob {key} cannot be read: {error.strerror}."
            raise StorageFailed(msg) from error
        with stream:
            yield stream

    def erase(self, prefix: str) -> int:
        """Remove files, then the folders that are empty."""
        erased = 0
        with _storage_errors(self._folder):
            for path in sorted(self._folder.rglob("*"), reverse=True):
                name = path.relative_to(self._folder).as_posix()
                if path.is_file() or path.is_symlink():
                    if name.startswith(prefix):
                        path.unlink()
                        erased += 1
                elif not any(path.iterdir()):
                    path.rmdir()
        return erased

    def adopt(self, key: BlobKey, original: Path) -> Blob:
        """Let a key stand for a file outside the folder, without copying it."""
        path, _ = self._paths(key)
        with _storage_errors(original):
            _private_parents(path, self._folder)
            with original.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            path.unlink(missing_ok=True)
            path.symlink_to(original.resolve())
            return Blob(key=key, size=original.stat().st_size, sha256=digest)

    def _paths(self, key: BlobKey) -> tuple[Path, Path]:
        path = self._folder / key
        if ".." in path.parts or not path.is_relative_to(self._folder) or not key:
            msg = f"The key {key!r} leads outside the folder."
            raise Misused(msg)
        return path, path.with_name(f".{path.name}.{uuid4().hex[:8]}.partial")


def _private_parents(path: Path, top: Path) -> None:
    top.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextmanager
def _storage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        msg = f"{error.strerror or 'The disk failed'} ({path.name})."
        raise StorageFailed(msg) from error
