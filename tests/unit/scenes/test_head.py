"""A head in space."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.faces import (
    CHIN,
    FOREHEAD_TOP,
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    LIP_LOWER_INNER,
    LIP_UPPER_INNER,
    NOSE_TIP,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
)
from swaddle.kernel.geometry import Floats
from swaddle.kernel.measures import head_angles
from swaddle.kernel.texture_space import canonical, pose
from swaddle.scenes.head import FACE_HEIGHT, RADII, expressed, place
from tests.unit.scenes.people import key

angles = st.floats(-80, 80)


def placed(**turned: float) -> Floats:
    """Return the canonical face in a picture of 400 x 300."""
    return place(key(**turned), 400, 300).points(canonical())


def gap(face: Floats, upper: int, lower: int) -> float:
    return float(face[lower, 1] - face[upper, 1])


@given(yaw=angles, pitch=angles, roll=st.floats(-179, 179))
def test_a_head_is_turned_as_the_feature_table_measures_it(
    yaw: float, pitch: float, roll: float
) -> None:
    mesh = placed(yaw=yaw, pitch=pitch, roll=roll)

    assert head_angles(pose(mesh[:468]).rotation) == pytest.approx((yaw, pitch, roll), abs=1e-6)


def test_a_face_that_turns_to_the_right_shows_its_nose_there() -> None:
    middle = 200

    assert placed(yaw=40)[NOSE_TIP, 0] > middle + 20
    assert placed(yaw=-40)[NOSE_TIP, 0] < middle - 20


def test_from_behind_the_face_is_on_the_far_side() -> None:
    front, back = placed(), placed(yaw=180)

    assert front[NOSE_TIP, 2] < 0 < back[NOSE_TIP, 2]


def test_a_head_has_the_size_that_its_key_says() -> None:
    mesh = placed(size=0.5)
    canonical_height = canonical()[CHIN, 1] - canonical()[FOREHEAD_TOP, 1]
    height = mesh[CHIN, 1] - mesh[FOREHEAD_TOP, 1]

    assert height == pytest.approx(0.5 * 300 * canonical_height / FACE_HEIGHT)


def test_the_silhouette_from_the_front_is_that_of_the_skull() -> None:
    at = place(key(), 400, 300)
    reach = np.sqrt(np.diag(np.linalg.inv(at.outline())))

    assert reach == pytest.approx(RADII[:2] * at.scale)


def test_an_open_mouth_parts_the_lips_and_sinks_the_chin() -> None:
    shut, wide = canonical(), expressed(canonical(), key(mouth=1))

    assert gap(wide, LIP_UPPER_INNER, LIP_LOWER_INNER) > 20
    assert wide[CHIN, 1] > shut[CHIN, 1] + 20
    assert wide[NOSE_TIP] == pytest.approx(shut[NOSE_TIP])


@pytest.mark.parametrize(
    ("upper", "lower"), [(LEFT_EYE_UPPER, LEFT_EYE_LOWER), (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER)]
)
def test_a_blink_closes_both_eyes(upper: int, lower: int) -> None:
    half, shut = (expressed(canonical(), key(blink=amount)) for amount in (0.5, 1.0))

    assert gap(shut, upper, lower) == pytest.approx(0, abs=0.5)
    assert 0 < gap(half, upper, lower) < gap(canonical(), upper, lower)


def test_an_expression_leaves_the_shape_it_is_given_as_it_was() -> None:
    shape = canonical().copy()
    expressed(shape, key(mouth=1, blink=1))

    assert np.array_equal(shape, canonical())
