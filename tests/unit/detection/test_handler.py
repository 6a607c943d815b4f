"""Whose results detection takes for its own."""

from pathlib import Path
from typing import Any

import pytest

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.detection import handler
from swaddle.detection.handler import Detection
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import DetectSegment, Order
from swaddle.kernel.results import Result, Task
from swaddle.kernel.video import Segment


def test_what_another_landmarker_saw_is_not_recalled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, ids, looks = FolderBlobStore(tmp_path), FakeIdSource(), []
    blob = blobs.put(BlobKey("any"), b"a layout")
    command = DetectSegment(
        tenant=Tenant("lab"),
        video_id=VideoId("v1"),
        source=blob,
        layout=blob,
        order=Order(),
        segment=Segment(index=0, first_frame=0, last_frame=9, first_pts=0, last_pts=9),
    )

    def look(detection: Detection, task: Task, *_: object) -> Result:
        looks.append(detection.engines)
        return task.settle(blobs, Result({"observations": blob}, {}))

    monkeypatch.setattr(Detection, "_detect", look)
    monkeypatch.setattr(handler, "layout_from_json", lambda _: None)
    nothing: Any = None
    for engines in ("one", "another", "one"):
        detection = Detection(blobs, *[nothing] * 5, ids, nothing, engines=engines)
        assert [event.segment for event in detection.handle(command)] == [0]

    assert looks == ["one", "another"]
