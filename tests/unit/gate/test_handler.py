"""Whose results the gate takes for its own."""

from pathlib import Path
from typing import Any

import pytest

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.gate.handler import Gate
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import CheckSegment
from swaddle.kernel.results import Result, Task
from swaddle.kernel.video import Segment

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


def test_what_another_detector_saw_is_not_recalled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, ids, looks = FolderBlobStore(tmp_path), FakeIdSource(), []

    def look(gate: Gate, task: Task, _: CheckSegment) -> Result:
        looks.append(gate.engines)
        return task.settle(blobs, Result({"look": BLOB, "similarities": BLOB}, {}))

    monkeypatch.setattr(Gate, "_look", look)
    nothing: Any = None
    for engines in ("one", "another", "one"):
        gate = Gate(blobs, *[nothing] * 6, ids, nothing, engines=engines)
        assert [event.segment for event in gate.handle(COMMAND)] == [0]

    assert looks == ["one", "another"]
