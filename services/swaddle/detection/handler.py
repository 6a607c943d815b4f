"""Answers DetectSegment with SegmentDetected, and ExtendTracks with TracksExtended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from swaddle.kernel.faces import Mesh
from swaddle.kernel.frames import Frame
from swaddle.kernel.messages import (
    DetectSegment,
    ExtendTracks,
    Message,
    SegmentDetected,
    TracksExtended,
)
from swaddle.kernel.plan import Method
from swaddle.kernel.ports import (
    BlobStore,
    FaceDetector,
    FaceLandmarker,
    HandLandmarker,
    IdSource,
    Kinds,
    Progress,
    VideoReader,
    WorkTables,
)
from swaddle.kernel.results import Result, Task
from swaddle.kernel.tables import EDGES, OBSERVATIONS, assemble, column
from swaddle.kernel.video import Layout, Segment, layout_from_json

from .cascade import Cascade
from .extending import Edge, edge, extend
from .following import Follower
from .groups import Group, GroupObserver
from .observing import Observer, new_scene, sort_rows

VERSION: Final = "detection/3"


@dataclass(frozen=True, slots=True)
class Detection:
    """Observes every face of a segment."""

    name: ClassVar[str] = "detection"
    listens_to: ClassVar[Kinds] = (DetectSegment, ExtendTracks)

    blobs: BlobStore
    tables: WorkTables
    reader: VideoReader
    detector: FaceDetector
    landmarker: FaceLandmarker
    hands: HandLandmarker
    ids: IdSource
    progress: Progress
    engines: str = ""
    """What tells the detector and the landmarker from others: for the fingerprint."""

    def handle(self, command: DetectSegment | ExtendTracks) -> Iterable[Message]:
        """Observe a segment, or follow what linking asks for."""
        part = f"segment-{command.segment.index:05}"
        fingerprint = f"{VERSION} {self.engines}"
        task = Task.of(command, self.name, part, fingerprint, self.ids)
        result = task.recall(self.blobs)
        if result is None:
            with self.blobs.open(command.layout.key) as stream:
                layout = layout_from_json(stream.read())
            if isinstance(command, DetectSegment):
                result = self._detect(task, command, layout)
            else:
                result = self._extend(task, command, layout)
        segment, observations = command.segment.index, result.blobs["observations"]
        if isinstance(command, DetectSegment):
            yield SegmentDetected(**command.about, segment=segment, observations=observations)
        else:
            yield TracksExtended(
                **command.about, segment=segment, round=command.round, observations=observations
            )

    def _detect(self, task: Task, command: DetectSegment, layout: Layout) -> Result:
        cascade = Cascade(self.detector, self.landmarker)
        groups = GroupObserver(cascade, Follower(cascade))
        observer = self._observer(command)
        rows: list[dict[str, Any]] = []
        with self.blobs.open(command.source.key) as source:
            last = min(command.segment.last_frame + 1, layout.profile.frames - 1)
            frames = self.reader.frames(source, layout, command.segment.first_frame, last)
            for group in _groups(frames, command.segment, layout.grid):
                sightings, scenes = groups.observe(group)
                rows += observer.rows(sightings)
                rows += [new_scene(frame) for frame in scenes if frame <= last]
                self.progress.advance("detect", len(group.frames))
        return self._settle(task, rows)

    def _extend(self, task: Task, command: ExtendTracks, layout: Layout) -> Result:
        cascade = Cascade(self.detector, self.landmarker)
        observer = self._observer(command)
        edges = self._edges(command)
        rows: list[dict[str, Any]] = []
        with self.blobs.open(command.source.key) as source:

            def decode(first: int, last: int) -> Iterator[Frame]:
                return self.reader.frames(source, layout, first, last)

            for sightings in extend(edges, command.segment, decode, Follower(cascade)):
                rows += observer.rows(sightings)
        return self._settle(task, rows)

    def _observer(self, command: DetectSegment | ExtendTracks) -> Observer:
        # Only a synthetic face lets what is in front of it show.
        wanted = command.order.method is Method.SYNTHETIC
        return Observer(self.landmarker, self.hands if wanted else None)

    def _settle(self, task: Task, rows: list[dict[str, Any]]) -> Result:
        table = assemble(sort_rows(rows), OBSERVATIONS)
        blob = self.tables.write(task.key("observations"), table)
        return task.settle(self.blobs, Result({"observations": blob}, {}))

    def _edges(self, command: ExtendTracks) -> list[Edge]:
        table = self.tables.read(command.edges)
        meshed = column(table, "meshed", EDGES)
        landmarks = column(table, "landmarks", EDGES)
        return [
            edge(
                int(frame),
                int(tracklet),
                box,
                Mesh(landmarks[index], 1.0) if meshed[index] else None,
                bool(forwards),
            )
            for index, (frame, tracklet, box, forwards) in enumerate(
                zip(
                    column(table, "frame", EDGES),
                    column(table, "tracklet", EDGES),
                    column(table, "box", EDGES),
                    column(table, "forwards", EDGES),
                    strict=True,
                )
            )
        ]


def _groups(frames: Iterable[Frame], segment: Segment, grid: int) -> Iterator[Group]:
    """Cut a segment's frames, and the first one behind it, into groups."""
    waiting: list[Frame] = []
    for frame in frames:
        if len(waiting) == grid:
            yield Group(waiting[0].number // grid, tuple(waiting), frame)
            waiting = []
        if frame.number <= segment.last_frame:
            waiting.append(frame)
    if waiting:
        yield Group(waiting[0].number // grid, tuple(waiting), None)
