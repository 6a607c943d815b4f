"""A rendered scene goes through the service with an engine that fails on every third frame."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest

from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.folder.scratch import FolderScratch
from swaddle.adapters.parquet.work_tables import ParquetWorkTables
from swaddle.adapters.pyav.scene_writer import PyavSceneWriter
from swaddle.adapters.system.id_source import SystemIdSource
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import SwapSegment
from swaddle.kernel.plan import Plan
from swaddle.kernel.tables import REGIONS, TRACKS, Rendered, assemble, column
from swaddle.kernel.video import Layout, layout_to_json
from swaddle.scenes.ports import Recording
from swaddle.scenes.sound import hum
from swaddle.swapping.handler import Swapping
from tests.media.journey import READER, WRITER, all_frames, segmented
from tests.unit.swapping.material import (
    FRAMES,
    FailingFaceSwapper,
    bare,
    engines,
    moments,
    person,
    pictured,
    plan,
    window,
)

PLAN = plan({"identity": person(21)}, {"identity": pictured(22)})


@dataclass(slots=True)
class Counted:
    """Progress that is added up."""

    frames: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def advance(self, stage: str, frames: int) -> None:
        assert stage == "swap"
        self.frames += frames

    def faces(self, rendered: str, number: int) -> None:
        self.done[rendered] += number


@dataclass(slots=True)
class Workshop:
    """The stage with everything it needs, in a folder."""

    folder: Path
    swapper: FailingFaceSwapper
    size: int = 1
    progress: Counted = field(default_factory=Counted)

    @property
    def blobs(self) -> FolderBlobStore:
        return FolderBlobStore(self.folder / "blobs")

    @property
    def tables(self) -> ParquetWorkTables:
        return ParquetWorkTables(self.blobs, bytes(32))

    @property
    def stage(self) -> Swapping:
        return Swapping(
            self.blobs,
            self.tables,
            FolderScratch(self.folder / "scratch"),
            READER,
            WRITER,
            engines(self.swapper),
            SystemIdSource(),
            self.progress,
            window=self.size,
        )

    def command(self, wanted: Plan = PLAN) -> SwapSegment:
        """Store everything that a command speaks of, and return it."""
        clip = recorded()
        layout = laid_out(clip)
        rows = [row for _, faces in window() for row in faces]
        return SwapSegment(
            tenant=Tenant("lab"),
            video_id=VideoId("v1"),
            source=self._put("source", clip),
            layout=self._put("layout", layout_to_json(layout)),
            plan=self._put("plan", wanted.to_json()),
            table=self.tables.write(BlobKey("lab/v1/tracks"), assemble(rows, TRACKS)),
            segment=layout.segments[0],
            revision=0,
        )

    def _put(self, name: str, content: bytes) -> Blob:
        return self.blobs.put(BlobKey(f"lab/v1/{name}"), content)

    def content(self, blob: Blob) -> bytes:
        with self.blobs.open(blob.key) as stream:
            return stream.read()


def recorded() -> bytes:
    """Return the scene as a camera's file."""
    sink = io.BytesIO()
    pictures = ((moment.time, moment.picture) for moment in moments())
    PyavSceneWriter().write(pictures, hum(float(Fraction(FRAMES, 25))), Recording(), sink)
    return sink.getvalue()


def laid_out(clip: bytes) -> Layout:
    return segmented(READER.probe(io.BytesIO(clip)), FRAMES)


def finished(segment: bytes) -> bytes:
    """Return a video of this segment alone."""
    target = io.BytesIO()
    WRITER.join([io.BytesIO(segment)], None, laid_out(recorded()), "mp4", target)
    return target.getvalue()


def kinds(shop: Workshop, regions: Blob, track: int) -> Sequence[Rendered]:
    table = shop.tables.read(regions)
    mine = column(table, "track", REGIONS) == track
    return [Rendered(kind) for kind in column(table, "rendered", REGIONS)[mine].tolist()]


@pytest.mark.parametrize("size", [1, 3])
def test_what_became_of_each_face_is_counted_and_none_shows(tmp_path: Path, size: int) -> None:
    shop = Workshop(tmp_path, FailingFaceSwapper(3), size)
    (event,) = shop.stage.handle(shop.command())
    stood_in, covered = (kinds(shop, event.regions, track) for track in (0, 1))

    assert stood_in == [Rendered.SWAP if n % 3 else Rendered.STAND_IN for n in range(FRAMES)]
    assert covered == [Rendered.COVER] * FRAMES
    assert shop.progress.done == {"swap": 5, "stand_in": 3, "cover": FRAMES}
    assert shop.progress.frames == FRAMES
    shown = all_frames(finished(shop.content(event.rendered)))
    assert len(shown) == FRAMES
    assert bare(shown) == []


def test_a_face_that_nobody_touches_would_be_noticed(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, FailingFaceSwapper(3))
    exempt = {"identity": person(21), "method": "exempt"}
    (event,) = shop.stage.handle(shop.command(plan(exempt, exempt | {"identity": None})))
    shown = all_frames(finished(shop.content(event.rendered)))

    assert len(bare(shown)) == 2 * FRAMES


def test_a_segment_that_was_rendered_is_recalled(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, FailingFaceSwapper(3))
    command = shop.command()
    (event,) = shop.stage.handle(command)
    asked = len(shop.swapper.asked)
    (again,) = shop.stage.handle(command)

    assert (again.rendered, again.regions) == (event.rendered, event.regions)
    assert len(shop.swapper.asked) == asked


def test_another_engine_renders_again(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, FailingFaceSwapper(3))
    command = shop.command()
    (event,) = shop.stage.handle(command)
    other = Workshop(tmp_path, FailingFaceSwapper(100, fingerprint="failing/2"))
    (again,) = other.stage.handle(command)

    assert again.rendered != event.rendered
