"""A made picture is used only where it looks as the portrait does."""

import numpy as np
import pytest

from swaddle.identity.judging import Judge, alike
from swaddle.kernel.faces import LIP_LOWER_INNER, Mesh
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import pose
from tests.unit.identity.sitters import Onlooker, sitter

MADE = np.full((320, 320, 3), 90, np.uint8)


def accepted(onlooker: Onlooker) -> bool:
    onlooker.real = sitter().picture
    return Judge(onlooker, onlooker).accepted(MADE, sitter()) is not None


def test_what_looks_like_the_portrait_is_returned_with_its_landmarks() -> None:
    onlooker = Onlooker(real=sitter().picture)
    preview = Judge(onlooker, onlooker).accepted(MADE, sitter())

    assert preview is not None
    assert preview[0] is MADE
    assert np.allclose(preview[1], sitter().landmarks)


@pytest.mark.parametrize(
    "onlooker",
    [
        Onlooker(score=0.49),
        Onlooker(shift=120.0),
        Onlooker(presence=0.49),
        Onlooker(moved={LIP_LOWER_INNER: (0.0, 60.0)}),
    ],
    ids=["no face", "elsewhere", "no mesh", "an open mouth"],
)
def test_what_does_not_is_refused(onlooker: Onlooker) -> None:
    assert not accepted(onlooker)


def turned(landmarks: Floats, degrees: float) -> Floats:
    """Turn a head about its own axis from crown to chin."""
    at = pose(landmarks)
    angle = np.radians(degrees)
    c, s = np.cos(angle), np.sin(angle)
    own = at(landmarks)
    middle = own.mean(axis=0)
    matrix = np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])
    return at.inverse((own - middle) @ matrix + middle)


@pytest.mark.parametrize(("degrees", "same"), [(0.0, True), (2.5, True), (4.5, False)])
def test_a_head_may_turn_as_far_as_another_face_seems_to(degrees: float, *, same: bool) -> None:
    landmarks = sitter().landmarks.astype(np.float64)
    real = Mesh(landmarks, 1.0), np.zeros((2, 5, 2))
    made = Mesh(turned(landmarks, degrees), 1.0), np.zeros((2, 5, 2))

    assert alike(made, real) is same
