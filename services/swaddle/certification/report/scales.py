"""Figures on a scale: marks on a line, before the hill of what is usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup

from swaddle.certification.manifest import SubjectFacts
from swaddle.kernel.findings import Findings, SubjectFigures
from swaddle.kernel.recognition import SAME_PERSON_DEVIATIONS

from .plots import hill
from .wording import apartness, figure, likeness, steadiness

SIMILARITY: Final = (-0.6, 1.0)
"""From where nearly all pairs of adults lie (0 ± 0.25) to the same picture."""
CORRELATION: Final = (0.0, 1.0)
STEP: Final = 0.2

MOST: Final = 24
"""People who are drawn; all are in the manifest."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure."""

    style: str
    """Its class in the style sheet."""
    name: str
    value: str
    place: float
    """Percent of the width."""
    reading: str = ""
    """What it says."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A line with marks."""

    drawing: Markup | None
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    """Percent of the width, and the label."""
    limit: float | None = None
    """Percent of the width from which values are unusual."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the recogniser makes of one person."""

    name: str
    title: str
    scale: Scale


def likenesses(
    gate: Findings, subjects: Sequence[SubjectFacts]
) -> tuple[list[Likeness], list[str]]:
    """Return the people whose faces were compared, and the titles of those whose were not."""
    titles = {facts.subject: f"Person {number}" for number, facts in enumerate(subjects, start=1)}
    known = [figures for figures in gate.subjects if figures.subject_id in titles]
    seen = [figures for figures in known if figures.to_source is not None]
    drawn = [
        Likeness(figures.subject_id, titles[figures.subject_id], _similarities(figures))
        for figures in seen[:MOST]
    ]
    return drawn, [titles[f.subject_id] for f in known if f.to_source is None]


def detail(gate: Findings) -> Scale:
    """Return how the fine detail of the output follows that of the original."""
    low, high = CORRELATION
    marks = (
        ("dot", "rendered faces", gate.face_detail, "95 % of the samples lie below"),
        ("square", "where nothing was changed", gate.background_detail, "half of them lie below"),
    )
    return Scale(
        drawing=None,
        marks=tuple(
            Mark(style, name, figure(value), _percent(value, low, high), reading)
            for style, name, value, reading in marks
        ),
        ticks=_ticks(low, high),
    )


def _similarities(figures: SubjectFigures) -> Scale:
    low, high = SIMILARITY
    usual = (figures.stranger_mean, figures.stranger_deviation)
    marks = (
        ("dot", "before and after", figures.to_source, likeness(figures)),
        ("square", "the new face with itself", figures.within_output, steadiness(figures)),
        ("hollow", "the real face with itself", figures.within_source, ""),
        ("triangle", "nearest other new face", figures.to_other_subjects, apartness(figures)),
    )
    return Scale(
        drawing=hill(*usual, SIMILARITY),
        marks=tuple(
            Mark(style, name, figure(value), _percent(value, low, high), reading)
            for style, name, value, reading in marks
            if value is not None
        ),
        ticks=_ticks(low, high),
        limit=_percent(usual[0] + SAME_PERSON_DEVIATIONS * usual[1], low, high),
    )


def _ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    values = np.arange(low, high + STEP / 2, STEP).tolist()
    return tuple((_percent(value, low, high), figure(value, 1)) for value in values)


def _percent(value: float, low: float, high: float) -> float:
    return 100 * min(1.0, max(0.0, (value - low) / (high - low)))
