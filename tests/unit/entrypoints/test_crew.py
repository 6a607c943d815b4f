"""Which message a crew takes next."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest

from swaddle import bootstrap
from swaddle.entrypoints.crew import Crew, Told, UnderWay, _later
from swaddle.settings import Settings


@dataclass
class Inbox:
    """Has one delivery at each poll."""

    name: str

    def poll(self) -> Sequence[str]:
        return [f"for {self.name}"]


class Bus:
    """Hands out inboxes of two stages that have something to do."""

    def subscribe(self, name: str, kinds: object) -> "Inbox | Idle":
        del kinds
        return Inbox(name) if name in {"identity", "detection"} else Idle()


class Idle:
    """Has nothing to do."""

    def poll(self) -> Sequence[str]:
        return []


def next_name(
    under_way: Sequence[str], identity_url: str = "appearance://", batch: int = 1
) -> str:
    bus: Any = Bus()
    crew = Crew(
        Settings(identity_url=identity_url, batch=batch),
        bus,
        4,
        Told(lambda _stage, _frames: None),
    )
    delivery: Any = "a delivery"
    busy: UnderWay = {Future(): (name, delivery) for name in under_way}
    found = crew._next(busy)
    assert found is not None
    return found[0]


def test_late_stages_come_first() -> None:
    order = list(bootstrap.STAGES)

    assert order.index("identity") > order.index("detection")
    assert next_name([]) == "identity"


@pytest.mark.parametrize(
    ("identity_url", "batch", "name"),
    [
        ("appearance://", 8, "identity"),
        ("diffusers://blanket-sd15", 5, "identity"),
        ("diffusers://blanket-sd15", 6, "detection"),
    ],
)
def test_two_children_do_not_paint_the_same_people(
    identity_url: str, batch: int, name: str
) -> None:
    assert next_name(["identity"], identity_url=identity_url, batch=batch) == name
    assert next_name(["detection"], identity_url=identity_url, batch=batch) == "identity"


@pytest.mark.parametrize(
    ("identity_url", "early"), [("appearance://", True), ("diffusers://any", False)]
)
def test_a_child_that_waits_loads_who_invents_people_unless_that_is_large(
    identity_url: str,
    early: bool,  # noqa: FBT001 - a case of the table
) -> None:
    assert ("identity" in _later(Settings(identity_url=identity_url))) is early
