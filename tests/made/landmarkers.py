"""Landmarkers that say the same of every picture."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from swaddle.adapters.onnx.face_landmarker import FAMILIES
from swaddle.kernel.canonical_face import POINTS
from swaddle.kernel.geometry import Floats

from .catalogues import entry
from .graphs import node, written

LANDMARKER = "onnx://made_landmarker"
CELLS = 64
PEAK = 0.9


def _amid(family: str) -> Floats:
    """Return the points of the canonical face amid the square of a family, in 0..1: (n, 2)."""
    known = FAMILIES[family]
    canonical = np.array(POINTS)[:, :2]
    low, high = canonical.min(axis=0), canonical.max(axis=0)
    scale = known.reach * (high - low).max()
    places = np.full((known.scheme.points, 2), 0.5)
    places[list(known.scheme.chosen)] = (
        0.5 + (canonical[list(known.scheme.mesh)] - (low + high) / 2) / scale
    )
    return places


def sure(folder: Path) -> Path:
    """Write a 2DFAN-4 that surely sees the average face amid every picture."""
    rows = np.floor(_amid("2dfan4") * CELLS).astype(int)
    maps = np.zeros((1, len(rows), CELLS, CELLS), np.float32)
    maps[0, np.arange(len(rows)), rows[:, 1], rows[:, 0]] = PEAK
    return _saying(folder / "sure.onnx", 256, maps)


def unsure(folder: Path) -> Path:
    """Write a SPIGA that invents the average face amid every picture: its two looks disagree."""
    return _saying(folder / "unsure.onnx", 256, _amid("spiga98")[None].astype(np.float32))


def no_number(folder: Path) -> Path:
    """Write a 2DFAN-4 whose heat maps are no numbers."""
    maps = np.full((1, 68, CELLS, CELLS), np.nan, np.float32)
    return _saying(folder / "no_number.onnx", 256, maps)


def made_landmarker(catalogue: Path, network: Callable[[Path], Path], family: str) -> Path:
    """Add a landmarker to a catalogue, or begin one with it; return the catalogue."""
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    with catalogue.open("a") as text:
        text.write(entry(network(catalogue.parent), "made_landmarker", family))
    return catalogue


def _saying(path: Path, side: int, said: Floats) -> Path:
    return written(
        path,
        [node("Identity", "said", "output")],
        {"picture": [1, 3, side, side]},
        {"output": list(said.shape)},
        {"said": said},
    )
