"""The faces of the original, frame by frame: what an anonymized video is measured against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.faces import AgeGroup, Mesh
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box, Floats, Region
from swaddle.kernel.plan import Plan, track_number
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import TRACKS, column

NEEDED: Final = (*("frame", "time_s", "track", "box", "head", "meshed", "landmarks", "occlusion"),)
"""Columns of TRACKS that are read."""

EMBEDDED: Final = 40
"""Faces of each track that the recogniser sees, evenly over time."""

NOBODY: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """A face of the original in one frame."""

    track: int
    time_s: float
    box: Box
    head: Box
    landmarks: Floats | None
    """(468, 3) in pixels; absent where no mesh fits."""
    occlusion: Image
    """(48, 48): 0 the face shows, 255 something hides it."""
    embed: bool
    """Whether the recogniser is to look at it."""

    def region(self) -> Region:
        """Return the turned square about the face, without much of its surroundings."""
        if self.landmarks is None:
            cx, cy = self.box.center
            return Region(cx, cy, self.box.size)
        wide = Mesh(self.landmarks, 1.0).region()
        return Region(wide.cx, wide.cy, wide.size / 1.5, wide.angle)


@dataclass(frozen=True, slots=True)
class Who:
    """Whom the tracks of a video show."""

    subjects: Mapping[int, int]
    """Index of the subject, by track."""
    groups: Sequence[AgeGroup]
    """Of each subject."""

    @classmethod
    def of(cls, plan: Plan) -> "Who":
        """Read it from the plan that `linking` made."""
        subjects = {
            track_number(track.track_id): index
            for index, subject in enumerate(plan.subjects)
            for track in subject.tracks
        }
        return cls(subjects, tuple(subject.age_group for subject in plan.subjects))


def expected(tracks: Columns) -> Mapping[int, Sequence[Expected]]:
    """Return the faces of each frame from rows of TRACKS; it has the columns NEEDED."""
    known = {name: column(tracks, name, TRACKS) for name in NEEDED}
    chosen = _chosen(known["track"], known["meshed"])
    frames: dict[int, list[Expected]] = {}
    for row, frame in enumerate(known["frame"].tolist()):
        landmarks = known["landmarks"][row].astype(np.float64) if known["meshed"][row] else None
        face = Expected(
            track=int(known["track"][row]),
            time_s=float(known["time_s"][row]),
            box=Box(*map(float, known["box"][row])),
            head=Box(*map(float, known["head"][row])),
            landmarks=landmarks,
            occlusion=known["occlusion"][row],
            embed=row in chosen,
        )
        frames.setdefault(frame, []).append(face)
    return frames


def _chosen(tracks: Floats, meshed: Floats) -> frozenset[int]:
    """Return the rows that the recogniser sees."""
    rows: set[int] = set()
    for track in np.unique(tracks):
        own = np.flatnonzero((tracks == track) & meshed)
        places = np.linspace(0, len(own) - 1, min(EMBEDDED, len(own))).round().astype(int)
        rows.update(own[places].tolist())
    return frozenset(rows)
