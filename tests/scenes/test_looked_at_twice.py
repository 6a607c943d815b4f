"""What the gate's second look takes for a face, and what not."""

from collections.abc import Sequence

import pytest

from swaddle import bootstrap
from swaddle.gate.faces import LIKELY_PRESENCE, SHARED, Watcher
from swaddle.gate.persons import FACE_PRESENCE
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Box
from swaddle.settings import Settings

from .conftest import Moments

HEAD = 160.0
"""Pixels: side of a head that the pose model sees between two people."""


@pytest.fixture(scope="module")
def watcher(models: object) -> Watcher:
    del models
    return bootstrap.watcher(Settings())


def test_a_wall_between_two_rendered_faces_is_none(moments: Moments, watcher: Watcher) -> None:
    moment = moments("demonstration")[105]
    left, right = sorted((face.box for face in moment.faces), key=lambda box: box.x0)
    x = left.center[0] + 0.35 * (right.center[0] - left.center[0])
    y = (left.center[1] + right.center[1]) / 2
    between = Box(x - HEAD / 2, y - HEAD / 2, x + HEAD / 2, y + HEAD / 2)

    # Led there, the mesh is sure of itself, until the heads on either side are gone.
    assert watcher.second_look(still(moment.picture), between).presence > FACE_PRESENCE
    assert (
        watcher.second_look(still(moment.picture), between, [left, right]).presence < FACE_PRESENCE
    )


@pytest.mark.parametrize("scene", ["demonstration", "two-crossing"])
def test_a_face_beside_a_rendered_one_is_one(
    scene: str, moments: Moments, watcher: Watcher
) -> None:
    looked = 0
    for moment in moments(scene)[::7]:
        for face in moment.faces:
            others = [other.box for other in moment.faces if other is not face]
            if face.occluded > 0 or not _apart(face.box, others):
                continue
            looked += 1

            assert (
                watcher.second_look(still(moment.picture), face.box, others).presence
                >= LIKELY_PRESENCE
            )
    assert looked >= 8


def _apart(box: Box, others: Sequence[Box]) -> bool:
    """Return whether a box is not taken for one of the others, though it may touch them."""
    return all(box.intersection(other) < SHARED * min(box.area, other.area) for other in others)
