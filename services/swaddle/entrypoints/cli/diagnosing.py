"""`swaddle doctor`."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import typer

from swaddle import bootstrap
from swaddle.kernel.errors import SwaddleError
from swaddle.settings import Settings

from .exit_codes import ExitCode

ROOM_GB: Final = 2.0
"""Free disk from which nobody has to worry about a clip of an hour."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at."""

    what: str
    well: bool
    finding: str
    """What is there, or what to do."""


def doctor() -> None:
    """Look at this machine and say what is missing."""
    symptoms = list(examine(Settings()))
    for symptom in symptoms:
        typer.echo(f"{'ok ' if symptom.well else 'NO '} {symptom.what:<12} {symptom.finding}")
    well = all(symptom.well for symptom in symptoms)
    raise typer.Exit(ExitCode.RELEASED if well else ExitCode.UNAVAILABLE)


def examine(settings: Settings) -> Iterator[Symptom]:
    """Yield everything that a run needs, and whether it is there."""
    yield Symptom("python", True, f"{platform.python_version()}, {os.cpu_count()} cores")
    yield _guarded("encoder", _encoder)
    yield _runtimes()
    yield _guarded("models", lambda: bootstrap.describe_models(settings))
    for what, folder in (("work folder", settings.work_folder), ("keys", settings.config_folder)):
        yield _folder(what, folder)


def _guarded(what: str, look: Callable[[], str]) -> Symptom:
    try:
        return Symptom(what, True, look())
    except SwaddleError as error:
        return Symptom(what, False, str(error))


def _encoder() -> str:
    import av
    from av.codec import Codec

    Codec("libx264", "w")
    return f"libx264 in FFmpeg {'.'.join(map(str, av.library_versions['libavcodec']))} (PyAV)"


def _runtimes() -> Symptom:
    """Two ONNX Runtimes in one environment overwrite each other's files."""
    found = [name for name in ("onnxruntime", "onnxruntime-gpu") if _installed(name)]
    if len(found) == 1:
        return Symptom("onnxruntime", True, f"{found[0]} {version(found[0])}")
    if found:
        both = " and ".join(found)
        return Symptom("onnxruntime", False, f"{both} are installed; uninstall both, install one.")
    return Symptom("onnxruntime", False, "not installed; install swaddle[cpu].")


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _folder(what: str, folder: Path) -> Symptom:
    there = next(p for p in (folder, *folder.parents) if p.exists())
    if not os.access(there, os.W_OK):
        return Symptom(what, False, f"{folder} cannot be written to.")
    free = shutil.disk_usage(there).free / 1e9
    return Symptom(what, free > ROOM_GB, f"{folder}, {free:.0f} GB free")
