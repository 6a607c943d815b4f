"""What a scene says about its faces is what its pictures show."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swaddle.kernel.faces import LEFT_EYE, OVAL, RIGHT_EYE
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import FaceTruth, render
from swaddle.scenes.scene import Actor, Occluder, OccluderKey
from tests.unit.scenes.people import SOURCE, brightness, key, picture_of, somebody

LEFT_CHEEK, RIGHT_CHEEK = 205, 425
OTHER_SEED = bytes([9]) * 32
GLOVE = (200, 60, 20)
"""No skin has this colour."""


def hand(x: float, size: float = 0.45) -> Occluder:
    keys = (OccluderKey(time=0, x=x, y=0.5, size=size),)
    return Occluder(keys=keys, skin=GLOVE)


def face_of(*actors: Actor, hands: tuple[Occluder, ...] = ()) -> FaceTruth:
    """Return the truth about the first of some people."""
    return picture_of(*actors, occluders=hands).faces[0]


@pytest.mark.parametrize("roll", [0.0, 90.0, 180.0, -60.0])
@pytest.mark.parametrize(("eye", "cheek"), [(LEFT_EYE, LEFT_CHEEK), (RIGHT_EYE, RIGHT_CHEEK)])
def test_where_an_eye_is_the_picture_is_dark(
    roll: float, eye: tuple[int, ...], cheek: int
) -> None:
    moment = picture_of(somebody(key(roll=roll)))
    mesh = moment.faces[0].landmarks

    middle = brightness(moment.picture, mesh[list(eye)].mean(axis=0))
    assert middle < 0.75 * brightness(moment.picture, mesh[cheek])


@settings(max_examples=15)
@given(x=st.floats(0.25, 0.75), y=st.floats(0.35, 0.6), yaw=st.floats(-50, 50))
def test_a_person_changes_the_picture_where_its_face_is_said_to_be(
    x: float, y: float, yaw: float
) -> None:
    moment = picture_of(somebody(key(x=x, y=y, yaw=yaw, size=0.4)))
    empty = picture_of().picture.astype(int)
    changed = (np.abs(moment.picture - empty) > 12).any(axis=2)
    x0, y0, x1, y1 = moment.faces[0].box.grown(0.7).pixels(320, 240)

    assert changed[y0:y1, x0:x1].mean() > 0.9


def test_a_hand_hides_as_much_as_it_covers() -> None:
    free = face_of(somebody(), hands=(hand(x=-2.0),))
    covered = face_of(somebody(), hands=(hand(x=0.5),))
    buried = face_of(somebody(), hands=(hand(x=0.5, size=3.0),))

    assert free.occluded == 0
    assert 0.2 < covered.occluded < 0.9
    assert buried.occluded > 0.97


def test_somebody_in_front_hides_who_is_behind() -> None:
    behind = somebody(key(size=0.3), name="behind")
    before = somebody(key(size=0.8), name="before", seed=OTHER_SEED)
    faces = {face.name: face.occluded for face in picture_of(behind, before).faces}

    assert faces["behind"] > 0.97
    assert faces["before"] == 0


def test_neighbours_hide_nothing_of_each_other() -> None:
    left = somebody(key(x=0.2, size=0.3), name="left")
    right = somebody(key(x=0.8, size=0.3), name="right", seed=OTHER_SEED)

    assert [face.occluded for face in picture_of(left, right).faces] == [0, 0]


def test_the_occluded_share_is_what_is_missing_in_the_picture() -> None:
    free, covered = picture_of(somebody()), picture_of(somebody(), occluders=[hand(x=0.5)])
    oval = covered.faces[0].landmarks[list(OVAL), :2].astype(np.float32)
    changed = np.abs(free.picture.astype(int) - covered.picture).max(axis=2) > 6
    face = np.zeros(changed.shape, np.uint8)
    cv2.fillPoly(face, [np.round(oval).astype(np.int32)], 1)

    assert changed[face > 0].mean() == pytest.approx(covered.faces[0].occluded, abs=0.08)


@pytest.mark.parametrize(
    ("x", "least", "most"), [(0.5, 1.0, 1.0), (0.0, 0.3, 0.7), (2.0, 0.0, 0.0)]
)
def test_the_share_inside_the_picture_falls_as_somebody_leaves(
    x: float, least: float, most: float
) -> None:
    face = face_of(somebody(key(x=x)))

    assert least <= face.inside <= most


@pytest.mark.parametrize(
    ("yaw", "shown"), [(0, True), (85, True), (-85, True), (180, False), (360, True), (-95, False)]
)
def test_a_face_faces_the_camera_up_to_its_profile(yaw: float, shown: bool) -> None:  # noqa: FBT001 - a case
    assert face_of(somebody(key(yaw=yaw))).faces_camera is shown


def test_somebody_out_of_the_picture_faces_no_camera() -> None:
    assert not face_of(somebody(key(x=2.0))).faces_camera


def test_from_behind_a_head_is_hair_where_its_face_would_be() -> None:
    moment = picture_of(somebody(key(yaw=180)))
    middle = moment.picture[90:125, 145:175].reshape(-1, 3).mean(axis=0)

    assert middle == pytest.approx(somebody().hair, abs=25)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_scene_is_the_same_each_time(name: str) -> None:
    scene = SCENES[name]
    for _, one, other in zip(range(3), render(scene, SOURCE), render(scene, SOURCE), strict=False):
        assert np.array_equal(one.picture, other.picture)
        assert one.picture.shape == (scene.height, scene.width, 3)
        assert one.picture.dtype == np.uint8


def test_people_of_other_seeds_look_otherwise() -> None:
    one, other = picture_of(somebody()), picture_of(somebody(seed=OTHER_SEED))

    assert np.abs(one.picture.astype(int) - other.picture).max() > 40


@pytest.mark.parametrize("size", [(160, 120), (640, 360), (240, 320)])
def test_a_scene_can_have_any_size(size: tuple[int, int]) -> None:
    moment = picture_of(somebody(key(size=0.5)), size=size)
    width, height = size

    assert moment.picture.shape == (height, width, 3)
    assert moment.faces[0].box.center[0] == pytest.approx(width / 2, abs=0.05 * height)
