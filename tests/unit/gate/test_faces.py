"""A second look at a place sees nothing of the heads that were rendered around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from swaddle.gate.faces import GREY, Watcher
from swaddle.kernel.faces import Detection, Mesh
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.geometry import Box, Region

LIGHT = 220
FRAME = still(np.full((400, 800, 3), LIGHT, np.uint8))
HEAD = Box(300, 100, 400, 200)
RENDERED = Box(500, 100, 630, 230)
MIDDLE = (165, 565)
"""Of what was rendered: row and column."""
CORNER = (112, 512)
OUTSIDE = Box(760, -40, 860, 90)


def mesh(presence: float) -> Mesh:
    """Return a mesh where the second look looks."""
    points = np.random.default_rng(0).uniform(0, 100, (468, 3))
    return Mesh(points + np.array([300, 100, 0]), presence)


@dataclass
class Misled:
    """Sees a face wherever it is led, as long as a pixel is what it was."""

    pixel: tuple[int, int]

    def fit(self, frame: Frame, region: Region) -> Mesh:
        del region
        return mesh(0.9 if abs(int(frame.bgr()[self.pixel][0]) - LIGHT) < 3 else 0.0)


class Blind:
    """Sees no face at all."""

    name = "blind"

    def detect(self, image: object) -> tuple[Detection, ...]:
        del image
        return ()


def presence(pixel: tuple[int, int], rendered: Sequence[Box] = (RENDERED,)) -> float:
    """Look where a mesh hangs on this pixel."""
    blind: Any = Blind()
    landmarker: Any = Misled(pixel)
    return Watcher(blind, blind, blind, landmarker).second_look(FRAME, HEAD, rendered).presence


def test_a_mesh_that_hangs_on_a_rendered_head_is_no_face() -> None:
    assert abs(GREY - LIGHT) > 3
    assert presence(MIDDLE) == 0


@pytest.mark.parametrize("pixel", [(150, 350), CORNER, (165, 505)])
def test_a_mesh_that_hangs_on_what_lies_beside_the_head_is_believed(
    pixel: tuple[int, int],
) -> None:
    assert presence(pixel) == 0.9


def test_where_nothing_was_rendered_everything_is_seen() -> None:
    assert presence(MIDDLE, rendered=()) == 0.9


def test_a_head_that_leaves_the_picture_is_out_of_sight_as_far_as_it_was_in_it() -> None:
    assert presence((25, 795), [OUTSIDE, RENDERED]) == 0
    assert presence((25, 700), [OUTSIDE, RENDERED]) == 0.9


def test_a_mesh_that_lies_on_a_rendered_head_is_that_head() -> None:
    assert presence((0, 0), [Box(320, 100, 420, 200)]) == 0
