"""
The observations of a whole video, without their heavy columns.

Landmarks and pictures stay in the tables they came in; a row's address tells where.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.blobs import Blob
from swaddle.kernel.geometry import Floats
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import NO_TRACKLET, OBSERVATIONS, column

LIGHT: Final = (
    *("frame", "tracklet", "tail", "source", "score", "presence", "quality"),
    *("box", "meshed"),
)

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """One entry for each face and frame, by frame, then tracklet."""

    frame: Indices
    tracklet: Indices
    tail: NDArray[np.bool_]
    detected: NDArray[np.bool_]
    score: Floats
    presence: Floats
    quality: Floats
    """Of the row's portrait; 0 without one."""
    box: Floats
    """(n, 4)."""
    meshed: NDArray[np.bool_]
    table: Indices
    """Which of the tables the row stands in."""
    row: Indices
    """Which row of that table it is."""
    extension: NDArray[np.bool_]
    """The row was added by following an edge."""
    cuts: tuple[int, ...]
    """Frames that begin a new scene."""

    def __len__(self) -> int:
        return len(self.frame)

    def chosen(self, which: NDArray[Any]) -> "Sightings":
        """Return some of the entries."""
        arrays = {name: getattr(self, name)[which] for name in _ARRAYS}
        return Sightings(**arrays, cuts=self.cuts)

    def scene_of(self, frame: int) -> int:
        """Return the number of the scene a frame belongs to."""
        return int(np.searchsorted(self.cuts, frame, side="right"))


_ARRAYS: Final = (
    *("frame", "tracklet", "tail", "detected", "score", "presence", "quality"),
    *("box", "meshed", "table", "row", "extension"),
)

_COPIED: Final = ("frame", "tracklet", "tail", "score", "presence", "quality", "box", "meshed")

Reader = Callable[[Blob, Sequence[str]], Columns]


def gather(blobs: Sequence[Blob], extensions_from: int, read: Reader) -> Sightings:
    """Read the light columns of all tables; those from `extensions_from` on are extensions."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in _ARRAYS}
    cuts: set[int] = set()
    for number, blob in enumerate(blobs):
        stored = read(blob, LIGHT)
        light = {name: column(stored, name, OBSERVATIONS) for name in LIGHT}
        faces = light["tracklet"] != NO_TRACKLET
        cuts.update(light["frame"][~faces].tolist())
        rows = np.flatnonzero(faces)
        for name in _COPIED:
            parts[name].append(light[name][rows])
        parts["detected"].append(light["source"][rows] == 0)
        parts["table"].append(np.full(len(rows), number))
        parts["row"].append(rows)
        parts["extension"].append(np.full(len(rows), number >= extensions_from))
    joined = {name: np.concatenate(part) for name, part in parts.items()}
    for name in ("frame", "tracklet", "table", "row"):
        joined[name] = joined[name].astype(np.int64)
    order = np.lexsort((joined["tracklet"], joined["frame"]))
    return Sightings(**{n: a[order] for n, a in joined.items()}, cuts=tuple(sorted(cuts)))
