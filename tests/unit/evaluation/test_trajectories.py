import numpy as np
import pytest
from numpy.typing import NDArray

from swaddle.evaluation.resampling import Units
from swaddle.evaluation.trajectories import (
    Together,
    correlation,
    in_face,
    in_picture,
    moves,
    turned,
)
from tests.unit.certification.material import face

FRAMES = 90
TIMES = np.arange(FRAMES) / 30
UNITS = Units.of(np.zeros(FRAMES, int), TIMES)


def nodding() -> NDArray[np.float64]:
    """Return a face that wanders through the picture, opens its mouth and turns in the plane."""
    points = np.repeat(face()[None].astype(np.float64), FRAMES, axis=0)
    points[:, 14, 1] += 2 + 2 * np.sin(7 * TIMES)
    angle = 0.2 * np.sin(3 * TIMES)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points[..., :2] = np.einsum("nkd,dcn->nkc", points[..., :2], turn)
    points[..., 0] += 20 * np.sin(TIMES)[:, None]
    return points


def correlated(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    found = correlation([Together.of(before, after, UNITS.member)], UNITS)
    assert found is not None
    return found.value


def test_the_correlation_is_pearsons() -> None:
    random = np.random.default_rng(3)
    before, after = random.normal(size=(2, FRAMES, 4))
    wanted = np.mean([np.corrcoef(before[:, i], after[:, i])[0, 1] for i in range(4)])

    assert correlated(before, after) == pytest.approx(wanted)


def test_a_known_shift_of_a_face_costs_nothing() -> None:
    points = nodding()
    moved = points + np.array([5.0, -3.0, 0.0])

    assert correlated(in_picture(points), in_picture(moved)) == pytest.approx(1)
    assert correlated(in_face(points)[:, 28:30], in_face(moved)[:, 28:30]) == pytest.approx(1)


def test_a_mask_that_is_pasted_on_follows_in_the_picture_and_not_in_the_face() -> None:
    points = nodding()
    mask = np.repeat(face()[None].astype(np.float64), FRAMES, axis=0)
    mask[..., :2] += points[:, [1], :2] - mask[:, [1], :2]
    mask += np.random.default_rng(4).normal(scale=0.01, size=mask.shape)
    lip = slice(28, 30)  # x and y of point 14

    assert correlated(in_picture(points), in_picture(mask)) > 0.9
    assert abs(correlated(in_face(points)[:, lip], in_face(mask)[:, lip])) < 0.4


def test_position_size_and_roll_are_taken_off() -> None:
    still = face()[None].astype(np.float64)
    turn = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    other = 3 * still @ turn + [100.0, 50.0, 0.0]

    np.testing.assert_allclose(in_face(still), in_face(other), atol=1e-6)


def test_a_signal_below_the_noise_of_encoding_is_not_asked() -> None:
    before = np.column_stack([np.sin(TIMES), 0.001 * np.sin(TIMES)])
    noise = np.random.default_rng(5).normal(scale=0.1, size=before.shape)

    assert moves(before, noise).tolist() == [True, False]


def test_what_never_moves_has_no_correlation() -> None:
    still = np.ones((FRAMES, 3))

    assert correlation([Together.of(still, still, UNITS.member)], UNITS) is None


def test_angles_are_compared_around_the_circle() -> None:
    assert turned(np.array([179.0]), np.array([-179.0])).tolist() == [2.0]
