"""The result of a task: written once, found by everybody who runs the task again."""

from pathlib import Path

import pytest

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import IngestVideo, Order
from swaddle.kernel.results import Result, Task


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path)


@pytest.fixture
def ids() -> FakeIdSource:
    return FakeIdSource()


def command(trace: str = "", source: str = "source") -> IngestVideo:
    blob = Blob(key=BlobKey(source), size=1, sha256="")
    tenant, video = Tenant("lab"), VideoId("v1")
    return IngestVideo(
        tenant=tenant, video_id=video, traceparent=trace, source=blob, order=Order()
    )


def task(ids: FakeIdSource, trace: str = "", source: str = "source", made_of: str = "w1") -> Task:
    return Task.of(command(trace, source), "media", "0", made_of, ids)


def result(blobs: FolderBlobStore, run: Task, content: bytes = b"x") -> Result:
    return Result({"layout": blobs.put(run.key("layout"), content)}, {"frames": 3, "cuts": [1, 2]})


def test_a_new_task_has_no_result(blobs: FolderBlobStore, ids: FakeIdSource) -> None:
    assert task(ids).recall(blobs) is None


def test_a_second_run_recalls_the_first(blobs: FolderBlobStore, ids: FakeIdSource) -> None:
    first = task(ids)
    settled = first.settle(blobs, result(blobs, first))

    assert task(ids, trace="00-ab-cd-01").recall(blobs) == settled


def test_whoever_is_later_uses_what_the_first_wrote(
    blobs: FolderBlobStore, ids: FakeIdSource
) -> None:
    first, second = task(ids), task(ids)
    of_second = result(blobs, second, b"second")
    settled = first.settle(blobs, result(blobs, first, b"first"))

    assert second.settle(blobs, of_second) == settled
    with blobs.open(settled.blobs["layout"].key) as stream:
        assert stream.read() == b"first"


def test_every_run_has_keys_of_its_own(ids: FakeIdSource) -> None:
    keys = [task(ids).key(name) for name in ("layout", "layout", "audio")]

    assert len(set(keys)) == 3
    assert all(key.startswith("lab/v1/media/0/") for key in keys)


@pytest.mark.parametrize(
    "other", [{"source": "other"}, {"made_of": "w2"}], ids=["another message", "other weights"]
)
def test_another_task_has_another_result(
    blobs: FolderBlobStore, ids: FakeIdSource, other: dict[str, str]
) -> None:
    first = task(ids)
    first.settle(blobs, result(blobs, first))

    assert task(ids, **other).recall(blobs) is None
