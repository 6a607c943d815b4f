"""
What a frame looks like when its plan is carried out.

Faces are rendered one after the other on what the faces before them left, so that a face behind
another never brings back pixels that were already replaced. Covers come last and win.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.frames import Frame, Patch
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.plan import Action, Method, Plan, SubjectPlan, track_number
from swaddle.kernel.tables import Rendered

from .engines import Engines, SubjectFace
from .hiding import blackout, blur, cover, pixelate
from .lenses import veils
from .ports import FaceToSwap, SwappedFace

HIDING: Final[Mapping[Method, tuple[Rendered, Callable[[Frame, Box], Patch | None]]]] = {
    Method.BLUR: (Rendered.BLUR, blur),
    Method.PIXELATE: (Rendered.PIXELATE, pixelate),
    Method.BLACKOUT: (Rendered.BLACKOUT, blackout),
    Method.COVER: (Rendered.COVER, cover),
}

NO_LANDMARKS: Final = np.zeros((468, 3), np.float32)
NO_TRACK: Final = -1

Row = Mapping[str, Any]
"""Of the TRACKS table."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """What was done to one face in one frame."""

    frame: int
    track: int
    rendered: Rendered
    box: Box
    landmarks: Floats | None
    """Of the synthetic face."""


Outcome = tuple[Region, Patch | None]
"""What became of a face, and the pixels it takes."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """Carries out a plan."""

    plan: Plan
    engines: Engines

    def render(
        self, window: Sequence[tuple[Frame, Sequence[Row]]]
    ) -> Sequence[tuple[Frame, Sequence[Region]]]:
        """
        Return the frames as they may be shown.

        `window`: frames with their faces, rows of the TRACKS table. The first faces of all frames
        are rendered together, then the second ones: each frame becomes what it would alone.
        """
        works = [self._work(frame, rows) for frame, rows in window]
        for turn in range(max((len(work.swaps) for work in works), default=0)):
            self._swap([work for work in works if turn < len(work.swaps)], turn)
        for work in works:
            for row, subject, action in work.others:
                work.add(self._other(work.frame, row, subject, action))
            if not work.black:
                for covered in self._covers(work.frame):
                    work.add(covered)
        return [(work.frame, work.regions) for work in works]

    def _work(self, frame: Frame, rows: Sequence[Row]) -> "_Work":
        decisions = [(row, *self._decision(frame.number, row)) for row in rows]
        black = any(action is Action.BLACK for _, _, action in decisions)
        if black or frame.damaged or frame.number in self.plan.black_frames:
            whole = Region(frame.number, NO_TRACK, Rendered.BLACK, frame.box, None)
            return _Work(frame.black(), regions=[whole], black=True)
        work = _Work(frame)
        for row, subject, action in decisions:
            if subject is not None and _is_synthetic(subject, action):
                work.swaps.append((row, subject))
            else:
                work.others.append((row, subject, action))
        return work

    def _decision(self, number: int, row: Row) -> tuple[SubjectPlan | None, Action]:
        """Return whose face it is and what to do; a face that the plan forgot is covered."""
        for subject in self.plan.subjects:
            for track in subject.tracks:
                if track_number(track.track_id) == int(row["track"]):
                    return subject, track.action_at(number)
        return None, Action.COVER

    def _swap(self, works: Sequence["_Work"], turn: int) -> None:
        """Render one face of each frame; what no engine renders is covered."""
        faces = {
            index: SubjectFace(work.frame, _known(row), subject)
            for index, work in enumerate(works)
            for row, subject in [work.swaps[turn]]
            if row["meshed"]
        }
        swapped = dict(zip(faces, self.engines.swap_each(list(faces.values())), strict=True))
        for index, work in enumerate(works):
            row, _ = work.swaps[turn]
            done = swapped.get(index)
            if done is None:
                work.add(_covered(work.frame, row))
            else:
                work.add(_shown(work.frame, row, *done))
                work.veil(row, done[1])

    def _other(
        self, frame: Frame, row: Row, subject: SubjectPlan | None, action: Action
    ) -> Outcome | None:
        """Return what becomes of a face that nobody takes the place of; None outside the frame."""
        track = int(row["track"])
        if action is Action.EXEMPT or (subject is not None and subject.method is Method.EXEMPT):
            return Region(frame.number, track, Rendered.EXEMPT, _head(row), None), None
        if subject is not None and action is Action.SWAP and subject.method in HIDING:
            rendered, hide = HIDING[subject.method]
            return _hidden(frame.number, track, rendered, hide(frame, _head(row)))
        return _covered(frame, row)

    def _covers(self, frame: Frame) -> Iterator[Outcome]:
        for place in self.plan.covers:
            if place.first_frame <= frame.number <= place.last_frame:
                box = Box(place.x0, place.y0, place.x1, place.y1)
                patch = cover(frame, box)
                if patch is not None:
                    yield Region(frame.number, NO_TRACK, Rendered.COVER, patch.box, None), patch


@dataclass(slots=True, eq=False)
class _Work:
    """A frame on its way from the original to what may be shown."""

    frame: Frame
    swaps: list[tuple[Row, SubjectPlan]] = field(default_factory=list)
    """Whose place a synthetic person takes: they come first."""
    others: list[tuple[Row, SubjectPlan | None, Action]] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    black: bool = False

    def add(self, outcome: Outcome | None) -> None:
        """Paint what became of a face, and note it."""
        if outcome is not None:
            region, patch = outcome
            self.frame = self.frame if patch is None else self.frame.painted([patch])
            self.regions.append(region)

    def veil(self, row: Row, swapped: SwappedFace) -> None:
        """Hide who is behind dark glasses, which stay in front of a synthetic face."""
        meshes = row["landmarks"].astype(np.float64), swapped.landmarks
        self.frame = self.frame.painted(veils(self.frame, meshes, row["lenses"]))


def _is_synthetic(subject: SubjectPlan, action: Action) -> bool:
    return subject.method is Method.SYNTHETIC and action is Action.SWAP


def _head(row: Row) -> Box:
    return Box(*(float(v) for v in row["head"]))


def _known(row: Row) -> FaceToSwap:
    return FaceToSwap(
        landmarks=row["landmarks"].astype(np.float64),
        irises=row["irises"].astype(np.float64),
        occlusion=row["occlusion"],
        shape=row["shape"].astype(np.float64),
        contrast=row["contrast"].astype(np.float64),
    )


def _shown(frame: Frame, row: Row, rendered: Rendered, swapped: SwappedFace) -> Outcome:
    box, landmarks = swapped.patch.box, swapped.landmarks
    return Region(frame.number, int(row["track"]), rendered, box, landmarks), swapped.patch


def _covered(frame: Frame, row: Row) -> Outcome | None:
    return _hidden(frame.number, int(row["track"]), Rendered.COVER, cover(frame, _head(row)))


def rows_by_frame(
    table: Mapping[str, NDArray[Any]],
) -> Callable[[int], list[Row]]:
    """Return a function that gives the rows of a frame."""
    frames = table["frame"]

    def rows(frame: int) -> list[Row]:
        low, high = np.searchsorted(frames, [frame, frame + 1])
        return [{name: column[i] for name, column in table.items()} for i in range(low, high)]

    return rows


def _hidden(frame: int, track: int, rendered: Rendered, patch: Patch | None) -> Outcome | None:
    if patch is None:
        return None
    return Region(frame, track, rendered, patch.box, None), patch
