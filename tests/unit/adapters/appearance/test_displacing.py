import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.adapters.appearance.displacing import displacement
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import OUTLINE, canonical, pose, triangles, with_forehead

UPPER, LOWER = 159, 145
LIPS = (13, 14)
NOSE_TIP = 1


def other_person(seed: int = 1) -> Floats:
    """Return somebody whose eyes are wider open, and everything else a little different."""
    person = canonical() + np.random.default_rng(seed).normal(scale=1.5, size=(498, 3))
    person[[UPPER, 386], 1] -= 6
    return person


def moved(landmarks: Floats, person: Floats | None = None) -> Floats:
    at = pose(landmarks)
    other = other_person() if person is None else person
    shift = displacement(other, canonical()[:468], landmarks, at)
    return at((with_forehead(landmarks, at) + shift)[:468])


def gap(points: Floats, upper: int, lower: int) -> float:
    return float(points[lower, 1] - points[upper, 1])


def with_gap(upper: int, lower: int, share: float) -> Floats:
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


def test_a_nose_that_is_longer_is_longer() -> None:
    face, person = canonical()[:468], canonical().copy()
    below = np.exp(-0.5 * (((person[:, :2] - person[NOSE_TIP, :2]) / 20) ** 2).sum(axis=1))
    person[:, 1] += 8 * below

    shift = moved(face, person) - face

    assert 2 < shift[NOSE_TIP, 1] < 8


@given(st.floats(0.8, 1.25), st.floats(-8, 8), st.floats(-8, 8))
def test_features_that_only_lie_elsewhere_or_are_larger_stay(
    scale: float, right: float, down: float
) -> None:
    face = canonical()[:468]
    person = canonical() * scale + [right, down, 0]

    np.testing.assert_allclose(moved(face, person), face, atol=1e-6)


def test_neighbours_move_alike() -> None:
    face = canonical()[:468]
    shift = moved(face, other_person()) - face
    edges = triangles()[:, :2]
    edges = edges[(edges < 468).all(axis=1)]

    apart = np.linalg.norm(shift[edges[:, 0]] - shift[edges[:, 1]], axis=1)

    assert np.median(apart / np.linalg.norm(face[edges[:, 0]] - face[edges[:, 1]], axis=1)) < 0.1


def test_the_border_stays_where_it_is() -> None:
    face = canonical()[:468]
    at = pose(face)
    shift = displacement(other_person(), face, face, at)

    np.testing.assert_allclose(shift[list(OUTLINE)], 0, atol=1e-9)
