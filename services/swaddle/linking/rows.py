"""The heavy columns of sightings, fetched from the tables they stand in."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.blobs import Blob
from swaddle.kernel.frames import Image, from_jpeg
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import OBSERVATIONS, column

from .sightings import Indices, Reader, Sightings

HEAVY: Final = (
    *("landmarks", "irises", "sharpness", "crop", "region", "hands", "hand_scores"),
    *("score", "presence", "meshed"),
)
KEPT: Final = 4
"""Tables that stay in memory: a segment, its neighbours and one of extensions."""


@dataclass(slots=True)
class Rows:
    """Reads rows by address; keeps the last few tables."""

    sightings: Sightings
    blobs: Sequence[Blob]
    read: Reader
    _tables: OrderedDict[int, Columns] = field(default_factory=OrderedDict)

    def of(self, entries: Indices) -> dict[str, NDArray[Any]]:
        """Return the heavy columns of some sightings; an entry of -1 gives a row of zeros."""
        result: dict[str, NDArray[Any]] = {}
        for name in HEAVY:
            kind, shape = OBSERVATIONS[name]
            result[name] = np.zeros((len(entries), *shape), kind)
        known = np.flatnonzero(entries >= 0)
        tables = self.sightings.table[entries[known]]
        for table in np.unique(tables).tolist():
            mine = known[tables == table]
            stored = self._table(table)
            rows = self.sightings.row[entries[mine]]
            for name in HEAVY:
                result[name][mine] = column(stored, name, OBSERVATIONS)[rows]
        return result

    def portraits(self, entries: Indices) -> dict[int, Image]:
        """Return the portraits among some sightings, by entry."""
        found: dict[int, Image] = {}
        for table in np.unique(self.sightings.table[entries]).tolist():
            mine = entries[self.sightings.table[entries] == table]
            pictures = self.read(self.blobs[table], ("portrait",))["portrait"]
            for entry in mine.tolist():
                encoded = pictures[self.sightings.row[entry]]
                if encoded:
                    found[entry] = from_jpeg(encoded)
        return found

    def _table(self, number: int) -> Columns:
        if number not in self._tables:
            self._tables[number] = self.read(self.blobs[number], HEAVY)
            while len(self._tables) > KEPT:
                self._tables.popitem(last=False)
        self._tables.move_to_end(number)
        return self._tables[number]
