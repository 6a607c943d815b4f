"""What evaluation needs that no other service does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from swaddle.kernel.geometry import Floats
from swaddle.kernel.ports import Columns


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One signal over time."""

    name: str
    times: Floats
    values: Floats
    """NaN where there is none: the line breaks."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Curves on common axes."""

    title: str
    unit: str
    curves: Sequence[Curve]


class Plotter(Protocol):
    """Draws."""

    def draw(self, panels: Sequence[Panel]) -> str:
        """Return the panels below each other, on one time axis, as SVG without a prologue."""
        ...


class TableWriter(Protocol):
    """Writes tables for people and their programs."""

    def write(self, sink: BinaryIO, columns: Columns, about: Mapping[str, str]) -> None:
        """Write columns of equal length, and what the file says of itself."""
        ...
