"""Subjects get somebody acceptable, a stand-in where an engine may fail, and portraits on demand."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.identity.ports import Preview, PreviewRequest
from swaddle.identity.screening import SEEDS
from swaddle.kernel.errors import Misused, Unavailable
from swaddle.kernel.frames import Image
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.tables import PORTRAITS, assemble, of_width
from tests.unit.identity.rooms import HAIR, Room, portrait_row
from tests.unit.identity.sitters import sitter
from tests.unit.identity.test_choosing import Invented, Unseen
from tests.unit.identity.test_freezing import SCALE
from tests.unit.identity.test_screening import Painted


@dataclass
class Strangers(Painted):
    """Paints pictures that are real enough to be cut out of."""

    def _one(self, number: int) -> Preview | None:
        alike = self.alike[number % len(self.alike)]
        if alike is None:
            return None
        landmarks = sitter().landmarks.copy()
        landmarks[0, 0] = alike
        return sitter().picture, landmarks


@dataclass
class Watching(Strangers):
    """Remembers the hair on the portraits."""

    hair: list[Image] = field(default_factory=list)

    def preview(self, requests: Sequence[PreviewRequest]) -> Sequence[Preview | None]:
        self.hair += [request.portrait.stays for request in requests]
        return Strangers.preview(self, requests)


FACE_SPACE = Invented(alike=[-0.5], forecast=[-0.6])


def test_the_face_space_alone_leaves_the_new_fields_empty(tmp_path: Path) -> None:
    room = Room(tmp_path, AppearanceIdentityGenerator())
    plan, _ = room.both()

    for subject in plan.subjects:
        assert subject.identity is not None
        assert len(subject.identity.shape) > 0
        assert subject.identity.portrait is None
        assert subject.stand_in is None


def test_a_painted_person_has_somebody_who_stands_in(tmp_path: Path) -> None:
    room = Room(tmp_path, Strangers(alike=[-0.5]), AppearanceIdentityGenerator(), portraits=True)
    plan, event = room.both()
    subject = plan.subjects[0]

    assert subject.identity is not None
    assert subject.identity.engine == "t"
    assert subject.identity.portrait is not None
    assert subject.stand_in is not None
    assert len(subject.stand_in.shape) > 0
    assert subject.stand_in.identity_id != subject.identity.identity_id
    assert {a.identity_id for a in event.accepted} >= {subject.identity.identity_id}


def test_people_are_tried_beside_the_hair_of_whom_they_replace(tmp_path: Path) -> None:
    engine = Watching(alike=[-0.5])
    Room(tmp_path, engine, AppearanceIdentityGenerator()).generated("s01")

    assert engine.hair
    assert all(np.array_equal(hair, HAIR) for hair in engine.hair)


@pytest.mark.parametrize("alike", [[None], [0.9]], ids=["refused", "too alike"])
def test_where_no_picture_is_acceptable_the_stand_in_is_shown(
    tmp_path: Path, alike: list[float | None]
) -> None:
    room = Room(tmp_path, Strangers(alike=alike), AppearanceIdentityGenerator(), portraits=True)
    plan, _ = room.both()

    for subject in plan.subjects:
        assert subject.identity is not None
        assert len(subject.identity.shape) > 0
        assert subject.identity.portrait is not None
        assert subject.stand_in is None


def test_whose_pictures_nobody_could_see_is_replaced_too(tmp_path: Path) -> None:
    blind = Unseen(alike=[0.0], forecast=[0.0])
    room = Room(tmp_path, blind, AppearanceIdentityGenerator())
    plan, _ = room.both()

    assert all(s.identity is not None and s.identity.shape for s in plan.subjects)


def test_a_stand_in_that_resembles_another_person_gives_way(tmp_path: Path) -> None:
    # The recogniser of this room finds all stand-ins alike.
    room = Room(tmp_path, Strangers(alike=[-0.5]), AppearanceIdentityGenerator())
    _, event = room.both()

    assert event.repeated == ("s02",)


def test_an_engine_of_pictures_needs_a_stand_in(tmp_path: Path) -> None:
    room = Room(tmp_path, Strangers(alike=[None]))

    with pytest.raises(Misused, match="stand-in"):
        room.generated("s01")


def test_another_recogniser_is_another_task(tmp_path: Path) -> None:
    room = Room(tmp_path, FACE_SPACE)
    room.generated("s01")

    room.stage = replace(room.stage, scale=replace(SCALE, recogniser="another"))
    with pytest.raises(Unavailable, match="compared by made, and here they are by another"):
        room.generated("s01")
    with pytest.raises(Unavailable, match="compared by made, and here they are by another"):
        room.frozen()


def test_a_person_is_kept_at_the_width_of_the_recogniser(tmp_path: Path) -> None:
    wide = replace(SCALE, mean=np.zeros(512), age_weights=np.zeros((512, 3)))
    room = Room(tmp_path, FACE_SPACE)
    room.stage = replace(room.stage, scale=wide)
    row = portrait_row(0) | {"embedding": np.eye(512)[0]}
    table = assemble([row], of_width(PORTRAITS, wide.width))
    room.table = room.tables.write(BlobKey("lab/v1/wide"), table)
    room.generated("s02")  # of whom there is no portrait
    stored = room.tables.read(room.made[0])

    assert stored["embedding"].shape == stored["stand_in_embedding"].shape == (1, 512)
    assert stored["recogniser"].tolist() == [SCALE.recogniser.encode()]


def test_the_first_people_of_a_video_are_painted_together(tmp_path: Path) -> None:
    world = Strangers(alike=[-0.5], at_once=6)
    room = Room(tmp_path, world, FACE_SPACE)
    room.generated("s01", first=True)
    painted = list(world.given)
    room.generated("s02", first=True)

    # Two portraits of each; then those of the second, of whom this recogniser finds nobody unlike.
    assert painted == [4, *[2] * (SEEDS - 1)]
    assert world.given == painted

    alone = Room(tmp_path / "alone", Strangers(alike=[-0.5]), FACE_SPACE)
    shutil.copy(tmp_path / "identity.key", tmp_path / "alone")
    for subject in ("s01", "s02"):
        alone.generated(subject, first=True)
    for one, other in zip(room.made, alone.made, strict=True):
        together, known = (r.tables.read(b) for r, b in ((room, one), (alone, other)))
        assert together["identity"].tolist() == known["identity"].tolist()
        assert np.array_equal(together["embedding"], known["embedding"])


@pytest.mark.parametrize("at_once", [1, 5])
def test_a_smaller_batch_is_left_to_one_subject(tmp_path: Path, at_once: int) -> None:
    world = Strangers(alike=[-0.5], at_once=at_once)
    room = Room(tmp_path, world, FACE_SPACE)
    room.generated("s01", first=True)

    assert sum(world.given) == min(at_once, 2)


def test_nobody_is_painted_ahead_who_must_differ_from_somebody(tmp_path: Path) -> None:
    world = Strangers(alike=[-0.5], at_once=6)
    room = Room(tmp_path, world, FACE_SPACE)
    room.generated("s01", first=True)
    before = len(world.given)
    room.generated("s02")

    assert world.given[before:] == [2] * SEEDS


def test_another_stand_in_is_another_task(tmp_path: Path) -> None:
    room = Room(tmp_path, Strangers(alike=[-0.5]), AppearanceIdentityGenerator())
    room.generated("s01")
    room.stage = replace(room.stage, stand_in=FACE_SPACE)
    room.generated("s01")

    assert room.made[0].key != room.made[1].key
