"""Answers LinkSubjects with SubjectsLinked, or with TracksOpen where tracks have to go on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from swaddle.kernel.blobs import Blob
from swaddle.kernel.frames import to_jpeg
from swaddle.kernel.identifiers import SubjectId, TrackId
from swaddle.kernel.messages import (
    LinkedSubject,
    LinkSubjects,
    Message,
    OpenEdges,
    SubjectsLinked,
    TracksOpen,
)
from swaddle.kernel.ports import (
    BlobStore,
    Columns,
    FaceEmbedder,
    IdSource,
    Kinds,
    Progress,
    WorkTables,
)
from swaddle.kernel.recognition import RecognitionScale
from swaddle.kernel.results import Result, Task
from swaddle.kernel.tables import EDGES, PORTRAITS, assemble, of_width
from swaddle.kernel.video import Layout, Segment, layout_from_json

from .bridging import Track, bridge
from .drawing import Drawer
from .joining import OpenEnd, join
from .planning import write_plan
from .portraits import Portrait, portraits
from .reference import Reference, learn, sample
from .rows import Rows
from .sightings import Sightings, gather
from .subjects import Appearance, Subject, cluster
from .switching import unswitched

VERSION: Final = "linking/10"
PORTRAIT_QUALITY: Final = 95


@dataclass(frozen=True, slots=True)
class Linking:
    """Makes tracks and subjects of the observations of a whole video."""

    name: ClassVar[str] = "linking"
    listens_to: ClassVar[Kinds] = (LinkSubjects,)

    blobs: BlobStore
    tables: WorkTables
    embedder: FaceEmbedder
    scale: RecognitionScale
    ids: IdSource
    progress: Progress

    def handle(self, command: LinkSubjects) -> Iterable[Message]:
        """Join what was observed; ask for more where tracks are open; else write the plan."""
        fingerprint = f"{VERSION} {self.scale.recogniser}"
        task = Task.of(command, self.name, f"round-{command.round:03}", fingerprint, self.ids)
        result = task.recall(self.blobs) or self._link(task, command)
        if "plan" not in result.blobs:
            yield TracksOpen(**command.about, round=command.round, open_edges=_open_edges(result))
            return
        subjects = tuple(
            LinkedSubject(subject_id=SubjectId(subject), tracks=tuple(TrackId(t) for t in tracks))
            for subject, tracks in result.facts["subjects"]
        )
        yield SubjectsLinked(
            **command.about,
            plan=result.blobs["plan"],
            portraits=result.blobs["portraits"],
            tables=tuple(result.blobs[name] for name in result.facts["tables"]),
            subjects=subjects,
        )

    def _link(self, task: Task, command: LinkSubjects) -> Result:
        with self.blobs.open(command.layout.key) as stream:
            layout = layout_from_json(stream.read())
        sources = (*command.observations, *command.extensions)
        sightings = gather(sources, len(command.observations), self._read)
        frames = layout.profile.frames
        chains, ends = join(sightings, layout.segments[0].frames, layout.grid, frames)
        rows = Rows(sightings, sources, self._read)
        if ends:
            return task.settle(self.blobs, self._edges(task, layout, rows, ends))
        first = layout.timestamps[0]
        times = np.array(
            [float((t - first) * layout.profile.time_base) for t in layout.timestamps]
        )
        tracks = unswitched(bridge(sightings, chains, times), rows, self.embedder)
        return task.settle(self.blobs, self._finish(task, command, layout, rows, tracks))

    def _finish(
        self, task: Task, command: LinkSubjects, layout: Layout, rows: Rows, tracks: list[Track]
    ) -> Result:
        references = [learn(rows.of(sample(rows.sightings, track.seen))) for track in tracks]
        pictures = [
            portraits(track, reference, rows, self.embedder)
            for track, reference in zip(tracks, references, strict=True)
        ]
        subjects = cluster(
            [
                _appearance(rows.sightings, *pair, self.scale.width)
                for pair in zip(tracks, pictures, strict=True)
            ],
            self.scale,
        )
        drawer = Drawer(rows, tracks, references, layout)
        blobs: dict[str, Blob] = {}
        doubts: list[list[int]] = [[] for _ in tracks]
        for segment in layout.segments:
            table = drawer.table(segment)
            name = f"table-{segment.index:05}"
            blobs[name] = self.tables.write(task.key(name), table)
            for track, doubt in zip(table["track"].tolist(), table["doubt"].tolist(), strict=True):
                doubts[track].append(doubt)
            self.progress.advance("link", segment.frames)
        names = list(blobs)
        plan = write_plan(command, layout, tracks, subjects, doubts, [blobs[n] for n in names])
        blobs["plan"] = self.blobs.put(task.key("plan.json"), plan.to_json())
        blobs["portraits"] = self._portraits(task, subjects, pictures, references)
        named = [(s.subject_id, [t.track_id for t in s.tracks]) for s in plan.subjects]
        return Result(blobs, {"tables": names, "subjects": named})

    def _portraits(
        self,
        task: Task,
        subjects: Sequence[Subject],
        pictures: Sequence[Sequence[Portrait]],
        references: Sequence[Reference | None],
    ) -> Blob:
        rows = []
        for number, subject in enumerate(subjects):
            for track in subject.tracks:
                reference = references[track]
                if reference is not None:
                    rows += [
                        _portrait_row(number, p, reference, self.scale.recogniser)
                        for p in pictures[track]
                    ]
        schema = of_width(PORTRAITS, self.scale.width)
        return self.tables.write(task.key("portraits"), assemble(rows, schema))

    def _edges(self, task: Task, layout: Layout, rows: Rows, ends: list[OpenEnd]) -> Result:
        by_segment: dict[int, list[dict[str, Any]]] = {}
        heavy = rows.of(np.array([end.entry for end in ends]))
        for index, end in enumerate(ends):
            frame = int(rows.sightings.frame[end.entry])
            beyond = frame if rows.sightings.tail[end.entry] else frame + 1
            target = layout.segment_of(beyond if end.forwards else frame - 1)
            by_segment.setdefault(target.index, []).append(
                {
                    "frame": frame,
                    "tracklet": rows.sightings.tracklet[end.entry],
                    "forwards": end.forwards,
                    "box": rows.sightings.box[end.entry],
                    "meshed": heavy["meshed"][index],
                    "landmarks": heavy["landmarks"][index],
                }
            )
        blobs = {
            f"edges-{segment:05}": self.tables.write(
                task.key(f"edges-{segment:05}"), assemble(edges, EDGES)
            )
            for segment, edges in sorted(by_segment.items())
        }
        segments = {f"edges-{s:05}": _segment_fact(layout, s) for s in sorted(by_segment)}
        return Result(blobs, {"segments": segments})

    def _read(self, blob: Blob, columns: Sequence[str]) -> Columns:
        return self.tables.read(blob, columns)


def _segment_fact(layout: Layout, index: int) -> list[int]:
    segment = layout.segments[index]
    return [
        segment.index,
        segment.first_frame,
        segment.last_frame,
        segment.first_pts,
        segment.last_pts,
    ]


def _open_edges(result: Result) -> tuple[OpenEdges, ...]:
    edges = []
    for name, (index, first, last, first_pts, last_pts) in result.facts["segments"].items():
        segment = Segment(
            index=index,
            first_frame=first,
            last_frame=last,
            first_pts=first_pts,
            last_pts=last_pts,
        )
        edges.append(OpenEdges(segment=segment, edges=result.blobs[name]))
    return tuple(edges)


def _appearance(
    sightings: Sightings, track: Track, pictures: Sequence[Portrait], width: int
) -> Appearance:
    vectors = [portrait.embedding for portrait in pictures]
    return Appearance(
        frozenset(sightings.frame[track.seen].tolist()),
        np.array(vectors).reshape(len(vectors), width),
    )


def _portrait_row(
    subject: int, portrait: Portrait, reference: Reference, recogniser: str
) -> dict[str, Any]:
    return {
        "subject": subject,
        "frame": portrait.frame,
        "pixel": portrait.pixel,
        "picture": to_jpeg(portrait.picture, PORTRAIT_QUALITY),
        "landmarks": portrait.landmarks,
        "shape": reference.shape,
        "contrast": reference.contrast,
        "stays": reference.stays,
        "embedding": portrait.embedding,
        "recogniser": recogniser.encode(),
    }
