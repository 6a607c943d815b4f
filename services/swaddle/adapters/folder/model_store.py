"""A model is a file, in a folder named after its digest."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from swaddle.kernel.errors import Forged, ModelMissing, StorageFailed
from swaddle.models.catalogue import Model
from swaddle.models.ports import Condition, Readable

CHUNK: Final = 1 << 18

DIGITS: Final = 16
"""Of the digest, in the name of a folder: two versions of a file lie beside each other."""

ANYBODY_READS: Final = 0o644


class FolderModelStore:
    """
    Keeps models under one folder, which may be shared and may be read-only.

    Beside each file lies a stamp: which digest was found when the file was last read, and which
    size and time of change the file had then.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, model: Model) -> str:
        """Return the path of the file."""
        condition = self.condition(model)
        if condition is Condition.PRESENT:
            return str(self._path(model))
        what = "has not been fetched" if condition is Condition.MISSING else "is damaged"
        raise ModelMissing(f"The model {model.name} {what}; run `swaddle models fetch`.")

    @contextmanager
    def open(self, model: Model) -> Iterator[Readable]:
        """Open the file."""
        with _storage_errors(model), Path(self.path(model)).open("rb") as content:
            yield content

    def condition(self, model: Model) -> Condition:
        """Believe the stamp of a file that has not changed since."""
        path = self._path(model)
        with _storage_errors(model):
            if path.is_file() and _stamp_of(path).is_file():
                stamp = _stamp_of(path).read_text(errors="replace")
                if stamp == _state(model, path):
                    return Condition.PRESENT
        return self.verify(model)

    def verify(self, model: Model) -> Condition:
        """Read the file, and stamp it where it is right."""
        path = self._path(model)
        with _storage_errors(model):
            if not path.is_file():
                return Condition.MISSING
            # Before it is read: what changes it meanwhile also changes its time.
            state = _state(model, path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != model.sha256:
            return Condition.DAMAGED
        _stamp(path, state)
        return Condition.PRESENT

    def accept(self, model: Model, content: Readable) -> None:
        """Write next to the target, look at the digest, then rename."""
        path = self._path(model)
        partial = path.with_name(f".{path.name}.{uuid4().hex[:8]}.partial")
        with _storage_errors(model):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _write(model, content, partial)
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            _settle(path.parent)
            _stamp(path, _state(model, path))

    def _path(self, model: Model) -> Path:
        return self._folder / model.sha256[:DIGITS] / model.file


def _write(model: Model, content: Readable, target: Path) -> None:
    """Write a new file to the disk, no longer than it should be; raises Forged."""
    digest, left = hashlib.sha256(), model.size
    with target.open("xb") as file:
        # One byte more than there should be, so that a longer file is noticed.
        while chunk := content.read(min(CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise Forged(f"the file is longer than the {model.size} bytes it should have")
            digest.update(chunk)
            file.write(chunk)
        if left:
            raise Forged(f"the file has {model.size - left} bytes instead of {model.size}")
        if digest.hexdigest() != model.sha256:
            raise Forged("the file is not the one that the catalogue names")
        file.flush()
        os.fsync(file.fileno())
    target.chmod(ANYBODY_READS)


def _settle(folder: Path) -> None:
    """Make a renaming survive a power cut, where the system lets a folder be synchronized."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _stamp_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.verified")


def _state(model: Model, path: Path) -> str:
    found = path.stat()
    return f"{model.sha256} {found.st_size} {found.st_mtime_ns}\n"


def _stamp(path: Path, state: str) -> None:
    # A folder that cannot be written to is read again each time.
    with suppress(OSError):
        partial = path.with_name(f".{path.name}.{uuid4().hex[:8]}.partial")
        try:
            partial.write_text(state)
            partial.replace(_stamp_of(path))
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def _storage_errors(model: Model) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or "the disk failed"
        raise StorageFailed(
            f"The file of the model {model.name} cannot be read or written: {reason}."
        ) from error
