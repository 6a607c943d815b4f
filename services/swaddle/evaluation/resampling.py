"""
How far a figure can be trusted: the bootstrap.

Neighbouring frames of a face are nearly the same frame, so they are not drawn one by one: a unit
is one second of one track (the block bootstrap: Kuensch, Annals of Statistics 17(3), 1989).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats

from .figures import Estimate

DRAWS: Final = 400
"""Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, 13.3: a percentile interval
needs some hundreds."""

TAIL_PERCENT: Final = 2.5
"""Outside of the interval, at either end."""

SEED: Final = 2026
"""Fixed, so that the same files give the same figures."""

FEWEST: Final = 2
"""Of one unit nobody can say how it varies."""

Statistic = Callable[[Floats], float]
"""From a weight for each unit, 1 where each counts once, to the figure; NaN where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Which unit each row belongs to."""

    member: NDArray[np.int_]
    """(n,): 0 to count - 1."""
    count: int

    @classmethod
    def of(cls, tracks: NDArray[np.int_], seconds: Floats) -> "Units":
        """Make a unit of each second of each track."""
        names = np.column_stack([tracks, np.floor(seconds)])
        found, member = np.unique(names, axis=0, return_inverse=True)
        return cls(member.reshape(-1), len(found))

    def sums(self, values: Floats) -> Floats:
        """Return the sum over each unit: (n,) or (n, k) -> (count,) or (count, k)."""
        totals = np.zeros((self.count, *values.shape[1:]))
        np.add.at(totals, self.member, values)
        return totals


def estimate(statistic: Statistic, units: Units) -> Estimate | None:
    """Return a figure with its 95 % interval, or None where the rows do not give one."""
    if not units.count:
        return None
    value = statistic(np.ones(units.count))
    if not np.isfinite(value):
        return None
    rows = len(units.member)
    if units.count < FEWEST:
        return Estimate(value=value, rows=rows)
    evenly = np.full(units.count, 1 / units.count)
    draws = np.random.default_rng(SEED).multinomial(units.count, evenly, DRAWS)
    values = np.array([statistic(draw.astype(np.float64)) for draw in draws])
    kept = values[np.isfinite(values)]
    low, high = np.percentile(kept, (TAIL_PERCENT, 100 - TAIL_PERCENT))
    return Estimate(value=value, low=float(low), high=float(high), rows=rows)


def mean(values: Floats, units: Units) -> Estimate | None:
    """Return the mean of some rows: (n,)."""
    totals, counts = units.sums(values), units.sums(np.ones(len(values)))

    def statistic(weights: Floats) -> float:
        rows = float(weights @ counts)
        return float(weights @ totals) / rows if rows else float("nan")

    return estimate(statistic, units)
