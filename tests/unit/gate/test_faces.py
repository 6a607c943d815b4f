"""A mesh that the second look was led to tells of a face only where it stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from swaddle.gate.faces import DOUBTED, STEPS, SecondLook, Watcher
from swaddle.kernel.faces import Detection, Mesh
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.geometry import Box, Region

FRAME = still(np.full((400, 800, 3), 128, np.uint8))
HEAD = Box(300, 100, 400, 200)
RENDERED = Box(500, 100, 600, 200)
STARTS = 8


def mesh(x: float, presence: float) -> Mesh:
    """Return a mesh of 100 pixels whose left border lies at `x`."""
    points = np.random.default_rng(0).uniform(0, 100, (468, 3))
    points[0, :2], points[1, :2] = 0, 100
    return Mesh(points + np.array([x, 100, 0]), presence)


@dataclass
class Walking:
    """One of the second look's eight starts takes a walk: where it lies, and how sure it is."""

    walk: Sequence[tuple[float, float]]
    asked: int = field(default=0)

    def fit(self, frame: Frame, region: Region) -> Mesh:
        del frame, region
        number, self.asked = self.asked, self.asked + 1
        if 0 < number < STARTS:
            return mesh(self.walk[0][0], 0.0)
        step = max(0, number - STARTS + 1)
        return mesh(*self.walk[min(step, len(self.walk) - 1)])


class Blind:
    """Sees no face at all."""

    name = "blind"

    def detect(self, image: object) -> tuple[Detection, ...]:
        del image
        return ()


def looked(*walk: tuple[float, float], rendered: Sequence[Box] = (RENDERED,)) -> SecondLook:
    """Look where one mesh takes this walk, and all others are unsure."""
    blind: Any = Blind()
    landmarker: Any = Walking(walk)
    return Watcher(blind, blind, blind, landmarker).second_look(FRAME, HEAD, rendered)


def test_a_mesh_that_stays_is_a_face() -> None:
    assert looked((300, 0.9)).presence == 0.9


def test_a_mesh_that_walks_to_a_rendered_face_is_none() -> None:
    assert looked((300, 0.9), (350, 0.9), (420, 0.95), (490, 1.0)).presence == 0


def test_a_mesh_on_a_face_that_touches_a_rendered_one_stays_whatever_it_shares() -> None:
    # Its border breathes by some pixels, across the share from which two boxes may be one face.
    assert looked((428, 1.0), (431, 1.0), (436, 1.0)).presence == 1.0


def test_a_mesh_that_loses_itself_on_the_way_is_believed() -> None:
    assert looked((300, 0.9), (350, 0.9), (490, DOUBTED / 2), (500, 1.0)).presence == 0.9


def test_a_mesh_that_walks_elsewhere_is_believed() -> None:
    assert looked((300, 0.9), (200, 0.9), (100, 0.9), (0, 1.0)).presence == 0.9


def test_where_nothing_was_rendered_nobody_is_followed() -> None:
    assert looked((300, 0.9), (500, 1.0), rendered=()).presence == 0.9


@pytest.mark.parametrize("steps", [STEPS, STEPS + 1])
def test_a_mesh_is_followed_for_some_steps(steps: int) -> None:
    walk = [(300.0, 0.9)] * steps + [(490.0, 1.0)]

    assert looked(*walk).presence == (0 if steps == STEPS else 0.9)
