"""Dark glasses in front of a synthetic face."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper
from swaddle.kernel.faces import LEFT_EYE, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE
from swaddle.kernel.frames import Frame, Image, still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import canonical, in_cells, polygon, pose, with_forehead
from swaddle.kernel.warping import rasterize
from swaddle.linking.dark_glasses import dark_lenses
from swaddle.swapping.lenses import veils
from swaddle.swapping.rendering import Renderer, Row
from tests.unit.scenes.people import key, picture_of, somebody
from tests.unit.swapping.material import engines, frames, moments, person, plan, row

EYES = np.maximum(polygon(LEFT_EYE, TEXTURE_CELLS), polygon(RIGHT_EYE, TEXTURE_CELLS))
NONE = np.zeros((TEXTURE_CELLS, TEXTURE_CELLS), np.uint8)


@cache
def smallest() -> Image:
    """Return the mask of glasses that are as small as dark ones can be."""
    logs = np.full((TEXTURE_CELLS, TEXTURE_CELLS, 3), np.log(150.0))
    reach = np.argwhere(EYES > 0)
    top, bottom = reach[:, 0].min() - 4, reach[:, 0].max() + 6
    logs[top:bottom, 6:42] = np.log(30.0)
    found = dark_lenses(logs)
    small = np.zeros_like(found)
    for columns in (slice(0, 24), slice(24, 48)):
        rows, places = np.nonzero(EYES[:, columns])
        small[rows.min() - 1 : rows.max() + 2, columns][:, places.min() - 1 : places.max() + 2] = (
            255
        )
    assert (found[small > 0] == 255).all()
    return small


def turned(yaw: float, roll: float = 0.0) -> Floats:
    """Return the mesh of a head: (468, 3)."""
    actor = somebody(key(yaw=yaw, roll=roll))
    return picture_of(actor, size=(320, 320)).faces[0].landmarks


def lids(frame: Frame, mesh: Floats) -> NDArray[np.bool_]:
    """Return which pixels of a frame show what lies between the lids, unless something is before it."""
    shown = np.zeros((frame.height, frame.width), bool)
    raster = rasterize(with_forehead(mesh, pose(mesh)), frame.width, frame.height)
    assert raster is not None
    x, y = (in_cells(v, TEXTURE_CELLS).round().astype(int) for v in raster.lookup(canonical()))
    inside = raster.inside & (EYES[y.clip(0, 47), x.clip(0, 47)] > 0)
    height, width = inside.shape
    shown[raster.y0 : raster.y0 + height, raster.x0 : raster.x0 + width] = inside
    return shown


def behind(seed: int, width: int = 320, height: int = 320) -> Image:
    """Return a picture of grey blobs as large as an eye."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 120, (height // 20 + 1, width // 20 + 1, 1), dtype=np.uint8)
    return np.repeat(np.kron(coarse, np.ones((20, 20, 1), np.uint8))[:height, :width], 3, axis=2)


def veiled(picture: Image, mesh: Floats) -> Image:
    frame = still(picture)
    return frame.painted(veils(frame, (mesh,), smallest())).bgr()


def test_where_there_are_none_nothing_is_painted() -> None:
    assert veils(still(behind(1)), (turned(0),), NONE) == ()


def test_outside_the_frame_nothing_is_painted() -> None:
    away = turned(0) + np.array([1000.0, 0.0, 0.0])

    assert veils(still(behind(1)), (away,), smallest()) == ()


@pytest.mark.parametrize("yaw", [-60, -45, 0, 30, 45, 55, 65])
@pytest.mark.parametrize("roll", [0, 70])
def test_one_colour_is_all_that_is_seen_of_the_eyes(yaw: float, roll: float) -> None:
    mesh = turned(yaw, roll)
    eyes = lids(still(behind(1)), mesh)
    assert eyes.any()

    for seed in (1, 2, 3):
        assert np.ptp(veiled(behind(seed), mesh)[eyes].astype(int), axis=0).max() <= 6


@pytest.mark.parametrize("shift", [-170, -150, -120, 120, 150, 170])
def test_at_the_edge_of_the_frame_no_strip_of_an_eye_is_seen(shift: float) -> None:
    mesh = turned(0) + np.array([shift, 0.0, 0.0])
    eyes = lids(still(behind(1)), mesh)
    assert eyes.any()

    assert np.ptp(veiled(behind(1), mesh)[eyes].astype(int), axis=0).max() <= 6


def test_the_mouth_below_stays() -> None:
    mesh = turned(0)
    x, y = mesh[[MOUTH_LEFT, MOUTH_RIGHT], :2].round().astype(int).T

    assert np.abs(veiled(behind(1), mesh)[y, x].astype(int) - behind(1)[y, x]).max() <= 2


def test_a_swapped_face_wears_them_and_a_covered_one_is_covered() -> None:
    frame, truth = frames()[0], moments()[0].faces[0]
    bare = row(0, frame, truth)
    x, y = truth.landmarks[list(LEFT_EYE), :2].mean(axis=0).round().astype(int)
    hand = dict(bare) | {"occlusion": smallest()}

    def eye(known: Row, method: str) -> Floats:
        wanted = plan({"identity": person(21), "method": method})
        renderer = Renderer(wanted, engines(AppearanceFaceSwapper()))
        ((done, _),) = renderer.render([(frame, [known])])
        return done.bgr((x - 2, y - 2, x + 3, y + 3)).astype(np.float64)

    real = frame.bgr((x - 2, y - 2, x + 3, y + 3)).astype(np.float64)
    assert np.abs(eye(hand, "synthetic") - real).max() <= 2
    assert np.ptp(eye(hand | {"lenses": smallest()}, "synthetic"), axis=(0, 1)).max() <= 4
    assert np.array_equal(eye(hand | {"lenses": smallest()}, "cover"), eye(bare, "cover"))


@pytest.mark.parametrize("yaw", [0, 45, 60])
def test_no_engine_leaves_out_what_is_not_veiled(yaw: float) -> None:
    actor = somebody(key(yaw=yaw), seed=bytes([3]) * 32)
    moment = picture_of(actor, size=(320, 320))
    frame, truth = still(moment.picture), moment.faces[0]
    known = row(0, frame, truth) | {"occlusion": smallest(), "lenses": smallest()}
    wanted = plan({"identity": person(21)})
    renderer = Renderer(wanted, engines(AppearanceFaceSwapper()))
    ((done, _),) = renderer.render([(frame, [known])])
    eyes = lids(frame, truth.landmarks)

    assert np.ptp(done.bgr()[eyes].astype(int), axis=0).max() <= 8
