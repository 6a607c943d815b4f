"""`swaddle doctor`."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import typer

from swaddle import bootstrap
from swaddle.entrypoints.cards import Card, cards
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
    yield from _engines(settings, next(iter(cards()), None))
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
    found = [name for name in bootstrap.RUNTIMES if bootstrap.is_installed(name)]
    if len(found) == 1:
        return Symptom("onnxruntime", True, f"{found[0]} {version(found[0])}")
    if found:
        both = " and ".join(found)
        return Symptom("onnxruntime", False, f"{both} are installed; uninstall both, install one.")
    return Symptom("onnxruntime", False, "not installed; install swaddle[cpu] or swaddle[gpu].")


ENGINES: Final = {
    "embedded": ("ai-edge-litert", "dlib-bin", "onnx"),
    "onnx": ("onnx", "onnxruntime-gpu"),
    "diffusers": bootstrap.DIFFUSION_LIBRARIES,
    "insightface": ("insightface", "requests", "scikit-image", "tqdm"),
}
"""The engines, and the packages that each needs beside the rest of swaddle."""


def _engines(settings: Settings, card: Card | None) -> Iterator[Symptom]:
    """Yield what each engine lacks; one that nobody has chosen may lack what it likes."""
    chosen = {
        url.partition(":")[0]
        for url in (
            *(settings.detector_url, settings.landmarker_url, settings.embedder_url),
            *(settings.identity_url, settings.swapper_url),
        )
    }
    on_card = settings.device.named
    yield Symptom("gpu", card is not None or not on_card, _card(card))
    for engine, packages in ENGINES.items():
        missing = [name for name in packages if not bootstrap.is_installed(name)]
        if engine == "onnx" and bootstrap.is_installed("onnxruntime"):
            missing = [name for name in missing if name != "onnxruntime-gpu" or on_card]
        needed = engine == "embedded" or engine in chosen
        yield Symptom(engine, not (missing and needed), _lacking(engine, missing, needed=needed))


def _card(card: Card | None) -> str:
    if card is None:
        return "no NVIDIA driver answers; models run on the processor"
    free = card.total - card.used
    there = f"{card.name}, driver {card.driver}, {free} of {card.total} MiB free"
    return f"{there}; {_provider()}"


def _provider() -> str:
    """Return whether the installed ONNX Runtime can use a card."""
    try:
        import onnxruntime
    except ImportError:
        return "ONNX Runtime cannot be loaded"
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        return "ONNX Runtime has its CUDA provider"
    return "this ONNX Runtime has no CUDA provider; `make install ENGINES=gpu`"


def _lacking(engine: str, missing: list[str], *, needed: bool) -> str:
    if not missing:
        device = "" if engine == "embedded" or not _on_processor() else ", on the processor"
        return f"all packages are installed{device}"
    what = f"{', '.join(missing)} not installed"
    if engine == "embedded":
        return f"{what}; install swaddle[cpu]."
    return f"{what}; `make install ENGINES=gpu` adds them{'.' if needed else ' (not chosen)'}"


def _on_processor() -> bool:
    return not bootstrap.is_installed("onnxruntime-gpu")


def _folder(what: str, folder: Path) -> Symptom:
    there = next(p for p in (folder, *folder.parents) if p.exists())
    if not os.access(there, os.W_OK):
        return Symptom(what, False, f"{folder} cannot be written to.")
    free = shutil.disk_usage(there).free / 1e9
    return Symptom(what, free > ROOM_GB, f"{folder}, {free:.0f} GB free")
