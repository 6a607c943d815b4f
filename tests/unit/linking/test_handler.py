"""What linking leaves behind belongs to one recogniser."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.parquet.work_tables import ParquetWorkTables
from swaddle.entrypoints.crew import Told
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import LinkSubjects, Order, SubjectsLinked
from swaddle.kernel.recognition import RecognitionScale
from swaddle.kernel.tables import OBSERVATIONS, assemble
from swaddle.kernel.video import layout_to_json
from swaddle.linking.handler import Linking
from tests.unit.certification.material import layout
from tests.unit.identity.test_freezing import SCALE
from tests.unit.linking.test_switching import Brightness

WIDE = replace(SCALE, mean=np.zeros(512), age_weights=np.zeros((512, 3)), recogniser="another")


class Room:
    """A video without a face, and whoever links it."""

    def __init__(self, folder: Path) -> None:
        self.blobs = FolderBlobStore(folder)
        self.tables = ParquetWorkTables(self.blobs, b"k" * 32)
        empty = self.tables.write(BlobKey("lab/v1/seen"), assemble((), OBSERVATIONS))
        known = self.blobs.put(BlobKey("lab/v1/layout"), layout_to_json(layout()))
        segments = len(layout().segments)
        self.command = LinkSubjects(
            tenant=Tenant("lab"),
            video_id=VideoId("v1"),
            source=known,
            layout=known,
            order=Order(),
            observations=(empty,) * segments,
        )

    def linked(self, scale: RecognitionScale) -> SubjectsLinked:
        told = Told(lambda _stage, _frames: None)
        stage = Linking(self.blobs, self.tables, Brightness(), scale, FakeIdSource(), told)
        (event,) = stage.handle(self.command)
        assert isinstance(event, SubjectsLinked)
        return event


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_the_same_recogniser_recalls_what_it_linked(room: Room) -> None:
    assert room.linked(SCALE).portraits == room.linked(SCALE).portraits


def test_another_recogniser_is_another_task(room: Room) -> None:
    assert room.linked(SCALE).portraits.key != room.linked(WIDE).portraits.key


def test_where_nobody_is_seen_portraits_have_the_width_of_the_recogniser(room: Room) -> None:
    assert room.tables.read(room.linked(WIDE).portraits)["embedding"].shape == (0, 512)
