import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from swaddle.adapters.appearance.displacing import displacement
from swaddle.kernel.texture_space import OUTLINE, canonical, pose, with_forehead

UPPER, LOWER = 159, 145
LIPS = (13, 14)


def other_person(seed: int = 1) -> NDArray[np.float64]:
    """Return somebody whose eyes are wider open, and everything else a little different."""
    person = canonical() + np.random.default_rng(seed).normal(scale=1.5, size=(498, 3))
    person[[UPPER, 386], 1] -= 6
    return person


def moved(landmarks: NDArray[np.float64]) -> NDArray[np.float64]:
    at = pose(landmarks)
    shift = displacement(other_person(), canonical()[:468], landmarks, at)
    return at((with_forehead(landmarks, at) + shift)[:468])


def gap(points: NDArray[np.float64], upper: int, lower: int) -> float:
    return float(points[lower, 1] - points[upper, 1])


def with_gap(upper: int, lower: int, share: float) -> NDArray[np.float64]:
    """Return the mean face with an opening that is open to a share."""
    face = canonical()[:468].copy()
    middle = (face[upper, 1] + face[lower, 1]) / 2
    face[[upper, lower], 1] = middle + (face[[upper, lower], 1] - middle) * share
    return face


@given(st.floats(0.02, 1.5))
def test_eyes_and_lips_open_as_far_as_the_real_ones_up_to_one_scale(share: float) -> None:
    for upper, lower in ((UPPER, LOWER), LIPS):
        whole = gap(moved(with_gap(upper, lower, 1)), upper, lower)
        part = gap(moved(with_gap(upper, lower, share)), upper, lower)

        assert part / whole == pytest.approx(share, abs=0.02)


def test_the_shape_of_everything_else_is_the_other_persons() -> None:
    face, person = canonical()[:468], other_person()
    nose = 4

    np.testing.assert_allclose(moved(face)[nose], person[nose], atol=0.5)


def test_the_border_stays_where_it_is() -> None:
    face = canonical()[:468]
    at = pose(face)
    shift = displacement(other_person(), face, face, at)

    np.testing.assert_allclose(shift[list(OUTLINE)], 0, atol=1e-9)
