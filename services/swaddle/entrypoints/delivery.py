"""From the store of a run to the user's folder: complete files under their final names, or none."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from swaddle import bootstrap
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Misused, NotFound, StorageFailed
from swaddle.kernel.life import Video
from swaddle.settings import Settings

CONTAINERS: Final = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "mkv"}

# What lies beside OUT, by the name it has in the certificate.
COMPANIONS: Final = {
    "manifest": ".manifest.json",
    "signature": ".manifest.sig",
    "provenance": ".prov.json",
    "report": ".report.html",
    "features": ".features.parquet",
    "plan": ".plan.json",
    "receipt": ".private-receipt.json",
}

BESIDE: Final = frozenset({"manifest", "signature"})
"""What `swaddle verify` cannot do without: never in another folder than OUT."""

ANYBODY_READS: Final = 0o666
"""Less what the user's umask takes away."""
OWNER_READS: Final = 0o600
PRIVATE: Final = frozenset({"receipt"})
"""What ties an output to its original: for its owner alone."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where everything is."""

    output: Path | None
    companions: dict[str, Path]


def check_free(path: Path, *, overwrite: bool) -> None:
    """Raise Misused where something is there that nobody wants replaced."""
    if path.exists() and not overwrite:
        raise Misused(f"{path} exists; give --overwrite to replace it.")


def check_output(source: Path, output: Path, *, overwrite: bool) -> str:
    """
    Return the container that OUT asks for, before any work is done.

    Raises Misused where OUT is the input, exists or has an unknown ending, StorageFailed where
    its folder cannot be written to.
    """
    container = CONTAINERS.get(output.suffix.lower())
    if container is None:
        known = ", ".join(CONTAINERS)
        raise Misused(f"The output must end in one of {known}, not in {output.suffix!r}.")
    if output.exists() and source.exists() and output.samefile(source):
        raise Misused("Output and input are the same file; choose another output.")
    check_free(output, overwrite=overwrite)
    with _storage_errors(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        probe = _partial(output)
        probe.touch()
        probe.unlink()
    return container


def deliver(settings: Settings, video: Video, output: Path, report: Path | None) -> Delivered:
    """Copy a released video with everything that belongs to it; the video comes last."""
    companions = deliver_companions(settings, video, output, report)
    if video.output is None:
        raise NotFound("The video was released without an output.")
    copy(settings, video.output, output)
    return Delivered(output, companions)


def beside(output: Path, name: str, folder: Path | None = None) -> Path:
    """Return where a companion of a video lies: beside it, or in another folder."""
    return (folder or output.parent) / f"{output.name}{COMPANIONS[name]}"


def deliver_companions(
    settings: Settings, video: Video, output: Path, report: Path | None
) -> dict[str, Path]:
    """Copy what testifies to a run beside OUT, or all but the manifest into another folder."""
    if video.certificate is None:
        return {}
    with bootstrap.blob_store(settings).open(video.certificate.key) as stream:
        certificate = json.load(stream)
    placed = {}
    for name in COMPANIONS:
        if name in certificate["blobs"]:
            target = beside(output, name, None if name in BESIDE else report)
            mode = OWNER_READS if name in PRIVATE else ANYBODY_READS
            copy(settings, Blob(**certificate["blobs"][name]), target, mode)
            placed[name] = target
    return placed


def write(target: Path, content: bytes) -> None:
    """Write bytes next to their final name, then rename."""
    with placing(target) as sink:
        sink.write(content)


def copy(settings: Settings, blob: Blob, target: Path, mode: int = ANYBODY_READS) -> None:
    """Copy a blob next to its final name, then rename: nobody sees half a file."""
    with bootstrap.blob_store(settings).open(blob.key) as source, placing(target, mode) as sink:
        shutil.copyfileobj(source, sink, 1 << 20)


@contextmanager
def placing(target: Path, mode: int = ANYBODY_READS) -> Iterator[BinaryIO]:
    """
    Yield a new file that takes its final name when it is complete, and is gone where it fails.

    Raises StorageFailed.
    """
    partial = _partial(target)
    with _storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(partial, "xb", opener=_opener(mode)) as sink:
                yield sink
                sink.flush()
                os.fsync(sink.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


def _opener(mode: int) -> Callable[[str, int], int]:
    """Return an opener that makes files with this mode."""
    return lambda path, flags: os.open(path, flags, mode)


def _partial(target: Path) -> Path:
    return target.with_name(f".{target.name}.{uuid4().hex[:8]}.partial")


@contextmanager
def _storage_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(f"{target} cannot be written: {error.strerror}.") from error
