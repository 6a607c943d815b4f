"""Puts the page together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from swaddle.evaluation.assessing import Material, Version
from swaddle.evaluation.figures import BY_NAME, Definition, Estimate, Figure
from swaddle.evaluation.ports import Curve, Panel, Plotter
from swaddle.evaluation.result import Evaluation
from swaddle.evaluation.trajectories import signals

LARGEST_COUNT: Final = 1e9
"""What is larger is no count of frames, faces or pairs."""

MOST_TRACKS: Final = 4
"""Tracks whose curves are drawn, the longest first."""

SHOWN: Final = (
    ("yaw", "Head: turn", "degrees"),
    ("pitch", "Head: nod", "degrees"),
    ("eye_openness_left", "Eye openness, left in the picture", "eye widths"),
    ("gaze_horizontal_left", "Gaze, horizontal, left eye in the picture", "half eyes"),
    ("mouth_openness", "Mouth openness", "mouth widths"),
    ("brow_height_left", "Brow height, left in the picture", "eye distances"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as it is printed."""

    definition: Definition
    measured: str
    interval: str
    reencoded: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The curves of one track."""

    title: str
    plot: Markup


def page(
    evaluation: Evaluation, curves: Sequence[tuple[str, Sequence[Panel]]], plotter: Plotter
) -> bytes:
    """Return the page: UTF-8, without scripts. `curves`: a title and panels for each track."""
    environment = Environment(
        loader=PackageLoader("swaddle.evaluation.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = [
        # Of our own plotter, from numbers: no text of a stranger's is in it.
        Drawn(title, Markup(plotter.draw(panels)))  # noqa: S704
        for title, panels in curves
    ]
    template = environment.get_template("evaluation.html")
    return template.render(
        told=evaluation,
        groups=[(name, list(rows)) for name, rows in _groups(evaluation.figures)],
        drawn=drawn,
    ).encode()


def curves(material: Material, version: Version) -> list[tuple[str, Sequence[Panel]]]:
    """Return the curves of the longest tracks, before and after."""
    original = material.original
    tracks, counts = np.unique(original.track[original.found], return_counts=True)
    longest = tracks[np.argsort(-counts, kind="stable")][:MOST_TRACKS].tolist()
    return [(f"Track {track}", list(_panels(material, version, track))) for track in longest]


def _panels(material: Material, version: Version, track: int) -> Iterator[Panel]:
    rows = np.flatnonzero(material.original.track == track)
    times = material.original.time_s[rows]
    measured = {}
    for name, video in (("original", material.original), ("anonymized", version.seen)):
        found = video.found[rows]
        measured[name] = {
            key: np.where(found, values, np.nan)
            for key, values in signals(video.landmarks[rows], video.irises[rows]).items()
        }
    for key, title, unit in SHOWN:
        drawn = [Curve(name, times, values[key]) for name, values in measured.items()]
        yield Panel(title, unit, drawn)


def _groups(figures: Sequence[Figure]) -> Iterator[tuple[str, Iterator[Row]]]:
    for group, members in groupby(figures, lambda figure: BY_NAME[figure.name].group):
        yield group, (_row(figure) for figure in list(members))


def _row(figure: Figure) -> Row:
    return Row(
        definition=BY_NAME[figure.name],
        measured=printed(figure.measured),
        interval=interval(figure.measured),
        reencoded=printed(figure.reencoded),
    )


def printed(estimate: Estimate | None) -> str:
    """Return a number as people read it; a dash where there is none."""
    if estimate is None:
        return "\u2013"
    value = estimate.value
    whole = value == round(value) and abs(value) < LARGEST_COUNT
    return f"{value:,.0f}" if whole else f"{value:.3f}"


def interval(estimate: Estimate | None) -> str:
    """Return the 95 % interval; nothing where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:.3f} to {estimate.high:.3f}"
