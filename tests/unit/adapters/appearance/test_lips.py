"""The line between lips that touch is not drawn around an open mouth."""

import numpy as np
import pytest

from swaddle.adapters.appearance import face_swapper
from swaddle.adapters.appearance.lips import CLOSED, PARTED, parted, parting
from swaddle.adapters.appearance.people import draw
from swaddle.kernel.faces import INNER_LIPS, LOWER_LIP, AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.measures import INNER_MOUTH
from swaddle.kernel.texture_space import SIDE, canonical, polygon
from tests.unit.adapters.appearance.test_face_swapper import SCALE, swapped

CHIN_PAD, CHEEK = 200, 50
REDDER = np.array([0.0, 0.0, 0.2])


def opened(by: float) -> Floats:
    """Return a face (468, 3) whose lower lip falls, in widths of the mouth."""
    face = canonical()[:468].copy()
    left, right = face[list(INNER_MOUTH)]
    arch = np.sin(np.linspace(0, np.pi, len(LOWER_LIP) + 2)[1:-1])
    face[list(LOWER_LIP), 1] += by * np.linalg.norm(right - left) * arch * np.pi / 2
    return face


def line() -> Floats:
    """Return a texture that is dark between the lips, and red elsewhere."""
    between = polygon(tuple(INNER_LIPS)).astype(np.float32)[..., None] / 255
    return (REDDER * (1 - between) - between).astype(np.float32)


def test_lips_that_touch_keep_all_of_it() -> None:
    assert parting(canonical()[:468]) == 0


def test_it_goes_as_lips_part() -> None:
    middle = (CLOSED + PARTED) / 2
    gone = [parting(opened(by)) for by in (CLOSED / 2, 0.9 * middle, middle, 2 * PARTED)]

    assert gone[0] == 0
    assert 0 < gone[1] < gone[2] < gone[3] == 1


def test_a_point_for_a_face_makes_no_error() -> None:
    assert np.isfinite(parting(np.zeros((468, 3))))


def test_the_colour_of_the_lips_takes_its_place() -> None:
    filled = parted(line())
    x, y = canonical()[[13, 14], :2].mean(axis=0).round().astype(int)
    red, dark = filled[y, x] - filled[y, x].mean(), filled[y, x].mean()

    assert line()[y, x].max() < -0.9
    assert dark > -0.05
    assert red[2] > 0.05


@pytest.mark.parametrize("point", [CHIN_PAD, CHEEK])
def test_the_rest_of_a_face_stays(point: int) -> None:
    texture = np.random.default_rng(3).normal(size=(SIDE, SIDE, 3)).astype(np.float32)
    x, y = canonical()[point, :2].round().astype(int)

    np.testing.assert_array_equal(parted(texture)[y, x], texture[y, x])


def test_an_open_mouth_has_brighter_edges_than_the_line_would_make(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = np.full((512, 512, 3), (120.0, 140.0, 180.0))
    person = draw(bytes([5]) * 32, AgeGroup.ADULT, 0)
    face = opened(0.3) * SCALE + [64, 64, 0]

    def edge() -> float:
        """Return how bright the lower lip is where the mouth begins."""
        shown = swapped(plain, face, np.full(3, 0.17), person)
        places = (face[list(LOWER_LIP)[2:-2], :2] + [0, 2]).round().astype(int)
        return float(np.mean([shown[y, x] for x, y in places]))

    without = edge()
    monkeypatch.setattr(face_swapper, "parting", lambda _: 0.0)

    assert without > edge() + 3
