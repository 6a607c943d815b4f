"""A catalogue of one's own, with made weights beside it."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from swaddle import bootstrap
from swaddle.models.catalogue import Model, Source, WeightFile
from swaddle.models.fetching import Outcome
from swaddle.settings import Settings

from . import swappers
from .graphs import node, written
from .swappers import FAMILIES, Does

ENTRY = """
[[models]]
name = "{name}"
task = "Made for a test"
family = "{family}"
needs = {needs}
file = "{file}"
sha256 = "{digest}"
licence = {{ spdx = "{spdx}", commercial = {commercial}, stated = "the test that made it" }}
sources = ["file:{file}"]
"""

FOLDER = """
[[models]]
name = "{name}"
task = "Made for a test"
family = "made"
licence = {{ spdx = "CC0-1.0", commercial = true, stated = "the test that made it" }}
folder = "file:{folder}"
files = {files}
"""

SWAPPER = "onnx://made_hyperswap"

SMOOTH = 33
"""Pixels of 256 that become one mean: of a face, light and little else is left."""


def smooth(folder: Path) -> Path:
    """Write a network of HyperSwap's signature that shows nobody: the target without its detail."""
    side = FAMILIES["hyperswap"].side
    nodes = [
        node("AveragePool", "target", "output", kernel_shape=[SMOOTH] * 2, pads=[SMOOTH // 2] * 4),
        node("ReduceMean", "target", "mask", axes=[1]),
    ]
    return written(
        folder / "smooth.onnx",
        nodes,
        {"source": ["batch", 512], "target": ["batch", 3, side, side]},
        {"output": ["batch", 3, side, side], "mask": ["batch", 1, side, side]},
    )


class Mute:
    """Hears nothing of a fetch."""

    def heard(self, model: Model, file: WeightFile, source: Source, count: int) -> None:
        """Say nothing."""

    def settled(self, outcome: Outcome) -> None:
        """Say nothing."""


def entry(path: Path, name: str, family: str, needs: tuple[str, ...] = (), **changes: str) -> str:
    """Return what `models.toml` says of a file beside it."""
    told = {
        "name": name,
        "family": family,
        "needs": str([*needs]).replace("'", '"'),
        "file": path.name,
        "digest": hashlib.sha256(path.read_bytes()).hexdigest(),
        "spdx": "CC0-1.0",
        "commercial": "true",
    }
    return ENTRY.format(**told | changes)


def folder_entry(path: Path, name: str) -> str:
    """Return what `models.toml` says of a folder beside it."""
    files = sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())
    return FOLDER.format(name=name, folder=path.name, files=str(files).replace("'", '"'))


def made_catalogue(folder: Path, network: Callable[[Path], Path] = smooth, **changes: str) -> Path:
    """Make a swapper with its embedder, and a catalogue that names them; return the catalogue."""
    folder.mkdir(exist_ok=True)
    catalogue = folder / "models.toml"
    needs = ("made_arcface",)
    catalogue.write_text(
        entry(network(folder), "made_hyperswap", "hyperswap", needs, **changes)
        + entry(swappers.embedder(folder), "made_arcface", "arcface")
    )
    return catalogue


def tinted(folder: Path) -> Path:
    """Write a network that returns the person, in another colour."""
    return swappers.swapper(folder, FAMILIES["hyperswap"], Does.TINT)


def fetched(settings: Settings, store: Path) -> Settings:
    """Fetch what the settings need: real weights from a store of them, made ones as they lie."""
    roles = ("landmarker_url", "embedder_url", "swapper_url", "identity_url")
    embedded = settings.model_copy(
        update={role: Settings.model_fields[role].default for role in roles}
    )
    bootstrap.copy_models(embedded, store)
    bootstrap.fetch_models(settings, Mute()).require_all()
    return settings


def digests(settings: Settings) -> Mapping[str, str]:
    """Return the digest of each model that a run loads, by its name."""
    store = bootstrap.model_store(settings)
    return {model.name: store.digest(model) for model in bootstrap.used_models(settings)}
