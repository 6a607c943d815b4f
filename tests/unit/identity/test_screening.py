"""A picture becomes somebody only where it was found acceptable; there is no second best."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from swaddle.identity.choosing import Candidate, Surroundings
from swaddle.identity.ports import Preview, PreviewRequest
from swaddle.identity.screening import SEEDS, SITTINGS, Screener, Sitter
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from tests.unit.identity.test_choosing import OWN, PORTRAIT
from tests.unit.identity.test_freezing import SCALE


@dataclass
class Painted:
    """Pictures of which it is known how alike they are to the subject; None for those refused."""

    alike: Sequence[float | None]
    at_once: int = 1
    given: list[int] = field(default_factory=list)
    fingerprint: str = "test"
    by_picture: bool = True

    def invent(self, seed: bytes, group: AgeGroup, number: int) -> IdentityPlan:
        return IdentityPlan(identity_id=f"{number}", attempt=number, engine="t")

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> Floats:
        return np.zeros(128)

    def moved_away(
        self, identity: IdentityPlan, group: AgeGroup, references: Floats, by: Floats
    ) -> IdentityPlan:
        return identity

    def preview(self, requests: Sequence[PreviewRequest]) -> Sequence[Preview | None]:
        first = sum(self.given)
        self.given.append(len(requests))
        return [self._one(first + n) for n in range(len(requests))]

    def _one(self, number: int) -> Preview | None:
        alike = self.alike[number % len(self.alike)]
        if alike is None:
            return None
        return np.zeros((8, 8, 3), np.uint8), np.full((468, 3), alike)

    def embed(self, faces: Sequence[Preview]) -> Floats:
        alike = np.array([mesh[0, 0] for _, mesh in faces])
        return alike[:, None] * OWN + np.sqrt(1 - alike**2)[:, None] * np.eye(128)[1]


@dataclass
class Steady(Painted):
    """Pictures that are alike by their seed, whoever else is painted."""

    alike: Sequence[float | None] = (0.9, None, 0.8, 0.7, 0.6, -0.5)

    def preview(self, requests: Sequence[PreviewRequest]) -> Sequence[Preview | None]:
        return [self._one(int(request.identity.identity_id)) for request in requests]


def sitter(portraits: int = 5, given: Sequence[Floats] = (), first: int = 0) -> Sitter:
    return Sitter(
        seeds=lambda _domain: ((number, bytes(32)) for number in range(first, 1000)),
        group=AgeGroup.ADULT,
        portraits=[PORTRAIT] * portraits,
        around=Surroundings(own=np.tile(OWN, (max(portraits, 1), 1)), others=[], given=given),
    )


def screened(world: Painted, *sitters: Sitter) -> Sequence[Candidate | None]:
    screener = Screener(world, world, SCALE)  # type: ignore[arg-type]
    return screener.choose(sitters or [sitter()])


def test_the_first_acceptable_picture_is_taken_and_no_more_are_made() -> None:
    world = Painted(alike=[0.9, None, 0.8, -0.5])
    (chosen,) = screened(world)

    assert chosen is not None
    assert chosen.identity.identity_id == "1"
    assert chosen.similarity == np.float64(-0.5)
    assert chosen.shown is not None
    assert world.given == [1, 1, 1, 1]


def test_the_best_portraits_are_painted_together_where_that_is_faster() -> None:
    world = Painted(alike=[0.9, 0.9, -0.5], at_once=2)
    (chosen,) = screened(world)

    assert chosen is not None
    assert chosen.identity.identity_id == "0"
    assert world.given == [2, 1]


def test_several_are_painted_together_until_each_has_somebody() -> None:
    # Two sitters, two portraits of each at a time: the first has somebody in the second round.
    world = Painted(alike=[0.9, 0.9, 0.9, 0.9, -0.5, 0.9, None, -0.4], at_once=2)
    one, other = screened(world, sitter(portraits=2), sitter(portraits=3))

    assert one is not None
    assert other is not None
    assert (one.identity.identity_id, one.portrait, one.similarity) == ("1", 0, -0.5)
    # The other's second round is its third portrait, then come two of the next seed.
    assert (other.identity.identity_id, other.portrait) == ("1", 0)
    assert world.given == [4, 3, 2]


def test_each_gets_whom_it_would_get_alone() -> None:
    none, late = sitter(portraits=0), sitter(portraits=2, first=8)
    sitters = [sitter(), none, late, sitter(first=16)]
    together = screened(Steady(at_once=8), *sitters)
    alone = [screened(Steady(at_once=8), one)[0] for one in sitters]

    assert [c and c.identity.identity_id for c in together] == ["5", None, "11", "17"]
    assert [c and c.identity.identity_id for c in alone] == ["5", None, "11", "17"]


def test_where_all_are_too_alike_nobody_is_chosen() -> None:
    world = Painted(alike=[0.9])

    assert screened(world) == [None]
    assert sum(world.given) == SEEDS * SITTINGS


def test_where_all_are_refused_nobody_is_chosen() -> None:
    assert screened(Painted(alike=[None])) == [None]


def test_somebody_in_use_is_not_chosen_again() -> None:
    world = Painted(alike=[-0.5])
    in_use = world.embed([(np.zeros((8, 8, 3), np.uint8), np.full((468, 3), -0.5))])[0]

    assert screened(world, sitter(given=[in_use])) == [None]


def test_without_portraits_there_is_nothing_to_paint() -> None:
    world = Painted(alike=[-0.5])

    assert screened(world, sitter(portraits=0)) == [None]
    assert world.given == []
