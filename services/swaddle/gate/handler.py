"""Answers CheckSegment with SegmentChecked and CheckVideo with VideoChecked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Rejected
from swaddle.kernel.findings import FindingKind, Findings, Look
from swaddle.kernel.frames import Frame
from swaddle.kernel.messages import (
    CheckSegment,
    CheckVideo,
    Message,
    SegmentChecked,
    VideoChecked,
)
from swaddle.kernel.plan import read_plan
from swaddle.kernel.ports import (
    BlobStore,
    Columns,
    FaceEmbedder,
    IdSource,
    Kinds,
    PersonDetector,
    Progress,
    VideoReader,
    WorkTables,
)
from swaddle.kernel.recognition import UNNAMED, RecognitionScale
from swaddle.kernel.results import Result, Task
from swaddle.kernel.tables import (
    PICTURES,
    REGIONS,
    SIMILARITIES,
    SYNTHETIC,
    TRACKS,
    Rendered,
    Schema,
    assemble,
    column,
    concatenate,
    of_width,
)
from swaddle.kernel.video import Layout, Segment, layout_from_json, output_layout

from .concluding import conclude
from .faces import Watcher
from .looking import SAMPLE_EVERY, FramePair, Looker
from .pictures import Pictures
from .repairing import repaired, touched
from .similarity import embed_pair, figures

VERSION: Final = "gate/8"
REPORT_EVERY: Final = 10
"""Frames between two reports of progress."""

Rows = Mapping[int, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Gate:
    """Looks for faces that show in the finished file."""

    name: ClassVar[str] = "gate"
    listens_to: ClassVar[Kinds] = (CheckSegment, CheckVideo)

    blobs: BlobStore
    tables: WorkTables
    reader: VideoReader
    watcher: Watcher
    people: PersonDetector
    embedder: FaceEmbedder
    scale: RecognitionScale
    ids: IdSource
    progress: Progress
    engines: str = ""
    """What tells the detector from others: for the fingerprint."""

    def handle(self, command: CheckSegment | CheckVideo) -> Iterable[Message]:
        """Look at a segment, or conclude from all that was seen."""
        fingerprint = f"{VERSION} {self.engines} {self.scale.recogniser}"
        if isinstance(command, CheckSegment):
            part = f"segment-{command.segment.index:05}"
            task = Task.of(command, self.name, part, fingerprint, self.ids)
            result = task.recall(self.blobs) or self._look(task, command)
            yield SegmentChecked(
                **command.about,
                segment=command.segment.index,
                revision=command.revision,
                look=result.blobs["look"],
                similarities=result.blobs["similarities"],
                pictures=result.blobs["pictures"],
            )
        else:
            task = Task.of(command, self.name, "video", fingerprint, self.ids)
            result = task.recall(self.blobs) or self._conclude(task, command)
            yield VideoChecked(
                **command.about,
                revision=command.revision,
                passed=bool(result.facts["passed"]),
                findings=result.blobs["findings"],
                repaired=result.blobs.get("repaired"),
                segments=tuple(result.facts["segments"]),
            )

    def _look(self, task: Task, command: CheckSegment) -> Result:
        layout = self._layout(command.layout)
        regions = _by_frame(self.tables.read(command.regions), REGIONS)
        tracks = _by_frame(self.tables.read(command.table), TRACKS)
        looker = Looker(self.watcher, self.people)
        samples: list[dict[str, Any]] = []
        pictures = Pictures(layout)
        waiting = 0
        for original, output in self._pairs(command, layout):
            if output.damaged:
                raise Rejected(
                    "The finished file has damaged frames: nobody can say what they show."
                )
            done = regions.get(output.number, ())
            seen = {int(row["track"]): row for row in tracks.get(output.number, ())}
            if output.number > command.segment.last_frame:
                looker.watch_motion(original, output)
                continue
            looker.look(FramePair(original, output, done, seen))
            if output.number % SAMPLE_EVERY == 0:
                samples += self._embed(original, output, done, seen)
            # Of a face that was left as it is, there is no picture.
            if all(int(row["rendered"]) != Rendered.EXEMPT for row in done):
                pictures.offer(output, len(done))
            waiting += 1
            if waiting == REPORT_EVERY:
                self.progress.advance("check", waiting)
                waiting = 0
        self.progress.advance("check", waiting)
        look = looker.result(command.segment)
        blobs = {
            "look": self.blobs.put(task.key("look.json"), look.model_dump_json().encode()),
            "similarities": self.tables.write(
                task.key("similarities"), assemble(samples, self._similarities)
            ),
            "pictures": self.tables.write(
                task.key("pictures"), assemble(pictures.rows(), PICTURES)
            ),
        }
        return task.settle(self.blobs, Result(blobs, {}))

    def _pairs(self, command: CheckSegment, layout: Layout) -> Iterator[tuple[Frame, Frame]]:
        """
        Yield the frames of both videos, and the one behind the segment.

        What comes before a segment can only be decoded from the segment before on.
        """
        segment: Segment = command.segment
        first = segment.first_frame
        last = min(segment.last_frame + 1, layout.profile.frames - 1)
        with (
            self.blobs.open(command.source.key) as source,
            self.blobs.open(command.output.key) as finished,
        ):
            originals = self.reader.frames(source, layout, first, last)
            outputs = self.reader.frames(finished, output_layout(layout), first, last)
            yield from zip(originals, outputs, strict=True)

    def _embed(
        self,
        original: Frame,
        output: Frame,
        done: Sequence[Mapping[str, Any]],
        seen: Mapping[int, Mapping[str, Any]],
    ) -> Iterator[dict[str, Any]]:
        for row in done:
            track = int(row["track"])
            if int(row["rendered"]) not in SYNTHETIC or not seen[track]["meshed"]:
                continue
            before, after = embed_pair(
                original,
                output,
                seen[track]["landmarks"].astype(np.float64),
                row["landmarks"].astype(np.float64),
                self.embedder,
            )
            yield {
                "frame": output.number,
                "track": track,
                "original": before,
                "output": after,
                "recogniser": self.scale.recogniser.encode(),
            }

    def _conclude(self, task: Task, command: CheckVideo) -> Result:
        layout = self._layout(command.layout)
        with self.blobs.open(command.plan.key) as stream:
            plan = read_plan(stream.read())
        looks = [self._read_look(blob) for blob in command.looks]
        suspicions = [s for look in looks for s in look.suspicions]
        found = conclude(suspicions, layout.timestamps, layout.profile.time_base)
        rows = concatenate([self._samples(b) for b in command.similarities], self._similarities)
        detail = np.array([v for look in looks for v in look.detail] or [0.0])
        background = np.array([v for look in looks for v in look.background] or [1.0])
        findings = Findings(
            revision=command.revision,
            frames_checked=sum(look.last_frame - look.first_frame + 1 for look in looks),
            faces_seen=sum(look.faces_seen for look in looks),
            faces_in_regions=sum(look.faces_in_regions for look in looks),
            persons_seen=sum(look.persons_seen for look in looks),
            black_frames=sum(look.black_frames for look in looks),
            frozen_frames=sum(s.kind is FindingKind.FROZEN for s in suspicions),
            detail_samples=sum(len(look.detail) for look in looks),
            face_detail=round(float(np.quantile(detail, 0.95)), 4),
            background_detail=round(float(np.median(background)), 4),
            subjects=figures(plan, rows, self.scale),
            findings=found,
        )
        content = findings.model_dump_json(indent=1).encode()
        blobs = {"findings": self.blobs.put(task.key("findings.json"), content)}
        segments: tuple[int, ...] = ()
        if found and command.may_repair:
            better = repaired(plan, found)
            if better is not None:
                blobs["repaired"] = self.blobs.put(task.key("plan.json"), better.to_json())
                places = [(s.index, s.first_frame, s.last_frame) for s in layout.segments]
                segments = touched(found, places)
        facts = {"passed": findings.passed, "segments": list(segments)}
        return task.settle(self.blobs, Result(blobs, facts))

    @property
    def _similarities(self) -> Schema:
        return of_width(SIMILARITIES, self.scale.width)

    def _samples(self, blob: Blob) -> Columns:
        table = self.tables.read(blob)
        self.scale.require(table.get("recogniser", UNNAMED))
        return table

    def _layout(self, blob: Blob) -> Layout:
        with self.blobs.open(blob.key) as stream:
            return layout_from_json(stream.read())

    def _read_look(self, blob: Blob) -> Look:
        with self.blobs.open(blob.key) as stream:
            return Look.model_validate_json(stream.read())


def _by_frame(table: Mapping[str, Any], schema: Mapping[str, Any]) -> Rows:
    columns = {name: column(table, name, schema) for name in schema}
    rows: dict[int, list[Mapping[str, Any]]] = {}
    for index, frame in enumerate(columns["frame"].tolist()):
        rows.setdefault(frame, []).append({n: values[index] for n, values in columns.items()})
    return rows
