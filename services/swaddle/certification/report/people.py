"""What the report shows of each person: lanes over time, and curves of head, eyes and mouth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from swaddle.certification.manifest import SubjectFacts
from swaddle.certification.tally import SubjectTally
from swaddle.kernel.plan import Action, SubjectPlan

from .plots import (
    Curve,
    Run,
    evidence_lane,
    limits_of,
    panel,
    treatment_lane,
    treatment_runs,
)
from .wording import AGES, DONE, METHODS, between, clock, known_reason, percent, short

MOST_ROWS: Final = 40
"""Periods that a person's table lists."""
MOST_LANES: Final = 40
MOST_CURVES: Final = 6
"""People that are drawn; those who are seen longest come first."""

WORDS: Final = {
    "swap": "replaced by a synthetic face",
    "stand_in": "replaced by the stand-in's face",
    "cover": "covered",
    "black": "whole picture black",
    "exempt": "left as it is",
    "blur": "blurred",
    "pixelate": "pixelated",
    "blackout": "blacked out",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A row of a person's table."""

    when: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing with what its axis says."""

    title: str
    unit: str
    top: str
    bottom: str
    drawing: Markup
    legend: tuple[tuple[str, str], ...]
    """Style and name of each line."""


@dataclass(frozen=True, slots=True)
class Person:
    """Everything about one person."""

    name: str
    title: str
    age: str
    method: str
    summary: str
    treatment: Markup
    evidence: Markup
    periods: tuple[Period, ...]
    more: int
    """Periods that the table leaves out."""
    panels: tuple[Panel, ...]


def people(
    subjects: Sequence[tuple[SubjectFacts, SubjectPlan, SubjectTally]],
) -> list[Person]:
    """Return those who are drawn, in the order of the plan."""
    longest = sorted(subjects, key=lambda one: -one[2].faces)
    drawn = {facts.subject for facts, _, _ in longest[:MOST_LANES]}
    curved = {facts.subject for facts, _, _ in longest[:MOST_CURVES]}
    return [
        _person(number, facts, plan, tally, curves=facts.subject in curved)
        for number, (facts, plan, tally) in enumerate(subjects, start=1)
        if facts.subject in drawn
    ]


def _person(
    number: int, facts: SubjectFacts, plan: SubjectPlan, tally: SubjectTally, *, curves: bool
) -> Person:
    periods = [_period(run, plan, tally) for run in treatment_runs(tally)]
    return Person(
        name=facts.subject,
        title=f"Person {number}",
        age=AGES[facts.age_group],
        method=METHODS[facts.method],
        summary=_summary(facts),
        treatment=treatment_lane(tally),
        evidence=evidence_lane(tally),
        periods=tuple(periods[:MOST_ROWS]),
        more=max(0, len(periods) - MOST_ROWS),
        panels=tuple(_panels(tally)) if curves and facts.faces else (),
    )


def _summary(facts: SubjectFacts) -> str:
    if facts.first_s is None or facts.last_s is None:
        return "The face is in no frame."
    parts = [
        f"{words} in {percent(count / facts.faces)}"
        for words, count in (
            (DONE[facts.method], facts.swapped),
            ("of these by the stand-in", facts.stand_ins),
            ("covered" if facts.method == "cover" else "covered instead", facts.covered),
            ("left as it is", facts.exempt),
        )
        if count
    ]
    seen = f"Face known in {facts.faces:,} frames, {between(facts.first_s, facts.last_s)}"
    return f"{seen}: {', '.join(parts)}." if parts else f"{seen}."


def _period(run: Run, plan: SubjectPlan, tally: SubjectTally) -> Period:
    edges, stretches = tally.stretches.edges, tally.stretches
    low = run.first * stretches.frames // stretches.count
    high = (run.last + 1) * stretches.frames // stretches.count - 1
    reasons = [
        known_reason(span.reason)
        for track in plan.tracks
        for span in track.spans
        if span.action is Action.COVER and span.first_frame <= high and span.last_frame >= low
    ]
    why = "; ".join(dict.fromkeys(filter(None, reasons))) if run.kind == "cover" else ""
    when = f"{clock(edges[run.first])} to {clock(edges[run.last + 1])}"
    return Period(when, WORDS[run.kind], why)


def _panels(tally: SubjectTally) -> Iterator[Panel]:
    pose = (("yaw", "one", "turned (yaw)"), ("pitch", "two", "nodded (pitch)"))
    sides = (("left", "one", "eye on the left"), ("right", "two", "eye on the right"))
    yield _panel(tally, "Head pose", "degrees", 15.0, (*pose, ("roll", "three", "tilted (roll)")))
    yield _panel(
        tally,
        "Open eyes",
        "gap between the lids, in eye widths",
        0.1,
        tuple((f"eye_openness_{side}", style, name) for side, style, name in sides),
        within=(0.0, 0.5),
    )
    for axis, title, ends in (
        ("horizontal", "Gaze, sideways", "-1 left corner, 1 right corner"),
        ("vertical", "Gaze, up and down", "-1 lower lid, 1 upper lid"),
    ):
        yield _panel(
            tally,
            title,
            ends,
            1.0,
            tuple((f"gaze_{axis}_{side}", style, name) for side, style, name in sides),
            within=(-1.0, 1.0),
        )
    yield _panel(
        tally,
        "Mouth",
        "opening in mouth widths; width in eye distances",
        0.25,
        (("mouth_openness", "one", "opening"), ("mouth_width", "two", "width")),
        within=(0.0, 0.75),
    )


def _panel(
    tally: SubjectTally,
    title: str,
    unit: str,
    step: float,
    lines: Sequence[tuple[str, str, str]],
    within: tuple[float, float] | None = None,
) -> Panel:
    values = [tally.curve(name) for name, _, _ in lines]
    limits = limits_of(values, step) if within is None else _widened(values, within, step)
    curves = [Curve(v, style) for v, (_, style, _) in zip(values, lines, strict=True)]
    return Panel(
        title=title,
        unit=unit,
        top=short(limits[1]),
        bottom=short(limits[0]),
        drawing=panel(curves, tally.stretches.edges, limits),
        legend=tuple((style, name) for _, style, name in lines),
    )


def _widened(
    values: Sequence[NDArray[np.float64]], within: tuple[float, float], step: float
) -> tuple[float, float]:
    """Return usual limits, wider where a value lies outside: plots then compare at a glance."""
    low, high = limits_of(values, step)
    return min(low, within[0]), max(high, within[1])
