"""What is taken in is what was submitted."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.adapters.pyav.video_writer import PyavVideoWriter
from swaddle.entrypoints.crew import Told
from swaddle.kernel.errors import Forged, NotFound
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import IngestVideo, Order, StageFailed, VideoIngested
from swaddle.kernel.worker import outcomes
from swaddle.media.ingest import Ingest
from tests.media.clips import Recipe, make

KEY = BlobKey("lab/v1/source")


@pytest.fixture
def store(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path)


@pytest.fixture
def stage(store: FolderBlobStore) -> Ingest:
    reader, writer = (
        PyavVideoReader(threads=1),
        PyavVideoWriter(preset="veryfast", crf=14, threads=1),
    )
    return Ingest(store, reader, writer, FakeIdSource(), Told(lambda _stage, _frames: None))


@pytest.fixture
def command(store: FolderBlobStore) -> IngestVideo:
    source = store.put(KEY, make(Recipe(frames=12)))
    return IngestVideo(tenant=Tenant("lab"), video_id=VideoId("v1"), source=source, order=Order())


def test_a_video_is_laid_out(stage: Ingest, command: IngestVideo) -> None:
    (answer,) = outcomes(stage, command)

    assert isinstance(answer, VideoIngested)
    assert [segment.frames for segment in answer.segments] == [12]


def test_another_video_in_its_place_is_noticed(
    stage: Ingest, command: IngestVideo, store: FolderBlobStore
) -> None:
    store.put(KEY, io.BytesIO(make(Recipe(frames=13))))
    (answer,) = outcomes(stage, command)

    assert isinstance(answer, StageFailed)
    assert answer.error == Forged.__name__
    assert "digest" in answer.reason


def test_a_manifest_that_lies_of_a_video_is_noticed(stage: Ingest, command: IngestVideo) -> None:
    lie = replace(command, source=replace(command.source, sha256="0" * 64))
    (answer,) = outcomes(stage, lie)

    assert isinstance(answer, StageFailed)
    assert answer.error == Forged.__name__


def test_a_video_that_is_gone_is_not_found(
    stage: Ingest, command: IngestVideo, store: FolderBlobStore
) -> None:
    store.erase("lab/v1/")
    (answer,) = outcomes(stage, command)

    assert isinstance(answer, StageFailed)
    assert answer.error == NotFound.__name__
