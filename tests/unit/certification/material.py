"""A short video with two people, one of whom somebody called by her name, and its certification."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.folder.scratch import FolderScratch
from swaddle.adapters.parquet.feature_writer import ParquetFeatureWriter
from swaddle.adapters.parquet.work_tables import ParquetWorkTables
from swaddle.adapters.system.id_source import SystemIdSource
from swaddle.adapters.system.key_ring import SystemKeyRing
from swaddle.certification.handler import Certification
from swaddle.certification.manifest import Toolchain, Weight
from swaddle.kernel.blobs import Blob
from swaddle.kernel.findings import Finding, FindingKind, Findings, SubjectFigures
from swaddle.kernel.frames import to_jpeg
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import CertifyVideo, Order, Verdict
from swaddle.kernel.plan import Plan
from swaddle.kernel.tables import PICTURES, REGIONS, SYNTHETIC, TRACKS, Rendered, Source, assemble
from swaddle.kernel.texture_space import canonical
from swaddle.kernel.video import Layout, layout_to_json
from tests.media.clips import Recipe, Sound, make
from tests.media.journey import READER, segmented, travelled

NAME: Final = "Annabelle"
"""What no file that is shared may say."""
FRAMES: Final = 24
CLIP: Final = Recipe(frames=FRAMES, sounds=(Sound(),), tags={"title": f"{NAME}, visit 2"})

FIGURES: Final = SubjectFigures(
    subject_id="s01",
    age_group="infant",
    samples=4,
    to_source=0.41,
    within_output=0.93,
    within_source=0.9,
    to_other_subjects=0.35,
    stranger_mean=0.5,
    stranger_deviation=0.17,
)
PASSED: Final = Findings(
    revision=0,
    frames_checked=FRAMES,
    faces_seen=25,
    faces_in_regions=25,
    persons_seen=3,
    black_frames=0,
    frozen_frames=0,
    detail_samples=20,
    face_detail=0.21,
    background_detail=0.98,
    subjects=(FIGURES, FIGURES.model_copy(update={"subject_id": NAME, "to_source": None})),
)
SEEN: Final = Finding(
    kind=FindingKind.FACE,
    first_frame=5,
    last_frame=7,
    first_time_s=0.1667,
    last_time_s=0.2333,
    score=0.7,
    threshold=0.5,
    detector="another",
)
TOOLS: Final = Toolchain(
    version="0.1.0",
    python="3.11",
    libraries={"av": "18.1.0"},
    weights=(Weight(name="tiny", sha256="0" * 64, licence="MIT", commercial_use=True),),
)


class Silence:
    """Progress that nobody watches."""

    def advance(self, stage: str, frames: int) -> None:
        pass

    def faces(self, rendered: str, number: int) -> None:
        pass


@cache
def source() -> bytes:
    return make(CLIP)


@cache
def output() -> bytes:
    return travelled(source())


def layout() -> Layout:
    return segmented(READER.probe(BytesIO(source())), 10)


def face(frame: int = 0) -> NDArray[np.float32]:
    """Return the mean face, 25 pixels wide, looking into the camera."""
    return (canonical()[:468] * 0.12 + [20 + 0.2 * frame, 10, 0]).astype(np.float32)


def irises(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return eyes that look straight ahead."""
    middles = [(landmarks[a, :2] + landmarks[b, :2]) / 2 for a, b in ((33, 133), (362, 263))]
    return np.repeat(np.array(middles, np.float32)[:, None], 5, axis=1)


def seen(frame: int, track: int, *, meshed: bool = True) -> dict[str, Any]:
    """Return a row of TRACKS."""
    points = face(frame)
    empty = {name: np.zeros(shape) for name, (_, shape) in TRACKS.items()}
    box = [20.0, 10.0, 50.0, 40.0] if track == 0 else [60.0, 10.0, 80.0, 40.0]
    return empty | {
        "frame": frame,
        "pts": frame * 512,
        "time_s": frame / 30,
        "track": track,
        "source": Source.DETECTED if frame % 10 == 0 else Source.TRACKED,
        "presence": 0.9,
        "box": box,
        "head": box,
        "meshed": meshed,
        "landmarks": points if meshed else 0,
        "irises": irises(points) if meshed else 0,
        "occluded": 0.1,
        "sharpness": 12.0,
    }


def done(frame: int, track: int, what: Rendered) -> dict[str, Any]:
    """Return a row of REGIONS."""
    row = seen(frame, track)
    swapped = what in SYNTHETIC
    mesh = row["landmarks"] + 1 if swapped else np.zeros((468, 3))
    where = {name: row[name] for name in ("frame", "track", "box")}
    return where | {"rendered": what, "meshed": swapped, "landmarks": mesh}


def kept(frame: int) -> dict[str, Any]:
    """Return a row of PICTURES."""
    picture = to_jpeg(np.full((64, 96, 3), frame * 255 // FRAMES, np.uint8), 90)
    return {"frame": frame, "width": 96, "height": 64, "picture": picture}


def plan() -> Plan:
    """Return a plan that somebody edited who knows the child."""
    span = {
        "first_frame": 0,
        "last_frame": FRAMES - 1,
        "action": "swap",
        "reason": "mostly hidden",
    }
    cover = {**span, "action": "cover", "reason": f"{NAME}, too small"}
    common = {"age_group": "infant", "method": "synthetic"}
    subjects = [
        {"subject_id": "s01", "tracks": [{"track_id": "t0001", "spans": [span]}], **common},
        {"subject_id": NAME, "tracks": [{"track_id": "t0002", "spans": [cover]}], **common},
    ]
    about = {"video_id": "v1", "frames": FRAMES, "width": 96, "height": 64, "work": ""}
    return Plan.model_validate(
        {**about, "tables": [], "subjects": subjects, "covers": [], "black_frames": []}
    )


@dataclass(frozen=True, slots=True)
class Certified:
    """What came out."""

    files: Mapping[str, bytes]
    """By name: manifest, signature, report and so on."""
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Office:
    """A certification stage with everything it needs, in a folder."""

    folder: Path
    tools: Toolchain = TOOLS
    stand_in: frozenset[int] = frozenset()
    """Frames in which the engine of the first subject failed."""

    @property
    def blobs(self) -> FolderBlobStore:
        return FolderBlobStore(self.folder / "blobs")

    @property
    def stage(self) -> Certification:
        keys = SystemKeyRing(self.folder, self.folder / "config")
        return Certification(
            self.blobs,
            ParquetWorkTables(self.blobs, keys.table_key()),
            FolderScratch(self.folder / "scratch"),
            ParquetFeatureWriter(),
            keys,
            lambda urls: self.tools.model_copy(update={"engines": {u: u for u in urls}}),
            FakeClock(),
            SystemIdSource(),
            Silence(),
        )

    def command(self, findings: Findings = PASSED, **changes: Any) -> CertifyVideo:  # noqa: ANN401 - of any field
        """Store everything that a command speaks of, and return it."""
        tables = [self._tables(s.first_frame, s.last_frame) for s in layout().segments]
        command = CertifyVideo(
            tenant=Tenant("lab"),
            video_id=VideoId("v1"),
            source=self._put(f"{NAME}.mp4", source()),
            layout=self._put("layout", layout_to_json(layout())),
            order=Order(cohort=NAME),
            plan=self._put("plan", plan().to_json()),
            tables=tuple(tracks for tracks, _ in tables),
            regions=tuple(regions for _, regions in tables),
            output=self._put("output", output()),
            pictures=(self._pictures(),),
            findings=self._put("findings", findings.model_dump_json().encode()),
            verdict=Verdict.RELEASED,
            revision=0,
            rounds=0,
        )
        return replace(command, **changes)

    def certified(self, command: CertifyVideo) -> Certified:
        (event,) = self.stage.handle(command)
        certificate = json.loads(self.read(event.certificate.key))
        names = certificate["blobs"].items()
        files = {name: self.read(BlobKey(blob["key"])) for name, blob in names}
        return Certified(files, self.stage.keys.public_key())

    def read(self, key: BlobKey) -> bytes:
        with self.blobs.open(key) as stream:
            return stream.read()

    def _put(self, name: str, content: bytes) -> Blob:
        return self.blobs.put(BlobKey(f"lab/v1/{name}"), content)

    def _pictures(self) -> Blob:
        table = assemble([kept(frame) for frame in range(0, FRAMES, 3)], PICTURES)
        return self.stage.tables.write(BlobKey("lab/v1/pictures"), table)

    def _tables(self, first: int, last: int) -> tuple[Blob, Blob]:
        frames = range(first, last + 1)
        tracks = [seen(f, t, meshed=t == 0) for f in frames for t in (0, 1) if t == 0 or f > 11]
        regions = [done(r["frame"], r["track"], self._rendered(r)) for r in tracks]
        tables = self.stage.tables
        return (
            tables.write(BlobKey(f"lab/v1/tracks-{first}"), assemble(tracks, TRACKS)),
            tables.write(BlobKey(f"lab/v1/regions-{first}"), assemble(regions, REGIONS)),
        )

    def _rendered(self, row: Mapping[str, Any]) -> Rendered:
        if row["track"]:
            return Rendered.COVER
        return Rendered.STAND_IN if row["frame"] in self.stand_in else Rendered.SWAP
