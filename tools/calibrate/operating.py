"""
What a threshold costs at its value, and what it should be.

A threshold acts on one side of its value: it takes something for a face, covers it, keeps two
people apart. What it must act on and does not is a *miss*; what it should leave and acts on is an
*alarm*. A miss may show a person, an alarm costs utility: the rule fails closed.

The rule. Neighbouring frames of one person are nearly the same frame, so a unit (a person, a
picture, a second of a track) counts once, with the value that is nearest to a miss. The largest
threshold that misses none of them is the smallest of these values, x1; how far beyond it the next
person may lie is told by the second smallest, x2. The threshold to take is x1 - (x2 - x1): Robson
and Whitlock, "Estimation of a truncation point", Biometrika 51, 1964. (Mirrored, where a threshold
acts below its value.) What it costs in alarms stands beside it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.evaluation.resampling import Units, mean
from swaddle.kernel.geometry import Floats

RULE_OF_THREE: Final = 3.0
"""Of n units without an event, the rate is below 3 / n with 95 % confidence (Hanley and
Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249, 1983); a bootstrap of
zeros would say that it is zero."""

SHOWN_PERCENTILES: Final = (0, 5, 50, 95, 100)


class Acts(StrEnum):
    """On which side of its value a threshold acts."""

    FROM = "from"
    """At the value and above."""
    BELOW = "below"


class Verdict(StrEnum):
    """What the material says of a value."""

    HOLDS = "holds"
    """Nothing is missed, and the rule would not ask for more."""
    TIGHT = "no margin"
    """Nothing is missed, but the next person may be."""
    MISSES = "misses"
    """Something of the material is missed."""
    BACKED = "others act"
    """Something is missed, but another threshold acts on all of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What was measured on one side."""

    what: str
    values: Floats
    """(n,)."""
    units: NDArray[np.str_]
    """(n,): what belongs together, by name."""
    backed: bool = False
    """Another threshold acts on all of it as well."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    """Of the values, how many are meant."""
    of: int
    units: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a threshold does at its value."""

    miss: Rate
    alarm: Rate
    same_from: float | None
    same_to: float | None
    """Between these no decision on the material changes; None: without end."""
    recommended: float
    alarm_there: float
    """Share of alarms at the recommended value."""
    verdict: Verdict


def acting(values: Floats, threshold: float, acts: Acts) -> NDArray[np.bool_]:
    """Return on which values a threshold acts: (n,)."""
    return values >= threshold if acts is Acts.FROM else values < threshold


def rate(chosen: NDArray[np.bool_], units: NDArray[np.str_]) -> Rate:
    """Return how many are chosen, with an interval by bootstrap over the units."""
    names, member = np.unique(units, return_inverse=True)
    found = mean(chosen.astype(np.float64), Units(member.reshape(-1), len(names)))
    if found is None:
        raise ValueError("nothing was measured")
    value = found.value
    low = value if found.low is None else found.low
    high = value if found.high is None else found.high
    bound = min(1.0, RULE_OF_THREE / len(names))
    if not chosen.any():
        high = bound
    if chosen.all():
        low = 1 - bound
    return Rate(value, low, high, int(chosen.sum()), len(chosen), len(names))


def judge(threshold: float, acts: Acts, guarded: Sample, spared: Sample) -> Judgement:
    """Return what a threshold costs, from what it must act on and what it should leave."""
    miss = rate(~acting(guarded.values, threshold, acts), guarded.units)
    alarm = rate(acting(spared.values, threshold, acts), spared.units)
    low, high = unchanged(threshold, np.concatenate([guarded.values, spared.values]))
    wanted = recommended(guarded, acts)
    stricter = threshold > wanted if acts is Acts.FROM else threshold < wanted
    missed = Verdict.BACKED if guarded.backed else Verdict.MISSES
    verdict = missed if miss.count else Verdict.TIGHT if stricter else Verdict.HOLDS
    there = float(acting(spared.values, wanted, acts).mean())
    return Judgement(miss, alarm, low, high, wanted, there, verdict)


def unchanged(threshold: float, values: Floats) -> tuple[float | None, float | None]:
    """
    Return between which values a threshold decides the same everywhere.

    Without the first and with the second: on either side of a threshold acts what equals it, or
    what is below.
    """
    below, rest = values[values < threshold], values[values >= threshold]
    return (
        float(below.max()) if len(below) else None,
        float(rest.min()) if len(rest) else None,
    )


def recommended(guarded: Sample, acts: Acts) -> float:
    """Return the threshold by the rule of this module."""
    sign = 1.0 if acts is Acts.FROM else -1.0
    nearest = np.sort(_of_units(sign * guarded.values, guarded.units))
    edge = nearest[0] if len(nearest) == 1 else nearest[0] - (nearest[1] - nearest[0])
    return float(sign * edge)


def percentiles(values: Floats) -> tuple[float, ...]:
    """Return smallest, 5 %, median, 95 % and largest."""
    return tuple(float(v) for v in np.percentile(values, SHOWN_PERCENTILES))


def _of_units(values: Floats, units: NDArray[np.str_]) -> Floats:
    """Return the smallest value of each unit."""
    names, member = np.unique(units, return_inverse=True)
    smallest = np.full(len(names), np.inf)
    np.minimum.at(smallest, member.reshape(-1), values)
    return smallest
