"""The first candidate that looks like a stranger is taken, and few are tried to find it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from swaddle.identity.choosing import (
    BLOCK,
    CANDIDATES,
    OTHER_MARGIN,
    OWN_MARGIN,
    PATIENCE,
    TRIES,
    Chooser,
    Surroundings,
)
from swaddle.identity.ports import Portrait, Preview, PreviewRequest
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from tests.made.faces import NOTHING_HIDES, rendered
from tests.unit.identity.test_freezing import SCALE

OWN = np.eye(128)[0]
MESH = np.zeros((468, 3))
PORTRAIT = Portrait(np.zeros((8, 8, 3), np.uint8), MESH, MESH, np.ones(3), NOTHING_HIDES)


@dataclass
class Invented:
    """People of whom a seed says how alike they are to the subject, and what a forecast says."""

    alike: Sequence[float]
    forecast: Sequence[float]
    tried: list[int] = field(default_factory=list)
    fingerprint: str = "test"
    by_picture: bool = False
    at_once: int = 1

    def invent(self, seed: bytes, group: AgeGroup, number: int) -> IdentityPlan:
        return IdentityPlan(
            identity_id=f"{number}",
            attempt=number,
            engine="t",
            shape=(),
            texture=(),
            iris=(0, 0, 0),
        )

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> Floats:
        return OWN * self.forecast[identity.attempt % len(self.forecast)]

    def moved_away(
        self, identity: IdentityPlan, group: AgeGroup, references: Floats, by: Floats
    ) -> IdentityPlan:
        return identity

    def preview(self, requests: Sequence[PreviewRequest]) -> Sequence[Preview | None]:
        return [self._shown(request.identity) for request in requests]

    def _shown(self, identity: IdentityPlan) -> Preview | None:
        self.tried.append(identity.attempt)
        alike = self.alike[identity.attempt % len(self.alike)]
        return np.zeros((8, 8, 3), np.uint8), np.full((468, 3), alike)

    def embed(self, faces: Sequence[Preview]) -> Floats:
        alike = np.array([mesh[0, 0] for _, mesh in faces])
        other = np.sqrt(1 - alike**2)
        return alike[:, None] * OWN + other[:, None] * np.eye(128)[1]


class Unseen(Invented):
    """People of whom none can be shown in the subject's place."""

    def _shown(self, identity: IdentityPlan) -> None:
        self.tried.append(identity.attempt)


@dataclass
class Movable(Invented):
    """People who can be changed: of what is asked, a share comes true."""

    true: float = 1.0
    names: list[str] = field(default_factory=list)

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> Floats:
        return super().tendency(identity, group) + OWN * sum(identity.shape)

    def moved_away(
        self, identity: IdentityPlan, group: AgeGroup, references: Floats, by: Floats
    ) -> IdentityPlan:
        shape = (*identity.shape, -float(by[0]))
        name = f"{identity.identity_id}+"
        return identity.model_copy(update={"identity_id": name, "shape": shape})

    def _shown(self, identity: IdentityPlan) -> Preview:
        self.names.append(identity.identity_id)
        alike = self.alike[identity.attempt % len(self.alike)] + self.true * sum(identity.shape)
        return np.zeros((8, 8, 3), np.uint8), np.full((468, 3), alike)


@dataclass
class Followed(Invented):
    """People of whom the number of the block says how much of the portrait shows through."""

    detail: Sequence[float] = ()

    def _shown(self, identity: IdentityPlan) -> Preview:
        self.tried.append(identity.attempt)
        picture, landmarks = rendered()
        share = self.detail[identity.attempt // BLOCK % len(self.detail)]
        noise = np.random.default_rng(0).normal(128, 40, picture.shape)
        shown = share * picture + (1 - share) * noise
        return shown.clip(0, 255).astype(np.uint8), landmarks

    def embed(self, faces: Sequence[Preview]) -> Floats:
        alike = self.alike[self.tried[-1] // BLOCK % len(self.alike)]
        return np.array([alike * OWN + np.sqrt(1 - alike**2) * np.eye(128)[1]])


def choose(
    world: Invented,
    given: Sequence[Floats] = (),
    portraits: int = 3,
    others: Sequence[Floats] = (),
    portrait: Portrait = PORTRAIT,
) -> str:
    around = Surroundings(own=np.tile(OWN, (max(portraits, 1), 1)), others=others, given=given)
    chooser = Chooser(world, world, SCALE)  # type: ignore[arg-type]
    seeds = ((number, bytes(32)) for number in range(CANDIDATES))
    return chooser.choose(
        seeds, AgeGroup.ADULT, [portrait] * portraits, around
    ).identity.identity_id


def test_an_acceptable_candidate_is_taken_at_once() -> None:
    world = Invented(alike=[-0.5], forecast=[-0.6])

    assert choose(world) == "0"
    assert set(world.tried) == {0}


def test_nobody_is_tried_whom_the_forecast_finds_too_alike() -> None:
    forecast = [0.9] * 40 + [-0.6]
    world = Invented(alike=[0.9] * 40 + [-0.6], forecast=forecast)

    assert choose(world) == "40"
    assert set(world.tried) == {40}


def test_a_forecast_that_errs_is_corrected_by_what_was_tried() -> None:
    # Everybody is more alike than forecast by 0.5; only the last of a block is far enough.
    forecast = [-0.3] * (BLOCK - 1) + [-0.9]
    world = Invented(alike=[0.2] * (BLOCK - 1) + [-0.4], forecast=forecast)

    assert choose(world) == str(2 * BLOCK - 1)
    assert len(set(world.tried)) == 2


def test_who_misses_by_little_is_changed_until_it_does_not() -> None:
    # It looks acceptable beforehand, and is not.
    world = Movable(alike=[0.3], forecast=[-0.6])

    assert choose(world) == "0+"
    assert list(dict.fromkeys(world.names)) == ["0", "0+"]


def test_who_is_forecast_to_miss_is_changed_before_it_is_tried() -> None:
    world = Movable(alike=[0.3], forecast=[0.3])

    assert choose(world) == "0+"
    assert set(world.names) == {"0+"}


def test_who_comes_nearer_is_changed_again() -> None:
    world = Movable(alike=[0.3], forecast=[-0.6], true=0.6)

    assert choose(world) == "0+++"


def test_who_comes_no_nearer_is_left_for_the_next() -> None:
    world = Movable(alike=[*[0.3] * BLOCK, -0.9], forecast=[-0.6], true=0.0)

    assert choose(world).rstrip("+") == str(BLOCK)
    assert "0++" not in world.names


def test_where_all_are_too_alike_the_least_alike_is_taken() -> None:
    alike = [0.9 - 0.01 * (number // BLOCK) for number in range(CANDIDATES)]
    world = Invented(alike=alike, forecast=[0.0])

    assert int(choose(world)) // BLOCK == TRIES - 1
    assert len(set(world.tried)) == TRIES


class Unforeseen(Invented):
    """People of whom nothing can be told before they are tried."""

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> None:
        return None


def test_where_nothing_can_be_foreseen_people_are_tried_until_one_is_acceptable() -> None:
    world = Unforeseen(alike=[0.9] * 2 * BLOCK + [-0.5] * BLOCK, forecast=[])

    assert choose(world) == str(2 * BLOCK)
    assert list(dict.fromkeys(world.tried)) == [0, BLOCK, 2 * BLOCK]


def test_a_synthetic_person_in_use_is_avoided() -> None:
    world = Invented(alike=[-0.5], forecast=[-0.6])
    taken = world.embed([(np.zeros((8, 8, 3), np.uint8), np.full((468, 3), -0.5))])[0]
    choose(world, given=[taken])

    assert len(set(world.tried)) == PATIENCE


def test_who_comes_near_is_reason_to_go_on_beside_somebody_in_use() -> None:
    known = SCALE.strangers[AgeGroup.ADULT]
    alike = known.mean - OWN_MARGIN * known.deviation + 0.001
    world = Invented(alike=[alike], forecast=[0.3])
    choose(world, given=[np.eye(128)[9]])

    assert len(set(world.tried)) == TRIES


def test_likeness_to_the_subject_is_reason_to_go_on_beside_somebody_in_use() -> None:
    # Everybody resembles the subject too much, but the last who is tried.
    world = Invented(alike=[0.0] * (TRIES - 1) * BLOCK + [-0.5] * BLOCK, forecast=[0.3])
    assert int(choose(world, given=[np.eye(128)[9]])) // BLOCK == TRIES - 1


def _like(alike: float, by: float) -> Floats:
    """Return somebody whom a candidate that is `alike` resembles by `by`."""
    other = np.sqrt(1 - alike**2) * np.eye(128)[1]
    return by * (alike * OWN + other) + np.sqrt(1 - by**2) * np.eye(128)[5]


def test_where_nobody_is_acceptable_likeness_to_somebody_in_use_weighs_less() -> None:
    # The first resembles the subject a little, all others somebody in use a little more.
    world = Invented(alike=[0.3] * BLOCK + [-0.9], forecast=[0.3, *[0.0] * BLOCK])

    assert int(choose(world, given=[_like(-0.9, 0.4)])) >= BLOCK


def test_likeness_to_another_real_person_weighs_as_much_as_to_the_subject() -> None:
    # Beyond their limits, by 0.08 (the subject) and by 0.16 (the other).
    world = Invented(alike=[0.1] * BLOCK + [-0.9], forecast=[0.1, *[0.0] * BLOCK])
    known = SCALE.strangers[AgeGroup.ADULT]
    near = known.mean + (OTHER_MARGIN + 1.6) * known.deviation
    own = 0.1 - (known.mean - OWN_MARGIN * known.deviation)
    assert 0 < own < 1.6 * known.deviation

    assert int(choose(world, others=[_like(-0.9, near)[None]])) < BLOCK


def test_without_portraits_the_first_is_as_good_as_any() -> None:
    world = Invented(alike=[0.9], forecast=[0.9])

    assert choose(world, portraits=0) == "0"
    assert world.tried == []


@pytest.mark.parametrize("alike", [-0.9, 0.0, 0.9])
def test_the_choice_is_the_same_each_time(alike: float) -> None:
    worlds = [Invented(alike=[alike, -0.2], forecast=[0.0, -0.3]) for _ in range(2)]

    assert choose(worlds[0]) == choose(worlds[1])


def test_who_was_never_seen_is_not_acceptable() -> None:
    # Strangers among infants are alike: a similarity of 0 would pass for a stranger's.
    world = Unseen(alike=[0.0], forecast=[0.0])
    around = Surroundings(own=np.tile(OWN, (3, 1)), others=[])
    chooser = Chooser(world, world, SCALE)  # type: ignore[arg-type]
    seeds = ((number, bytes(32)) for number in range(CANDIDATES))
    chooser.choose(seeds, AgeGroup.INFANT, [PORTRAIT] * 3, around)

    assert len(set(world.tried)) == TRIES


def seen_closely() -> Portrait:
    """Return a portrait in which there is fine detail."""
    picture, landmarks = rendered()
    return replace(PORTRAIT, picture=picture, landmarks=landmarks)


def test_whose_fine_detail_passes_for_the_real_face_s_is_left_for_the_next() -> None:
    world = Followed(alike=[-0.5], forecast=[-0.6], detail=[1.0, 0.0])

    assert choose(world, portrait=seen_closely()) == f"{BLOCK}"


def test_where_everybody_s_does_the_one_who_does_least_is_taken_unless_too_alike() -> None:
    alike, detail = [-0.5, 0.9, -0.5], [1.0, 0.0, 0.8]
    world = Followed(alike=alike, forecast=[-0.6], detail=detail)

    assert choose(world, portrait=seen_closely()) == f"{2 * BLOCK}"
