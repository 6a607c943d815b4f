"""Dark glasses in front of a synthetic face."""

from typing import Any

import numpy as np
import pytest

from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper
from swaddle.kernel.faces import LEFT_EYE, MOUTH_LEFT, RIGHT_EYE
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import canonical, polygon
from swaddle.linking.dark_glasses import dark_lenses
from swaddle.swapping.lenses import veiled
from swaddle.swapping.rendering import Renderer
from tests.unit.swapping.material import engines, frames, moments, person, plan, row

EYES = np.maximum(polygon(LEFT_EYE, TEXTURE_CELLS), polygon(RIGHT_EYE, TEXTURE_CELLS))
NONE = np.zeros((TEXTURE_CELLS, TEXTURE_CELLS), np.uint8)


def worn() -> Any:  # noqa: ANN401 - a mask
    """Return the mask of glasses that are as large as can be told."""
    logs = np.full((TEXTURE_CELLS, TEXTURE_CELLS, 3), np.log(150.0))
    columns, rows = np.meshgrid(np.arange(TEXTURE_CELLS), np.arange(TEXTURE_CELLS))
    eyes = np.argwhere(EYES > 0)
    top, bottom = eyes[:, 0].min() - 3, eyes[:, 0].max() + 5
    logs[(rows > top) & (rows < bottom) & (columns > 6) & (columns < 42)] = np.log(30.0)
    found = dark_lenses(logs)
    assert (found[EYES > 0] == 255).all()
    return found


def face(scale: float) -> Floats:
    return canonical()[:468] * scale + np.array([20.0, 20.0, 0.0])


def behind(seed: int, size: int) -> Any:  # noqa: ANN401 - a picture
    """Return a picture that is not the same in any two places."""
    grey = np.random.default_rng(seed).integers(0, 120, (size, size, 1), dtype=np.uint8)
    return np.repeat(grey, 3, axis=2)


def test_where_there_are_none_nothing_is_painted() -> None:
    assert veiled(still(behind(1, 320)), face(1.0), NONE) is None


def test_outside_the_frame_nothing_is_painted() -> None:
    away = face(1.0) + np.array([1000.0, 0.0, 0.0])

    assert veiled(still(behind(1, 320)), away, worn()) is None


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_nobody_is_seen_through_them_and_the_face_below_stays(scale: float) -> None:
    landmarks, size = face(scale), round(300 * scale + 40)
    patches = [veiled(still(behind(seed, size)), landmarks, worn()) for seed in (1, 2)]
    eyes = landmarks[[*LEFT_EYE, *RIGHT_EYE], :2].round().astype(int)
    mouth_x, mouth_y = landmarks[MOUTH_LEFT, :2].round().astype(int)

    shown = []
    for patch in patches:
        assert patch is not None
        at = eyes - [patch.x0, patch.y0]
        assert patch.alpha[at[:, 1], at[:, 0]].min() > 0.99
        assert patch.alpha[mouth_y - patch.y0, mouth_x - patch.x0] == 0
        shown.append(patch.bgr[at[:, 1], at[:, 0]])
    # Of two backgrounds that have nothing in common the same is shown, but for their mean.
    assert np.abs(shown[0] - shown[1]).max() < 0.15 * 120


def test_a_swapped_face_wears_them_and_a_covered_one_is_covered() -> None:
    frame, truth = frames()[0], moments()[0].faces[0]
    bare = row(0, frame, truth)
    x, y = truth.landmarks[list(LEFT_EYE), :2].mean(axis=0).round().astype(int)
    hand = dict(bare) | {"occlusion": worn()}

    def eye(known: Any, method: str) -> Floats:  # noqa: ANN401 - a row
        wanted = plan({"identity": person(21), "method": method})
        renderer = Renderer(wanted, engines(AppearanceFaceSwapper()))
        ((done, _),) = renderer.render([(frame, [known])])
        return done.bgr((x - 2, y - 2, x + 3, y + 3)).astype(np.float64)

    real = frame.bgr((x - 2, y - 2, x + 3, y + 3)).astype(np.float64)
    smeared = eye(hand | {"lenses": worn()}, "synthetic")
    assert np.abs(eye(hand, "synthetic") - real).max() <= 2
    assert smeared.std(axis=(0, 1)).max() < 0.3 * real.std(axis=(0, 1)).max()
    assert np.array_equal(eye(hand | {"lenses": worn()}, "cover"), eye(bare, "cover"))
