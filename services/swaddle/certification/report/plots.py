"""
Plots as inline SVG, without text: labels stand in the page, so that they never shrink.

Each stretches to the width it gets; lines keep their width. Colours come from the style sheet by
class, so that one drawing serves light, dark and paper.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from swaddle.certification.tally import RENDERED, SubjectTally
from swaddle.kernel.tables import Rendered, Source

WIDTH: Final = 1000
LANE: Final = 20

NOTEWORTHY: Final = (
    Rendered.EXEMPT,
    Rendered.BLACK,
    Rendered.COVER,
    Rendered.BLACKOUT,
    Rendered.PIXELATE,
    Rendered.BLUR,
    Rendered.STAND_IN,
    Rendered.SWAP,
)
"""Where a stretch holds several treatments, the first of these is drawn."""

LOWER: Final = {"swap": 0.4, "stand_in": 0.2}
"""Share of the lane that stays free above a treatment: height tells them apart."""

TICKS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
"""Seconds between the labels of an axis."""
MOST_TICKS: Final = 7
LAST_TICK: Final = 0.94
"""Share of the width behind which there is no room for a label."""

WRAPS_FROM: Final = 180.0
"""Degrees between two values from which an angle went round: no line is drawn."""


@dataclass(frozen=True, slots=True)
class Run:
    """Stretches that are alike."""

    kind: str
    first: int
    last: int
    """Both inclusive."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a panel."""

    values: NDArray[np.float64]
    style: str
    """Its class in the style sheet."""


def treatment_runs(tally: SubjectTally) -> list[Run]:
    """Return what was done to a person, in runs; stretches without the face are left out."""
    kinds = np.full(tally.stretches.count, -1)
    for kind in reversed(NOTEWORTHY):
        kinds[tally.rendered[:, kind] > 0] = kind
    return [Run(RENDERED[kind], first, last) for kind, first, last in _runs(kinds) if kind >= 0]


def treatment_lane(tally: SubjectTally) -> Markup:
    """Draw what was done to a person, over time."""
    svg = _svg(LANE)
    for run in treatment_runs(tally):
        # Height tells treatments apart where colours cannot.
        low = LANE * LOWER.get(run.kind, 0.0)
        _block(svg, tally, run.first, run.last, (low, LANE), f"fill-{run.kind}")
    return _markup(svg)


def evidence_lane(tally: SubjectTally) -> Markup:
    """Draw how a person's face was known, over time."""
    svg = _svg(LANE)
    counts = tally.sources
    kinds = np.full(tally.stretches.count, -1)
    kinds[(counts[:, Source.DETECTED] + counts[:, Source.TRACKED]) > 0] = Source.TRACKED
    for kind in (Source.EXTENDED, Source.INTERPOLATED):
        kinds[(counts[:, kind] > 0) & (kinds < 0)] = kind
    for value, first, last in _runs(kinds):
        if value >= 0:
            style = f"fill-{Source(value).name.lower()}"
            _block(svg, tally, first, last, (LANE * 0.4, LANE), style)
    for index in np.flatnonzero(counts[:, Source.DETECTED]).tolist():
        _block(svg, tally, index, index, (0.0, LANE), "fill-detected")
    return _markup(svg)


def panel(curves: Sequence[Curve], edges: NDArray[Any], limits: tuple[float, float]) -> Markup:
    """Draw lines over time; `edges` are those of the stretches, `limits` the values shown."""
    height = 100
    svg = _svg(height)
    low, high = limits
    if low < 0 < high:
        level = f"{height * high / (high - low):.1f}"
        ET.SubElement(
            svg, "line", {"class": "zero", "x1": "0", "x2": f"{WIDTH}", "y1": level, "y2": level}
        )
    middles = (edges[:-1] + edges[1:]) / 2 * WIDTH / edges[-1]
    for curve in curves:
        heights = height * (high - np.clip(curve.values, low, high)) / (high - low)
        path = _line(middles, heights, curve.values)
        if path:
            ET.SubElement(svg, "path", {"class": f"line {curve.style}", "d": path})
    return _markup(svg)


def hill(mean: float, deviation: float, limits: tuple[float, float]) -> Markup:
    """Draw how values with this mean and deviation are spread between two limits."""
    height = 100
    low, high = limits
    svg = _svg(height)
    values = np.linspace(low, high, 161)
    tall = np.exp(-0.5 * ((values - mean) / deviation) ** 2)
    x, y = (values - low) / (high - low) * WIDTH, height * (1 - 0.9 * tall)
    corners = " ".join(f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    ET.SubElement(svg, "path", {"class": "hill", "d": f"M0 {height}L{corners}L{WIDTH} {height}Z"})
    return _markup(svg)


def findings_lane(periods: Sequence[tuple[float, float]], duration_s: float) -> Markup:
    """Draw when something was found: `periods` are first and last times, in seconds."""
    svg = _svg(LANE)
    for first, last in periods:
        x0, x1 = (WIDTH * min(1.0, time / max(duration_s, 1e-9)) for time in (first, last))
        width = max(x1 - x0, 4.0)
        attributes = {"class": "fill-exempt", "x": f"{min(x0, WIDTH - width):.2f}"}
        ET.SubElement(
            svg, "rect", {**attributes, "width": f"{width:.2f}", "y": "0", "height": f"{LANE}"}
        )
    return _markup(svg)


def limits_of(values: Sequence[NDArray[np.float64]], step: float) -> tuple[float, float]:
    """Return limits that hold all values, as multiples of `step`; always some way apart."""
    told = np.concatenate(values)
    told = told[np.isfinite(told)]
    if not len(told):
        return -step, step
    low = float(np.floor(told.min() / step) * step)
    high = float(np.ceil(told.max() / step) * step)
    return (low, high) if high > low else (low - step, high + step)


def ticks(duration_s: float) -> list[tuple[float, float]]:
    """Return the places (share of the width) and times (seconds) of an axis' labels."""
    if duration_s <= 0:
        return [(0.0, 0.0)]
    step = next((t for t in TICKS if duration_s / t <= MOST_TICKS), duration_s / MOST_TICKS)
    # A label at the very end would stand outside.
    count = int(LAST_TICK * duration_s / step + 1e-9)
    return [(index * step / duration_s, index * step) for index in range(count + 1)]


def _runs(kinds: NDArray[Any]) -> list[tuple[int, int, int]]:
    borders = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist(), len(kinds)]
    return [(int(kinds[low]), low, high - 1) for low, high in itertools.pairwise(borders)]


def _line(x: NDArray[Any], y: NDArray[Any], values: NDArray[np.float64]) -> str:
    parts = []
    before = np.nan
    for across, down, value in zip(x.tolist(), y.tolist(), values.tolist(), strict=True):
        if np.isfinite(value):
            goes_on = np.isfinite(before) and abs(value - before) < WRAPS_FROM
            # A dot where a line has no neighbour: a round cap makes it visible.
            parts.append(f"{'L' if goes_on else 'M'}{across:.1f} {down:.1f}")
            if not goes_on:
                parts.append("h0")
        before = value
    return "".join(parts)


def _block(
    svg: ET.Element,
    tally: SubjectTally,
    first: int,
    last: int,
    rows: tuple[float, float],
    style: str,
) -> None:
    edges = tally.stretches.edges * WIDTH / tally.stretches.duration_s
    x0, x1 = float(edges[first]), float(edges[last + 1])
    attributes = {
        "class": style,
        "x": f"{x0:.2f}",
        # What is short must still be seen.
        "width": f"{max(x1 - x0, 1.5):.2f}",
        "y": f"{rows[0]:.1f}",
        "height": f"{rows[1] - rows[0]:.1f}",
    }
    ET.SubElement(svg, "rect", attributes)


def _svg(height: int) -> ET.Element:
    return ET.Element(
        "svg",
        {"viewBox": f"0 0 {WIDTH} {height}", "preserveAspectRatio": "none", "aria-hidden": "true"},
    )


def _markup(svg: ET.Element) -> Markup:
    # Made of elements, so that there is nothing in it that was not escaped.
    return Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704 - see above
