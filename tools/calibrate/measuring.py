"""What a measurement is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from swaddle.kernel.geometry import Floats
from swaddle.settings import Settings

from .operating import Acts, Sample


@dataclass(frozen=True, slots=True)
class Data:
    """Material that something was measured on."""

    name: str
    count: str
    """How much of what."""
    digest: str
    """SHA-256 of the pictures, its first twelve digits."""


@dataclass(frozen=True, slots=True)
class Bench:
    """With what is measured."""

    settings: Settings
    shared: Path
    """Folder of the development data."""
    people: int
    """Rendered people for each condition."""


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """Both sides of one threshold."""

    threshold: str
    """Module below `swaddle` and name."""
    acts: Acts
    quantity: str
    guarded: Sample
    spared: Sample
    data: tuple[Data, ...]


@dataclass(slots=True)
class Sides:
    """Collects both sides of one threshold."""

    threshold: str
    acts: Acts
    quantity: str
    guarded: str
    """What it must act on."""
    spared: str
    """What it should leave."""
    _guarded: list[tuple[float, str]] = field(default_factory=list)
    _backed: list[tuple[float, str]] = field(default_factory=list)
    _spared: list[tuple[float, str]] = field(default_factory=list)

    def guard(self, value: float, unit: str, *, alone: bool = True) -> None:
        """Take a value on which the threshold must act; `alone`: no other threshold does."""
        (self._guarded if alone else self._backed).append((value, unit))

    def spare(self, value: float, unit: str) -> None:
        """Take a value that the threshold should leave."""
        self._spared.append((value, unit))

    @property
    def complete(self) -> bool:
        """Whether there is something on both sides."""
        return bool((self._guarded or self._backed) and self._spared)

    def done(self, *data: Data) -> Measurement:
        """Return the measurement."""
        guarded = Sample(self.guarded, *_columns(self._guarded or self._backed))
        if self._guarded and self._backed:
            guarded = replace(guarded, what=f"{self.guarded}, of which nothing else says so")
        elif self._backed:
            what = f"{self.guarded}, of all of which something else says so"
            guarded = replace(guarded, what=what, backed=True)
        return Measurement(
            self.threshold,
            self.acts,
            self.quantity,
            guarded,
            Sample(self.spared, *_columns(self._spared)),
            data,
        )


Measure = Callable[[Bench], Iterator[Measurement]]


def _columns(
    rows: list[tuple[float, str]],
) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.str_]]]:
    return np.array([v for v, _ in rows], np.float64), np.array([u for _, u in rows], np.str_)
