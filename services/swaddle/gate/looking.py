"""One look at every frame of a segment of the finished file, beside the original."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from swaddle.kernel.detail import (
    EXPOSED_RATIO,
    WEAKEST_BACKGROUND,
    DetailSample,
    background_correlation,
    compare_box,
    compare_face,
    exposed,
)
from swaddle.kernel.faces import Detection
from swaddle.kernel.findings import FindingKind, Look, Suspicion
from swaddle.kernel.frames import Frame, Image
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.ports import PersonDetector
from swaddle.kernel.tables import SYNTHETIC, Rendered
from swaddle.kernel.video import Segment

from .faces import Watcher, turns
from .motion import MotionWatch
from .persons import EVERY, untracked

SAMPLE_EVERY: Final = 30
"""Frames between two looks of the slow detector and of the recogniser."""

BACKGROUND_EVERY: Final = 10
"""Frames between two measurements of how detail survives outside the faces."""

HIDDEN: Final = frozenset(
    {Rendered.COVER, Rendered.BLUR, Rendered.PIXELATE, Rendered.BLACKOUT, Rendered.BLACK}
)

SAME_FACE: Final = 0.3
"""Intersection over union from which two detectors, whose boxes differ, mean one face."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class FramePair:
    """A frame of both videos, and what was done to it."""

    original: Frame
    output: Frame
    regions: Sequence[Row]
    """Rows of the REGIONS table."""
    tracks: Mapping[int, Row]
    """Rows of the TRACKS table, by track."""


@dataclass(slots=True)
class Looker:
    """Collects what is seen in one segment."""

    watcher: Watcher
    people: PersonDetector
    _motion: MotionWatch = field(default_factory=MotionWatch)
    _background: list[float] = field(default_factory=list)
    _detail: list[float] = field(default_factory=list)
    _suspicions: list[Suspicion] = field(default_factory=list)
    _faces: int = 0
    _inside: int = 0
    _persons: int = 0
    _black_frames: int = 0

    def look(self, pair: FramePair) -> None:
        """Look at one frame."""
        boxes = [_box(row) for row in pair.regions]
        number = pair.output.number
        meshes = [row["landmarks"] for row in pair.tracks.values() if row["meshed"]]
        looks = self.watcher.faces(
            pair.output, turns(number, meshes), sampled=number % SAMPLE_EVERY == 0
        )
        self._watch_faces(pair.output, boxes, looks)
        if number % EVERY == 0:
            found = self.people.persons(pair.output)
            self._persons += len(found)
            self._suspicions += untracked(
                pair.output, found, boxes, self.watcher, lambda: self.people.persons(pair.original)
            )
        if number % BACKGROUND_EVERY == 0 or not self._background:
            level = background_correlation(pair.original, pair.output, boxes)
            if level is not None:
                self._background.append(round(level, 4))
        self._compare(pair)
        hidden = [_box(row) for row in pair.regions if row["rendered"] in HIDDEN]
        self.watch_motion(pair.original, pair.output, hidden)
        self._black_frames = self._motion.black_frames

    def watch_motion(self, original: Frame, output: Frame, hidden: Sequence[Box] = ()) -> None:
        """
        Compare a frame with the one before, in both videos.

        That is all that is done with the frame behind the segment: the next one looks at it.
        """
        still = self._motion.look(original, output, hidden)
        if still is not None:
            self._suspicions.append(still)

    def result(self, segment: Segment) -> Look:
        """Return everything that was seen."""
        return Look(
            first_frame=segment.first_frame,
            last_frame=segment.last_frame,
            faces_seen=self._faces,
            faces_in_regions=self._inside,
            persons_seen=self._persons,
            black_frames=self._black_frames,
            detail=tuple(self._detail),
            background=tuple(self._background),
            suspicions=tuple(self._suspicions),
        )

    def _watch_faces(
        self, frame: Frame, boxes: Sequence[Box], looks: Iterator[tuple[str, Detection]]
    ) -> None:
        seen: list[Box] = []
        for name, face in _strongest_first(looks):
            if any(face.box.iou(other) > SAME_FACE for other in seen):
                continue
            seen.append(face.box)
            suspicion = self.watcher.suspicion(frame, name, face, boxes)
            self._faces += 1
            self._inside += suspicion is None
            if suspicion is not None:
                self._suspicions.append(suspicion)

    def _compare(self, pair: FramePair) -> None:
        level = self._background[-1] if self._background else 1.0
        for row in pair.regions:
            kind = Rendered(int(row["rendered"]))
            sample = _sample(pair, row, kind, level)
            if sample is None:
                continue
            self._detail.append(round(sample.median, 4))
            if exposed(sample, level):
                self._suspicions.append(_exposure(row, sample, level))


def _sample(pair: FramePair, row: Row, kind: Rendered, level: float) -> DetailSample | None:
    if kind in SYNTHETIC:
        hidden: Image = pair.tracks[int(row["track"])]["occlusion"]
        landmarks: Floats = row["landmarks"].astype(np.float64)
        return compare_face(pair.original, pair.output, landmarks, hidden, level)
    if kind in HIDDEN and kind is not Rendered.BLACK:
        return compare_box(pair.original, pair.output, _box(row), level)
    return None


def _exposure(row: Row, sample: DetailSample, level: float) -> Suspicion:
    box = _box(row)
    return Suspicion(
        kind=FindingKind.DETAIL,
        frame=int(row["frame"]),
        track=int(row["track"]),
        x0=box.x0,
        y0=box.y0,
        x1=box.x1,
        y1=box.y1,
        score=round(sample.median / max(level, WEAKEST_BACKGROUND), 3),
        threshold=EXPOSED_RATIO,
        detector="fine detail",
        sure=True,
    )


def _box(row: Row) -> Box:
    x0, y0, x1, y1 = (float(v) for v in row["box"])
    return Box(x0, y0, x1, y1)


def _strongest_first(
    faces: Iterator[tuple[str, Detection]],
) -> list[tuple[str, Detection]]:
    return sorted(faces, key=lambda pair: -pair[1].score)
