"""A model is a folder of files, named after its digest."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from swaddle.kernel.errors import Forged, ModelMissing, StorageFailed
from swaddle.models.catalogue import Model, WeightFile
from swaddle.models.ports import Condition, Readable

CHUNK: Final = 1 << 18

DIGITS: Final = 16
"""Of the digest, in the name of a folder: two versions of a model lie beside each other."""

LARGEST: Final = 1 << 35
"""Bytes of a file whose size nobody tells: what never ends is no model. SDXL's largest has 2^33."""

ANYBODY_READS: Final = 0o644


class FolderModelStore:
    """
    Keeps models under one folder, which may be shared and may be read-only.

    Beside each file lies a stamp: which digest was found when the file was last read, and which
    size and time of change the file had then. Beside a file whose digest nobody publishes lies the
    digest that it had when it was fetched first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, model: Model) -> str:
        """Return the path of the file, or of the folder."""
        condition = self.condition(model)
        if condition is Condition.PRESENT:
            folder = self._home(model)
            return str(folder / model.single.path if model.single else folder)
        what = "has not been fetched" if condition is Condition.MISSING else "is damaged"
        raise ModelMissing(f"The model {model.name} {what}; run `swaddle models fetch`.")

    @contextmanager
    def open(self, model: Model, file: WeightFile) -> Iterator[Readable]:
        """Open a file."""
        self.path(model)
        with _storage_errors(model), self._path(model, file).open("rb") as content:
            yield content

    def digest(self, model: Model) -> str:
        """Return the digest of the one file, or of the lines that sha256sum prints of several."""
        self.path(model)
        with _storage_errors(model):
            return model.digest([str(self._expected(model, file)) for file in model.files])

    def condition(self, model: Model) -> Condition:
        """Believe the stamps of files that have not changed since."""
        return _worst(self._condition(model, file) for file in model.files)

    def verify(self, model: Model) -> Condition:
        """Read the files, and stamp those that are right."""
        return _worst(self._verify(model, file) for file in model.files)

    def lacking(self, model: Model) -> Sequence[WeightFile]:
        """Read the files, and stamp those that are right."""
        return [f for f in model.files if self._verify(model, f) is not Condition.PRESENT]

    def _condition(self, model: Model, file: WeightFile) -> Condition:
        path = self._path(model, file)
        with _storage_errors(model):
            if path.is_file() and _stamp_of(path).is_file():
                stamp = _stamp_of(path).read_text(errors="replace")
                if stamp == _state(self._expected(model, file), path):
                    return Condition.PRESENT
        return self._verify(model, file)

    def _verify(self, model: Model, file: WeightFile) -> Condition:
        """Read one file; what was put there without a digest to hold it to was never accepted."""
        path = self._path(model, file)
        with _storage_errors(model):
            expected = self._expected(model, file)
            if not path.is_file() or expected is None:
                return Condition.MISSING
            # Before it is read: what changes it meanwhile also changes its time.
            state = _state(expected, path)
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest != expected:
            return Condition.DAMAGED
        _stamp(path, state)
        return Condition.PRESENT

    def accept(self, model: Model, file: WeightFile, content: Readable) -> None:
        """Write next to the target, look at the digest, then rename."""
        path = self._path(model, file)
        partial = path.with_name(f".{path.name}.{uuid4().hex[:8]}.partial")
        with _storage_errors(model):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                digest = _write(file, self._expected(model, file), content, partial)
                if file.sha256 is None:
                    _record_of(path).write_text(f"{digest}\n")
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            _settle(path.parent)
            _stamp(path, _state(digest, path))

    def _home(self, model: Model) -> Path:
        return self._folder / model.version[:DIGITS]

    def _path(self, model: Model, file: WeightFile) -> Path:
        return self._home(model) / file.path

    def _expected(self, model: Model, file: WeightFile) -> str | None:
        """Return the digest that the file has to have, None where it was never fetched."""
        record = _record_of(self._path(model, file))
        if file.sha256 is not None or not record.is_file():
            return file.sha256
        return record.read_text(errors="replace").strip()


def _worst(conditions: Iterator[Condition]) -> Condition:
    found = set(conditions)
    order = (Condition.DAMAGED, Condition.MISSING, Condition.PRESENT)
    return next(condition for condition in order if condition in found)


def _write(file: WeightFile, expected: str | None, content: Readable, target: Path) -> str:
    """Write a new file to the disk, no longer than it should be; return its digest."""
    digest, most = hashlib.sha256(), file.size or LARGEST
    left = most
    with target.open("xb") as partial:
        # One byte more than there should be, so that a longer file is noticed.
        while chunk := content.read(min(CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise Forged(f"the file is longer than the {most} bytes it should have")
            digest.update(chunk)
            partial.write(chunk)
        if left and file.size:
            raise Forged(f"the file has {file.size - left} bytes instead of {file.size}")
        if expected is not None and digest.hexdigest() != expected:
            named = "the catalogue names" if file.sha256 else "was fetched at first"
            raise Forged(f"the file is not the one that {named}")
        partial.flush()
        os.fsync(partial.fileno())
    target.chmod(ANYBODY_READS)
    return digest.hexdigest()


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


def _record_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.sha256")


def _state(digest: str | None, path: Path) -> str:
    found = path.stat()
    return f"{digest} {found.st_size} {found.st_mtime_ns}\n"


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
