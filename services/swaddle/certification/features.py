"""The feature table: what may be shared about the faces of a video, frame by frame."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import MESH_POINTS
from swaddle.kernel.geometry import Box
from swaddle.kernel.measures import MEASURES, measure
from swaddle.kernel.plan import track_name
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import (
    REGIONS,
    SYNTHETIC,
    TRACKS,
    Rendered,
    Source,
    column,
    select,
)
from swaddle.kernel.video import Layout

from .naming import Naming

SCHEMA: Final = "swaddle.features/1"
PRIVATE_SCHEMA: Final = "swaddle.original-landmarks/1"

NEEDED: Final = (
    *("frame", "pts", "time_s", "track", "source", "presence", "box", "head", "meshed"),
    *("landmarks", "irises", "occluded", "sharpness"),
)
"""Columns of TRACKS that features are made of."""

NO_TRACK: Final = -1
NOTHING: Final = -1
"""In place of a value of `Rendered`: nothing was rendered."""

HIDES_FROM: Final = 0.5
"""Share of a face's box under a cover of its own from which the face counts as covered."""

STEP: Final = 32
"""Landmarks are rounded to so many parts of a pixel, far finer than any mesh is exact; the
digits that are saved make the file a third smaller."""


def feature_rows(tracks: Columns, regions: Columns | None, naming: Naming) -> Columns:
    """
    Return the rows of `columns.FEATURES` for a segment.

    `tracks` has the columns NEEDED, `regions` those of REGIONS; without regions nothing was
    rendered.
    """
    known = {name: column(tracks, name, TRACKS) for name in NEEDED}
    rendered, synthetic = treatments(known, regions)
    meshed = known["meshed"]
    measured = measure(known["landmarks"][meshed], known["irises"][meshed])
    head = known["head"]
    return {
        **_when_and_who(known, naming),
        "rendered_as": _words(rendered, Rendered),
        "source": _words(known["source"].astype(int), Source),
        "presence": np.where(meshed, known["presence"], np.nan).astype(np.float32),
        "occluded": np.where(meshed, known["occluded"], np.nan).astype(np.float32),
        "sharpness": known["sharpness"],
        **{f"head_{edge}": head[:, index] for index, edge in enumerate(("x0", "y0", "x1", "y1"))},
        **{name: _spread(measured[name], meshed) for name in MEASURES},
        "synthetic_landmarks": synthetic,
    }


def original_rows(tracks: Columns, naming: Naming) -> Columns:
    """Return the rows of `columns.ORIGINAL_LANDMARKS`: private."""
    known = {name: column(tracks, name, TRACKS) for name in NEEDED}
    seen = select(known, known["meshed"])
    return {
        **_when_and_who(seen, naming),
        "landmarks": seen["landmarks"],
        "irises": seen["irises"],
    }


def about(layout: Layout, video_id: str, version: str, *, private: bool) -> Mapping[str, str]:
    """Return what a table's file says of itself."""
    profile = layout.profile
    return {
        "swaddle.schema": PRIVATE_SCHEMA if private else SCHEMA,
        "swaddle.software": f"swaddle {version}",
        "swaddle.video_id": video_id,
        "swaddle.time_base": str(profile.time_base),
        "swaddle.width": str(profile.width),
        "swaddle.height": str(profile.height),
        "swaddle.private": "true" if private else "false",
    }


def treatments(
    tracks: Columns, regions: Columns | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """
    Return what became of each row of TRACKS, and the mesh of the synthetic face there.

    (n,): values of `Rendered`, or -1; (n, 468, 3): NaN where no synthetic face shows.
    """
    count = len(tracks["frame"])
    rendered = np.full(count, NOTHING, np.int64)
    synthetic = np.full((count, MESH_POINTS, 3), np.nan, np.float32)
    if regions is None:
        return rendered, synthetic
    done = _Done.of({name: column(regions, name, REGIONS) for name in REGIONS})
    for row in range(count):
        frame, track = int(tracks["frame"][row]), int(tracks["track"][row])
        rendered[row], region = done.look_up(frame, track, Box(*map(float, tracks["box"][row])))
        if rendered[row] in SYNTHETIC and region is not None:
            synthetic[row] = np.rint(done.landmarks[region] * STEP) / STEP
    return rendered, synthetic


class _Done:
    """What was rendered in a segment, by frame."""

    def __init__(
        self,
        rows: Mapping[tuple[int, int], int],
        covers: Mapping[int, Sequence[Box]],
        black: frozenset[int],
        regions: Columns,
    ) -> None:
        self._rows = rows
        self._covers = covers
        self._black = black
        self._rendered = regions["rendered"]
        self.landmarks = regions["landmarks"]

    @classmethod
    def of(cls, regions: Columns) -> "_Done":
        rows: dict[tuple[int, int], int] = {}
        covers: dict[int, list[Box]] = {}
        black: set[int] = set()
        for index, (frame, track, rendered) in enumerate(
            zip(*(regions[name].tolist() for name in ("frame", "track", "rendered")), strict=True)
        ):
            if track != NO_TRACK:
                rows[frame, track] = index
            elif rendered == Rendered.BLACK:
                black.add(frame)
            else:
                covers.setdefault(frame, []).append(Box(*map(float, regions["box"][index])))
        return cls(rows, covers, frozenset(black), regions)

    def look_up(self, frame: int, track: int, face: Box) -> tuple[int, int | None]:
        if frame in self._black:
            return Rendered.BLACK, None
        row = self._rows.get((frame, track))
        # A cover that the gate or a person placed is painted last and wins.
        hidden = any(
            cover.intersection(face) >= HIDES_FROM * face.area > 0
            for cover in self._covers.get(frame, ())
        )
        if hidden:
            return Rendered.COVER, None
        return (NOTHING, None) if row is None else (int(self._rendered[row]), row)


def _when_and_who(known: Columns, naming: Naming) -> dict[str, NDArray[Any]]:
    numbers = known["track"].tolist()
    return {
        "frame": known["frame"],
        "pts": known["pts"],
        "time_s": known["time_s"],
        "subject": _objects(naming.of_track.get(number) for number in numbers),
        "track": _objects(track_name(number) for number in numbers),
    }


def _words(codes: NDArray[np.int64], meanings: type[Rendered | Source]) -> NDArray[Any]:
    words = {meaning.value: meaning.name.lower() for meaning in meanings}
    return _objects(words.get(code) for code in codes.tolist())


def _objects(values: Iterable[str | None]) -> NDArray[Any]:
    listed = list(values)
    result = np.empty(len(listed), object)
    result[:] = listed
    return result


def _spread(values: NDArray[np.float32], where: NDArray[np.bool_]) -> NDArray[np.float32]:
    whole = np.full(len(where), np.nan, np.float32)
    whole[where] = values
    return whole
