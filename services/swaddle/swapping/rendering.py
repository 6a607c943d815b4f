"""
What a frame looks like when its plan is carried out.

Faces are rendered one after the other on what the faces before them left, so that a face behind
another never brings back pixels that were already replaced. Covers come last and win.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.frames import Frame, Patch
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.plan import Action, Method, Plan, SubjectPlan, track_number
from swaddle.kernel.tables import Rendered

from .hiding import blackout, blur, cover, pixelate
from .ports import FaceSwapper, FaceToSwap

HIDING: Final[Mapping[Method, tuple[Rendered, Callable[[Frame, Box], Patch | None]]]] = {
    Method.BLUR: (Rendered.BLUR, blur),
    Method.PIXELATE: (Rendered.PIXELATE, pixelate),
    Method.BLACKOUT: (Rendered.BLACKOUT, blackout),
    Method.COVER: (Rendered.COVER, cover),
}

NO_LANDMARKS: Final = np.zeros((468, 3), np.float32)
NO_TRACK: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """What was done to one face in one frame."""

    frame: int
    track: int
    rendered: Rendered
    box: Box
    landmarks: Floats | None
    """Of the synthetic face."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """Carries out a plan."""

    plan: Plan
    swapper: FaceSwapper

    def render(
        self, frame: Frame, rows: Sequence[Mapping[str, Any]]
    ) -> tuple[Frame, list[Region]]:
        """Return the frame as it may be shown. `rows`: its faces, from the TRACKS table."""
        decisions = [(row, *self._decision(frame.number, row)) for row in rows]
        black = any(action is Action.BLACK for _, _, action in decisions)
        if black or frame.damaged or frame.number in self.plan.black_frames:
            return frame.black(), [Region(frame.number, NO_TRACK, Rendered.BLACK, frame.box, None)]
        regions: list[Region] = []
        for row, subject, action in sorted(decisions, key=_hides):
            outcome = self._one(frame, row, subject, action)
            if outcome is not None:
                frame, regions = _applied(frame, regions, *outcome)
        for region, patch in self._covers(frame):
            frame, regions = _applied(frame, regions, region, patch)
        return frame, regions

    def _decision(self, number: int, row: Mapping[str, Any]) -> tuple[SubjectPlan | None, Action]:
        """Return whose face it is and what to do; a face that the plan forgot is covered."""
        for subject in self.plan.subjects:
            for track in subject.tracks:
                if track_number(track.track_id) == int(row["track"]):
                    return subject, track.action_at(number)
        return None, Action.COVER

    def _one(
        self,
        frame: Frame,
        row: Mapping[str, Any],
        subject: SubjectPlan | None,
        action: Action,
    ) -> tuple[Region, Patch | None] | None:
        """Return what becomes of a face; None where it lies outside the frame."""
        track = int(row["track"])
        head = Box(*(float(v) for v in row["head"]))
        if action is Action.EXEMPT or (subject is not None and subject.method is Method.EXEMPT):
            return Region(frame.number, track, Rendered.EXEMPT, head, None), None
        if subject is not None and action is Action.SWAP:
            if subject.method is Method.SYNTHETIC:
                swapped = self._swap(frame, row, subject)
                if swapped is not None:
                    return swapped
            elif subject.method in HIDING:
                rendered, hide = HIDING[subject.method]
                return _hidden(frame.number, track, rendered, hide(frame, head))
        return _hidden(frame.number, track, Rendered.COVER, cover(frame, head))

    def _swap(
        self, frame: Frame, row: Mapping[str, Any], subject: SubjectPlan
    ) -> tuple[Region, Patch | None] | None:
        if subject.identity is None or not row["meshed"]:
            return None
        face = FaceToSwap(
            landmarks=row["landmarks"].astype(np.float64),
            irises=row["irises"].astype(np.float64),
            occlusion=row["occlusion"],
            shape=row["shape"].astype(np.float64),
            contrast=row["contrast"].astype(np.float64),
        )
        swapped = self.swapper.swap(frame, face, subject.identity, subject.age_group)
        if swapped is None:
            return None
        region = Region(
            frame.number, int(row["track"]), Rendered.SWAP, swapped.patch.box, swapped.landmarks
        )
        return region, swapped.patch

    def _covers(self, frame: Frame) -> Iterator[tuple[Region, Patch]]:
        for place in self.plan.covers:
            if place.first_frame <= frame.number <= place.last_frame:
                box = Box(place.x0, place.y0, place.x1, place.y1)
                patch = cover(frame, box)
                if patch is not None:
                    yield Region(frame.number, NO_TRACK, Rendered.COVER, patch.box, None), patch


def _hides(decision: tuple[Mapping[str, Any], SubjectPlan | None, Action]) -> bool:
    """Sort key: synthetic faces first, what hides a face after them."""
    _, subject, action = decision
    swaps = subject is not None and subject.method is Method.SYNTHETIC
    return not (swaps and action is Action.SWAP)


def _applied(
    frame: Frame, regions: list[Region], region: Region, patch: Patch | None
) -> tuple[Frame, list[Region]]:
    return frame if patch is None else frame.painted([patch]), [*regions, region]


def rows_by_frame(
    table: Mapping[str, NDArray[Any]],
) -> Callable[[int], list[Mapping[str, Any]]]:
    """Return a function that gives the rows of a frame."""
    frames = table["frame"]

    def rows(frame: int) -> list[Mapping[str, Any]]:
        low, high = np.searchsorted(frames, [frame, frame + 1])
        return [{name: column[i] for name, column in table.items()} for i in range(low, high)]

    return rows


def _hidden(
    frame: int, track: int, rendered: Rendered, patch: Patch | None
) -> tuple[Region, Patch] | None:
    if patch is None:
        return None
    return Region(frame, track, rendered, patch.box, None), patch
