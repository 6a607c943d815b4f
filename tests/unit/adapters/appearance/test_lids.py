"""The strip of a lid that a texture knows is not drawn out over a closed one."""

import numpy as np
import pytest

from swaddle.adapters.appearance import face_swapper
from swaddle.adapters.appearance.lids import LIDS, drawn_out, lid_weight
from swaddle.adapters.appearance.people import draw
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import canonical
from tests.unit.adapters.appearance.test_face_swapper import SCALE, swapped

CHEEK = 50
LEFT, RIGHT = 0, 1


def closing(eyes: tuple[int, ...], by: float) -> Floats:
    """Return a face (468, 3) whose upper lids come down, in heights of the open lids."""
    face = canonical()[:468].copy()
    for eye in eyes:
        edge, fold, _ = LIDS[eye]
        face[list(edge)] += by * (face[list(edge)] - face[list(fold)])
    return face


def weight_at(weight: Floats, points: tuple[int, ...]) -> float:
    x, y = canonical()[list(points), :2].mean(axis=0).round().astype(int)
    return float(weight[y, x])


def test_open_eyes_have_all_the_detail() -> None:
    assert drawn_out(canonical()[:468]) == pytest.approx((1.0, 1.0))
    assert lid_weight(canonical()[:468]) is None


@pytest.mark.parametrize("eye", [LEFT, RIGHT])
def test_only_the_lid_that_closes_loses_it(eye: int) -> None:
    weight = lid_weight(closing((eye,), 2.0))
    assert weight is not None
    lids = [weight_at(weight, (*edge, *fold)) for edge, fold, _ in LIDS]

    assert lids[eye] < 0.4
    assert lids[1 - eye] == 1
    assert weight_at(weight, (CHEEK,)) == 1


def test_it_fades_as_the_lid_comes_down() -> None:
    weights = [lid_weight(closing((LEFT, RIGHT), by)) for by in (0.8, 1.2, 2.0, 3.0)]
    edge, fold, _ = LIDS[LEFT]
    shown = [weight_at(weight, (*edge, *fold)) for weight in weights if weight is not None]

    assert len(shown) == 4
    assert (np.diff(shown) < 0).all()


def test_a_lid_that_is_drawn_out_is_less_than_half_as_dark_as_its_strip_would_make_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = np.full((512, 512, 3), (120.0, 140.0, 180.0))
    person = draw(bytes([5]) * 32, AgeGroup.ADULT, 0)

    def darkness(face: Floats) -> float:
        """Return by how much both lids are darker than the picture that they are painted on."""
        placed = face * SCALE + [64, 64, 0]
        shown = swapped(plain, placed, np.full(3, 0.17), person)
        lids = [
            placed[[*edge[2:5], *fold[2:5]], :2].mean(axis=0).round() for edge, fold, _ in LIDS
        ]
        places = [(int(y), int(x)) for x, y in lids]
        return float(np.mean([plain[place] - shown[place] for place in places]))

    closed = closing((LEFT, RIGHT), 2.0)
    faded = darkness(closed)
    monkeypatch.setattr(face_swapper, "lid_weight", lambda _: None)

    assert darkness(closed) > 8
    assert abs(faded) < 0.5 * darkness(closed)
