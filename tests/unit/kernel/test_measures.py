import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from swaddle.kernel.measures import MEASURES, measure
from tests.unit.certification.material import face, irises

ANGLE = st.floats(-40, 40)
LENGTHS = tuple(name for name in MEASURES if not name.startswith(("yaw", "pitch", "roll", "gaze")))


def turned(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """Return the mean face turned in the documented order, in a picture whose y grows downwards."""
    points = face().astype(np.float64)
    middle = points.mean(axis=0)
    # Right-handed about the axes right, down, away: a positive yaw moves the nose to the right.
    turn = Rotation.from_euler("ZYX", [roll, -yaw, -pitch], degrees=True)
    return turn.apply(points - middle) + middle


def of(points: NDArray[np.float64]) -> dict[str, float]:
    found = measure(points[None], irises(points.astype(np.float32))[None])
    return {name: float(values[0]) for name, values in found.items()}


@given(yaw=ANGLE, pitch=ANGLE, roll=st.floats(-170, 170))
def test_a_turned_head_is_measured_as_it_was_turned(yaw: float, pitch: float, roll: float) -> None:
    found = of(turned(yaw, pitch, roll))

    assert found["yaw"] == pytest.approx(yaw, abs=0.2)
    assert found["pitch"] == pytest.approx(pitch, abs=0.2)
    assert found["roll"] == pytest.approx(roll, abs=0.2)


def test_a_positive_yaw_moves_the_nose_to_the_right_and_a_positive_pitch_upwards() -> None:
    straight, right, up = (turned(*angles)[1] for angles in ((0, 0, 0), (30, 0, 0), (0, 30, 0)))

    assert right[0] > straight[0]
    assert up[1] < straight[1]


@given(yaw=ANGLE, pitch=ANGLE, size=st.floats(0.3, 20))
def test_lengths_depend_on_neither_turn_nor_size(yaw: float, pitch: float, size: float) -> None:
    expected, found = of(turned(0, 0, 0)), of(turned(yaw, pitch, 0) * size)

    for name in LENGTHS:
        assert found[name] == pytest.approx(expected[name], abs=0.01)


def test_closed_lids_say_nothing_of_gaze() -> None:
    points = turned(0, 0, 0)
    for upper, lower in ((159, 145), (160, 144), (158, 153)):
        points[upper] = points[lower]
    found = of(points)

    assert found["eye_openness_left"] == pytest.approx(0, abs=0.01)
    assert np.isnan(found["gaze_horizontal_left"])
    assert np.isfinite(found["gaze_horizontal_right"])


@pytest.mark.parametrize("roll", [0, 90, 180])
def test_gaze_is_that_of_an_upright_picture_however_a_child_lies(roll: int) -> None:
    points = turned(0, 0, roll)
    eyes = irises(points.astype(np.float32))
    eyes += 0.3 * (points[133, :2] - points[33, :2])
    found = measure(points[None], eyes[None])

    assert found["gaze_horizontal_left"][0] == pytest.approx(0.6, abs=0.05)


def test_an_open_mouth_is_open() -> None:
    points = turned(0, 0, 0)
    before = of(points)["mouth_openness"]
    points[14, 1] += 5

    assert of(points)["mouth_openness"] > before + 0.3


def test_nobody_is_measured_in_an_empty_table() -> None:
    found = measure(np.zeros((0, 468, 3)), np.zeros((0, 2, 5, 2)))

    assert all(len(found[name]) == 0 for name in MEASURES)
