"""
Runs: one folder for each video that is worked on, from the first command to the last.

The folder is only its owner's (0700). It refers to the original and never holds a copy of it; what
is biometric in it is sealed with a key that lies in it, so that wiping the key wipes the rest.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from swaddle import bootstrap
from swaddle.kernel.errors import Misused, NotFound, StorageFailed
from swaddle.kernel.identifiers import Tenant, VideoId
from swaddle.kernel.messages import Order
from swaddle.settings import Settings

RECORD: Final = "run.json"
TENANT: Final = Tenant("local")
KEYS: Final = ("table.key", "identity.key")


class RunRecord(BaseModel):
    """What is written down to find a run again. Private: it names the user's files."""

    model_config = ConfigDict(frozen=True)

    video_id: str
    source: Path
    output: Path | None
    order: Order
    seed_key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A video on this machine."""

    folder: Path
    record: RunRecord
    settings: Settings
    """Those of the user, with this run's folder."""

    @property
    def video_id(self) -> VideoId:
        """The name of the video in every message."""
        return VideoId(self.record.video_id)


def start(settings: Settings, record: RunRecord) -> Run:
    """Make the folder of a new run."""
    folder = settings.work_folder / record.video_id
    with _storage_errors(folder):
        settings.work_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(mode=0o700)
        (folder / RECORD).touch(mode=0o600)
        (folder / RECORD).write_text(record.model_dump_json())
    return _run(settings, folder, record)


def new_video_id() -> str:
    """Return a name that says nothing."""
    return bootstrap.id_source().fresh()[:12]


def reopen(settings: Settings, folder: Path) -> Run:
    """Return the run that lies in a folder; raises NotFound, and Misused for another folder."""
    try:
        record = RunRecord.model_validate_json((folder / RECORD).read_bytes())
    except FileNotFoundError as error:
        raise NotFound(f"There is no run of swaddle in {folder}.") from error
    except (OSError, ValidationError) as error:
        raise Misused(f"{folder} is no work folder of swaddle.") from error
    return _run(settings, folder.resolve(), record)


def find(settings: Settings, source: Path, order: Order) -> Run:
    """Return the latest run of the same file with the same order; raises NotFound."""
    candidates = [run for run in every(settings) if run.record.source == source.resolve()]
    same = [run for run in candidates if run.record.order == order]
    if not same:
        raise NotFound(f"There is nothing to resume for {source.name}: no run of it was kept.")
    return max(same, key=lambda run: run.folder.stat().st_mtime)


def every(settings: Settings) -> Iterator[Run]:
    """Yield all runs that were kept."""
    for folder in folders(settings):
        if (folder / RECORD).is_file():
            yield reopen(settings, folder)


def folders(settings: Settings) -> Iterator[Path]:
    """Yield the folders of all runs, and what is left of a run whose record is gone."""
    if settings.work_folder.is_dir():
        yield from sorted(path for path in settings.work_folder.iterdir() if path.is_dir())


def named(settings: Settings, folder: Path) -> Path:
    """Return the folder of a run; raises NotFound, and Misused for a folder that is none of swaddle's."""
    if folder.is_dir() and folder.resolve().parent == settings.work_folder.resolve():
        return folder.resolve()
    return reopen(settings, folder).folder


@contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Keep everybody else out of a run's folder; raises Misused where somebody works in it."""
    # Beside the folder, which may be wiped meanwhile.
    lock = FileLock(folder.with_name(f"{folder.name}.lock"), blocking=False, mode=0o600)
    with _storage_errors(folder):
        try:
            lock.acquire()
        except Timeout as error:
            raise Misused(f"Another command works in {folder}.") from error
    try:
        yield
    finally:
        with suppress(OSError):
            Path(lock.lock_file).unlink()
        lock.release()


def wipe(folder: Path) -> None:
    """Remove a run's folder: first the keys, then everything they sealed."""
    with _storage_errors(folder):
        for name in KEYS:
            key = folder / name
            if key.is_file():
                key.write_bytes(os.urandom(key.stat().st_size))
                key.unlink()
        shutil.rmtree(folder)


def _run(settings: Settings, folder: Path, record: RunRecord) -> Run:
    own = {"run_folder": folder, "seed_key_file": record.seed_key_file or settings.seed_key_file}
    return Run(folder, record, settings.model_copy(update=own))


@contextmanager
def _storage_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(f"{error.strerror}: {folder}.") from error
