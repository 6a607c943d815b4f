"""An identity stage with everything it needs, and a video of two people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.parquet.work_tables import ParquetWorkTables
from swaddle.adapters.system.key_ring import SystemKeyRing
from swaddle.entrypoints.crew import Told
from swaddle.identity.handler import Identity
from swaddle.identity.ports import IdentityGenerator, Preview
from swaddle.kernel.blobs import Blob
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import to_jpeg
from swaddle.kernel.geometry import Floats
from swaddle.kernel.identifiers import BlobKey, SubjectId, Tenant, VideoId
from swaddle.kernel.messages import (
    FreezeIdentities,
    GenerateIdentity,
    IdentitiesFrozen,
    IdentityGenerated,
    Order,
)
from swaddle.kernel.plan import Action, Method, Plan, Span, SubjectPlan, TrackPlan, read_plan
from swaddle.kernel.tables import PORTRAITS, assemble, of_width
from tests.unit.identity.sitters import sitter
from tests.unit.identity.test_choosing import OWN
from tests.unit.identity.test_freezing import SCALE

VIDEO = {"tenant": Tenant("lab"), "video_id": VideoId("v1")}


class Recogniser:
    """Sees how alike a picture is to the first subject in a point of its mesh; others are strangers."""

    def embed(self, faces: Sequence[Preview]) -> Floats:
        said = np.array([float(mesh[0, 0]) for _, mesh in faces])
        alike = np.where(np.abs(said) <= 1, said, -0.5)
        return alike[:, None] * OWN + np.sqrt(1 - alike**2)[:, None] * np.eye(128)[1]


@dataclass
class Room:
    """A store with a plan for two adults and two portraits of each."""

    folder: Path
    engine: IdentityGenerator
    stand_in: IdentityGenerator | None = None
    portraits: bool = False
    made: list[Blob] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blobs = FolderBlobStore(self.folder / "blobs")
        keys = SystemKeyRing(self.folder, self.folder)
        self.tables = ParquetWorkTables(self.blobs, keys.table_key())
        self.stage = Identity(
            self.blobs,
            self.tables,
            self.engine,
            Recogniser(),
            SCALE,
            keys,
            FakeIdSource(),
            Told(lambda _stage, _frames: None),
            portraits=self.portraits,
            stand_in=self.stand_in,
        )
        self.plan = self.blobs.put(BlobKey("lab/v1/plan"), _plan().to_json())
        rows = [portrait_row(subject) for subject in (0, 0, 1, 1)]
        table = assemble(rows, of_width(PORTRAITS, SCALE.width))
        self.table = self.tables.write(BlobKey("lab/v1/portraits"), table)

    def generated(self, subject: str, *, first: bool = False) -> None:
        """`first`: as all subjects of a video are asked for at the beginning."""
        command = GenerateIdentity(
            **VIDEO,
            source=self.plan,
            plan=self.plan,
            portraits=self.table,
            order=Order(),
            subject_id=SubjectId(subject),
            attempt=0,
            given=() if first else tuple(self.made),
        )
        (event,) = self.stage.handle(command)
        assert isinstance(event, IdentityGenerated)
        self.made.append(event.identity)

    def frozen(self) -> tuple[Plan, IdentitiesFrozen]:
        command = FreezeIdentities(
            **VIDEO, plan=self.plan, identities=tuple(self.made), attempts=0
        )
        (event,) = self.stage.handle(command)
        assert isinstance(event, IdentitiesFrozen)
        with self.blobs.open(event.plan.key) as stream:
            return read_plan(stream.read()), event

    def both(self) -> tuple[Plan, IdentitiesFrozen]:
        """Invent somebody for both subjects, and freeze them."""
        self.generated("s01")
        self.generated("s02")
        return self.frozen()


def _plan() -> Plan:
    span = Span(first_frame=0, last_frame=9, action=Action.SWAP)
    subjects = tuple(
        SubjectPlan(
            subject_id=f"s0{n}",
            age_group=AgeGroup.ADULT,
            method=Method.SYNTHETIC,
            tracks=(TrackPlan(track_id=f"t000{n}", spans=(span,)),),
        )
        for n in (1, 2)
    )
    return Plan(
        video_id="v1", frames=10, width=640, height=480, work="w", tables=(), subjects=subjects
    )


HAIR = np.zeros((48, 48), np.uint8)
HAIR[:9] = 255


def portrait_row(subject: int) -> dict[str, object]:
    """Return a row of PORTRAITS."""
    shown = sitter()
    return {
        "subject": subject,
        "frame": 0,
        "picture": to_jpeg(shown.picture, 95),
        "pixel": shown.pixel,
        "landmarks": shown.landmarks,
        "shape": shown.shape,
        "contrast": shown.contrast,
        "stays": HAIR,
        "embedding": OWN if subject == 0 else np.eye(128)[9],
        "recogniser": SCALE.recogniser.encode(),
    }
