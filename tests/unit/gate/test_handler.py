"""Whose results the gate takes for its own."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.parquet.work_tables import ParquetWorkTables
from swaddle.entrypoints.crew import Told
from swaddle.gate.handler import Gate
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Rejected, Unavailable
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.findings import Findings
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import CheckSegment, CheckVideo, SegmentChecked, VideoChecked
from swaddle.kernel.plan import Action, Method, Plan, Span, SubjectPlan, TrackPlan, track_name
from swaddle.kernel.recognition import RecognitionScale
from swaddle.kernel.results import Result, Task
from swaddle.kernel.tables import REGIONS, SIMILARITIES, TRACKS, Rendered, assemble, of_width
from swaddle.kernel.video import Segment, layout_to_json
from tests.media.journey import READER
from tests.unit.certification.material import done, layout, output, source
from tests.unit.identity.test_freezing import SCALE

KEY = b"k" * 32
WIDE = replace(SCALE, mean=np.zeros(512), age_weights=np.zeros((512, 3)), recogniser="another")

BLOB = Blob(key=BlobKey("any"), size=1, sha256="")
COMMAND = CheckSegment(
    tenant=Tenant("lab"),
    video_id=VideoId("v1"),
    source=BLOB,
    layout=BLOB,
    table=BLOB,
    regions=BLOB,
    output=BLOB,
    segment=Segment(index=0, first_frame=0, last_frame=9, first_pts=0, last_pts=9),
    revision=0,
)


class Room:
    """A plan with one subject, and what was sampled of it."""

    def __init__(self, folder: Path) -> None:
        self.blobs = FolderBlobStore(folder)
        self.tables = ParquetWorkTables(self.blobs, KEY)
        span = Span(first_frame=0, last_frame=9, action=Action.SWAP)
        subject = SubjectPlan(
            subject_id="s01",
            age_group=AgeGroup.ADULT,
            method=Method.SYNTHETIC,
            tracks=(TrackPlan(track_id=track_name(0), spans=(span,)),),
        )
        plan = Plan(
            video_id="v1", frames=10, width=8, height=8, work="", tables=(), subjects=(subject,)
        )
        self.command = CheckVideo(
            tenant=Tenant("lab"),
            video_id=VideoId("v1"),
            layout=self.blobs.put(BlobKey("lab/v1/layout"), layout_to_json(layout())),
            plan=self.blobs.put(BlobKey("lab/v1/plan"), plan.to_json()),
            looks=(),
            similarities=(),
            revision=0,
            may_repair=False,
        )

    def sampled(self, scale: RecognitionScale, name: str, faces: int) -> Blob:
        vector = np.eye(scale.width)[0]
        row = {"frame": 0, "track": 0, "original": vector, "output": vector}
        rows = [row | {"recogniser": scale.recogniser.encode()}] * faces
        table = assemble(rows, of_width(SIMILARITIES, scale.width))
        return self.tables.write(BlobKey(f"lab/v1/{name}"), table)

    def concluded(self, scale: RecognitionScale, *sampled: Blob) -> VideoChecked:
        told = Told(lambda _stage, _frames: None)
        stores = (self.blobs, self.tables)
        stage = Gate(*stores, None, None, None, None, scale, FakeIdSource(), told)  # type: ignore[arg-type]
        (event,) = stage.handle(replace(self.command, similarities=sampled))
        assert isinstance(event, VideoChecked)
        return event


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.mark.parametrize("scale", [SCALE, WIDE], ids=["128", "512"])
def test_segments_without_a_sample_do_not_matter(room: Room, scale: RecognitionScale) -> None:
    event = room.concluded(scale, room.sampled(scale, "0", 0), room.sampled(scale, "1", 3))
    with room.blobs.open(event.findings.key) as stream:
        found = Findings.model_validate_json(stream.read())

    assert found.subjects[0].samples == 3
    assert found.subjects[0].to_source == 1


def test_samples_of_two_recognisers_are_refused(room: Room) -> None:
    with pytest.raises(Unavailable, match="compared by made, and here they are by another"):
        room.concluded(WIDE, room.sampled(WIDE, "0", 1), room.sampled(SCALE, "1", 1))


def test_another_recogniser_is_another_task(room: Room) -> None:
    assert room.concluded(SCALE).findings.key != room.concluded(WIDE).findings.key


def test_what_another_detector_or_recogniser_saw_is_not_recalled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, ids, looks = FolderBlobStore(tmp_path), FakeIdSource(), []

    def look(gate: Gate, task: Task, _: CheckSegment) -> Result:
        looks.append((gate.engines, gate.scale))
        return task.settle(
            blobs, Result({"look": BLOB, "similarities": BLOB, "pictures": BLOB}, {})
        )

    monkeypatch.setattr(Gate, "_look", look)
    nothing: Any = None
    chosen = [("one", SCALE), ("another", SCALE), ("one", WIDE)]
    for engines, scale in (*chosen, *chosen):
        gate = Gate(blobs, *[nothing] * 5, scale, ids, nothing, engines=engines)
        assert [event.segment for event in gate.handle(COMMAND)] == [0]

    assert looks == chosen


@pytest.mark.parametrize("index", [0, -1])
def test_a_frame_of_the_finished_file_that_cannot_be_decoded_lets_nothing_out(
    tmp_path: Path, index: int
) -> None:
    with pytest.raises(Rejected, match="finished file has damaged frames"):
        looked_at(spoiled(output()), index, tmp_path)


def test_some_frames_of_the_finished_file_are_kept_for_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("swaddle.gate.pictures.MOST", 8)
    seen = looked_at(output(), 1, tmp_path)
    table = ParquetWorkTables(FolderBlobStore(tmp_path), KEY).read(seen.pictures)

    segment = layout().segments[1]
    assert table["frame"].tolist() == [10, 12, 15, 18]
    assert segment.first_frame == 10


def test_no_picture_is_kept_of_a_face_that_was_left_as_it_is(tmp_path: Path) -> None:
    left = [done(frame, 0, Rendered.EXEMPT) for frame in (12, 13)]
    seen = looked_at(output(), 1, tmp_path, left)
    table = ParquetWorkTables(FolderBlobStore(tmp_path), KEY).read(seen.pictures)

    assert table["frame"].tolist() == [10, 11, *range(14, 20)]


def looked_at(
    finished: bytes, index: int, folder: Path, regions: Sequence[Mapping[str, Any]] = ()
) -> SegmentChecked:
    """Return what the gate says of a segment in which it sees nobody."""
    blobs = FolderBlobStore(folder)
    tables = ParquetWorkTables(blobs, KEY)
    stored = {"source": source(), "output": finished, "layout": layout_to_json(layout())}
    kept = {
        name: blobs.put(BlobKey(f"lab/v1/{name}"), io.BytesIO(c)) for name, c in stored.items()
    }
    for name, rows, schema in (("table", (), TRACKS), ("regions", regions, REGIONS)):
        kept[name] = tables.write(BlobKey(f"lab/v1/{name}"), assemble(rows, schema))
    command = replace(COMMAND, segment=layout().segments[index], **kept)
    told = Told(lambda _stage, _frames: None)
    nobody: Any = Nobody()
    gate = Gate(blobs, tables, READER, nobody, nobody, nobody, SCALE, FakeIdSource(), told)
    (event,) = gate.handle(command)
    assert isinstance(event, SegmentChecked)
    return event


class Nobody:
    """Watches frames and sees nothing in them."""

    def faces(self, *_: object, **__: object) -> tuple[()]:
        return ()

    def persons(self, _: object) -> tuple[()]:
        return ()


def spoiled(video: bytes) -> bytes:
    """Return a video in which half of every packet is gone."""
    with av.open(io.BytesIO(video)) as container:
        packets = [(p.size, p.pos) for p in container.demux(video=0) if p.pos]
    content = bytearray(video)
    for size, position in packets:
        assert position is not None
        content[position + size // 2 : position + size - 8] = bytes(size - 8 - size // 2)
    return bytes(content)
