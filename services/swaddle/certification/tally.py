"""
What is left of a feature table when it has been written: sums for report and manifest.

A video is divided into at most a few hundred stretches of equal length, so that the memory and the
plots of an hour are those of a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import REGIONS, Rendered, Source, column
from swaddle.kernel.video import Layout

from .features import NO_TRACK

STRETCHES: Final = 600
"""More than a plot has pixels on a telephone, and one for each frame of twenty seconds."""

CURVES: Final = (
    *("yaw", "pitch", "roll"),
    *("eye_openness_left", "eye_openness_right"),
    *("gaze_horizontal_left", "gaze_horizontal_right"),
    *("gaze_vertical_left", "gaze_vertical_right"),
    *("mouth_openness", "mouth_width"),
)
"""Measures that the report draws."""

RENDERED: Final = tuple(meaning.name.lower() for meaning in Rendered)
SOURCES: Final = tuple(meaning.name.lower() for meaning in Source)


@dataclass(frozen=True, slots=True)
class Stretches:
    """How a video is divided."""

    frames: int
    count: int
    edges: NDArray[np.float64]
    """(count + 1,): where each begins, in seconds; the last value is the end of the video."""

    @classmethod
    def of(cls, layout: Layout) -> "Stretches":
        """Divide a video; a short one has a stretch for each frame."""
        profile = layout.profile
        count = min(STRETCHES, profile.frames)
        firsts = [index * profile.frames // count for index in range(count)]
        begin = layout.timestamps[0]
        end = layout.timestamps[-1] + profile.last_duration
        ticks = [*(layout.timestamps[first] - begin for first in firsts), end - begin]
        seconds = [float(tick * profile.time_base) for tick in ticks]
        return cls(profile.frames, count, np.array(seconds))

    @property
    def duration_s(self) -> float:
        """How long the video takes."""
        return float(self.edges[-1])

    def index(self, frames: NDArray[Any]) -> NDArray[np.int64]:
        """Return the stretch of each frame."""
        # The inverse of `index * frames // count` in `of`.
        return ((frames.astype(np.int64) + 1) * self.count - 1) // self.frames


@dataclass(slots=True, eq=False)
class SubjectTally:
    """What happened to one person."""

    stretches: Stretches
    rendered: NDArray[np.int32] = field(init=False)
    """(stretches, values of Rendered): faces."""
    sources: NDArray[np.int32] = field(init=False)
    """(stretches, values of Source): faces."""
    first_s: float = np.inf
    last_s: float = -np.inf
    faces: int = 0
    _sums: NDArray[np.float64] = field(init=False)
    _counts: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        count = self.stretches.count
        self.rendered = np.zeros((count, len(RENDERED)), np.int32)
        self.sources = np.zeros((count, len(SOURCES)), np.int32)
        self._sums = np.zeros((count, len(CURVES)))
        self._counts = np.zeros((count, len(CURVES)), np.int32)

    def add(self, rows: Columns) -> None:
        """Count some of the person's rows."""
        places = self.stretches.index(rows["frame"])
        _count(self.rendered, places, rows["rendered_as"], RENDERED)
        _count(self.sources, places, rows["source"], SOURCES)
        for index, name in enumerate(CURVES):
            told = np.isfinite(rows[name])
            np.add.at(self._sums[:, index], places[told], rows[name][told])
            np.add.at(self._counts[:, index], places[told], 1)
        self.faces += len(places)
        self.first_s = min(self.first_s, float(rows["time_s"].min()))
        self.last_s = max(self.last_s, float(rows["time_s"].max()))

    def curve(self, name: str) -> NDArray[np.float64]:
        """Return the mean of a measure in each stretch, NaN where there is none: (stretches,)."""
        index = CURVES.index(name)
        sums, counts = self._sums[:, index], self._counts[:, index]
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    def of_kind(self, kind: Rendered) -> int:
        """Return how many of the person's faces were treated so."""
        return int(self.rendered[:, kind].sum())

    @property
    def present(self) -> NDArray[np.bool_]:
        """In which stretches the person's face is known: (stretches,)."""
        return self.sources.sum(axis=1) > 0


@dataclass(slots=True, eq=False)
class Tally:
    """What happened in a video; told segment by segment."""

    stretches: Stretches
    subjects: dict[str, SubjectTally] = field(default_factory=dict)
    unnamed: SubjectTally = field(init=False)
    """Faces that belong to nobody in the plan."""
    black_frames: int = 0
    places: int = 0
    """Covers that belong to no face, counted in every frame."""

    def __post_init__(self) -> None:
        self.unnamed = SubjectTally(self.stretches)

    def add(self, rows: Columns, regions: Columns) -> None:
        """Count a segment: rows of FEATURES, and of REGIONS."""
        names = rows["subject"].tolist()
        for name in dict.fromkeys(names):
            mine = np.array([other == name for other in names])
            self._of(name).add({key: values[mine] for key, values in rows.items()})
        alone = column(regions, "track", REGIONS) == NO_TRACK
        kinds, frames = column(regions, "rendered", REGIONS), column(regions, "frame", REGIONS)
        self.places += int((alone & (kinds == Rendered.COVER)).sum())
        self.black_frames += len(set(frames[kinds == Rendered.BLACK].tolist()))

    def _of(self, name: str | None) -> SubjectTally:
        if name is None:
            return self.unnamed
        return self.subjects.setdefault(name, SubjectTally(self.stretches))

    def faces(self) -> Mapping[str, int]:
        """Return how many faces were treated how, over all frames and people."""
        everyone = [*self.subjects.values(), self.unnamed]
        return {kind.name.lower(): sum(one.of_kind(kind) for one in everyone) for kind in Rendered}

    @property
    def busy(self) -> NDArray[np.int64]:
        """How many people's faces are known in each stretch: (stretches,)."""
        everyone = [*self.subjects.values(), self.unnamed]
        return np.sum([one.present for one in everyone], axis=0)


def _count(
    table: NDArray[np.int32],
    places: NDArray[np.int64],
    words: NDArray[Any],
    meanings: tuple[str, ...],
) -> None:
    for index, meaning in enumerate(meanings):
        np.add.at(table[:, index], places[words == meaning], 1)
