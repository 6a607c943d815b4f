"""What an evaluation says, as a file."""

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from swaddle.kernel.ports import Columns

from . import trajectories
from .assessing import Figures, Material, Version
from .figures import DEFINITIONS, Definition, Estimate, Figure

SCHEMA: Final = "swaddle.evaluation/1"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Exposure(_Value):
    """A face that shows, in one run of frames (both ends inclusive)."""

    track: int
    first_frame: int
    last_frame: int
    first_time_s: float
    last_time_s: float


class Evaluation(_Value):
    """One pair of videos."""

    schema_version: Literal["swaddle.evaluation/1"] = SCHEMA
    software: str
    name: str
    """Of the anonymized file."""
    frames: int
    duration_s: float
    faces: int
    """Faces of the original, one in one frame."""
    tracks: int
    subjects: int
    detector: str
    recogniser: str
    gallery: int | None
    """
    People among whom a face was looked for, those of the video not counted; None where there are
    none for this recogniser, and nobody was looked for.
    """
    figures: tuple[Figure, ...]
    exposures: tuple[Exposure, ...]

    def figure(self, name: str) -> Figure:
        """Return a figure by its name."""
        return next(figure for figure in self.figures if figure.name == name)

    def to_json(self) -> bytes:
        """Return the file, with the definition of each figure."""
        told = self.model_dump(mode="json")
        told["definitions"] = [d.model_dump(mode="json") for d in DEFINITIONS]
        return _Told.model_validate(told).model_dump_json(indent=2).encode() + b"\n"


class _Told(Evaluation):
    definitions: tuple[Definition, ...]


def figures_of(measured: Figures, reencoded: Mapping[str, Estimate | None]) -> tuple[Figure, ...]:
    """Return the figures in the order of their definitions."""
    return tuple(
        Figure(name=d.name, measured=measured[d.name], reencoded=reencoded.get(d.name))
        for d in DEFINITIONS
        if d.name in measured
    )


def exposures_of(material: Material, version: Version) -> tuple[Exposure, ...]:
    """Return when which face shows."""
    original, exposed = material.original, version.paired.exposed
    found = []
    for track in np.unique(original.track[exposed]).tolist():
        frames = np.sort(original.frame[(original.track == track) & exposed])
        for run in np.split(frames, np.flatnonzero(np.diff(frames) > 1) + 1):
            first, last = int(run[0]), int(run[-1])
            found.append(
                Exposure(
                    track=track,
                    first_frame=first,
                    last_frame=last,
                    first_time_s=float(material.times[first]),
                    last_time_s=float(material.times[last]),
                )
            )
    return tuple(found)


SHOWN: Final = (
    *trajectories.HEAD,
    *trajectories.EYES,
    *trajectories.MOUTH,
    *trajectories.GAZE,
    *trajectories.EXPRESSION,
)
"""Measures of each face that the table holds, before and after."""


def table_of(material: Material, version: Version) -> Columns:
    """
    Return one row for each face and frame of the original: what was measured before and after.

    It holds no landmarks and nothing that a recogniser says.
    """
    original, seen = material.original, version.seen
    columns: dict[str, NDArray[np.generic]] = {
        "frame": original.frame.astype(np.int32),
        "time_s": original.time_s.astype(np.float64),
        "track": original.track.astype(np.int32),
        "size_px": original.size.astype(np.float32),
        "found_before": original.found,
        "found_after": seen.found,
        "exposed": version.paired.exposed,
        "moved_before": original.moved.astype(np.float32),
        "moved_after": seen.moved.astype(np.float32),
    }
    for when, video in (("before", original), ("after", seen)):
        measured = trajectories.signals(video.landmarks, video.irises)
        for name in SHOWN:
            values = np.where(video.found, measured[name], np.nan)
            columns[f"{name}_{when}"] = values.astype(np.float32)
    return columns
