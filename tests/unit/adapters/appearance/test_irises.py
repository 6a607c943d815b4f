import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from swaddle.adapters.appearance.irises import recolour
from swaddle.kernel.faces import LEFT_EYE

SKIN = (140, 160, 210)
WHITE = (225, 228, 230)
DARK = (60, 55, 50)
BLUE = np.array([150.0, 90.0, 60.0], np.float32)
CENTRE = (40.0, 30.0)
RADIUS = 8.0


def eye(open_to: float, turned: float = 0.0) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a picture of an eye that is open to a height, and its outline."""
    picture = np.full((60, 80, 3), SKIN, np.uint8)
    angles = np.linspace(0, 2 * np.pi, len(LEFT_EYE), endpoint=False)
    flat = np.column_stack([18 * np.cos(angles), open_to * np.sin(angles)])
    turn = np.array([[np.cos(turned), np.sin(turned)], [-np.sin(turned), np.cos(turned)]])
    outline = (flat @ turn + CENTRE).astype(np.float32)
    ball = np.zeros((60, 80), np.uint8)
    cv2.fillPoly(ball, [outline.astype(np.int32)], 255)
    iris = cv2.circle(np.zeros_like(ball), (40, 30), int(RADIUS), 255, -1)
    picture[ball > 0] = WHITE
    picture[(ball > 0) & (iris > 0)] = DARK
    return picture.astype(np.float32), outline


def recoloured(
    picture: NDArray[np.float32], outline: NDArray[np.float32], off: float = 0.0
) -> NDArray[np.float32]:
    landmarks = np.full((468, 2), -50, np.float32)
    landmarks[list(LEFT_EYE)] = outline
    around = [(0, 0), (RADIUS, 0), (0, -RADIUS), (-RADIUS, 0), (0, RADIUS)]
    irises = np.full((2, 5, 2), -50, np.float32)
    irises[0] = np.array(CENTRE) + around
    irises[0, :, 0] += off
    result = recolour(picture, landmarks, irises, BLUE)
    return np.asarray(result, np.float32)


@pytest.mark.parametrize("turned", [0.0, np.pi / 2, 1.2])
def test_an_open_eye_gets_the_other_colour_however_the_head_lies(turned: float) -> None:
    picture, outline = eye(9, turned)
    ring = recoloured(picture, outline)[30, 45]

    assert ring[0] > ring[2]


def test_an_eye_that_is_shut_stays_shut_where_the_mesh_says_it_is_open() -> None:
    shut = np.full((60, 80, 3), SKIN, np.float32)
    _, outline = eye(9)

    np.testing.assert_allclose(recoloured(shut, outline), shut, atol=1)


def test_nothing_outside_the_iris_changes() -> None:
    picture, outline = eye(9)
    changed = np.abs(recoloured(picture, outline) - picture).max(axis=2) > 1

    assert not changed[:15].any()
    assert not changed[:, :25].any()


@pytest.mark.parametrize("off", [-3.0, 0.0, 3.0])
def test_an_eye_looks_where_it_looked_also_where_the_model_is_off(off: float) -> None:
    picture, outline = eye(9)

    assert looks(recoloured(picture, outline, off)) == pytest.approx(looks(picture), abs=0.5)


def looks(picture: NDArray[np.float32]) -> float:
    """Return how far right the middle of what is dark lies."""
    dark = np.maximum(180 - picture.mean(axis=2), 0)
    return float((dark * np.arange(80)).sum() / dark.sum())


def test_the_pattern_of_an_iris_is_gone() -> None:
    plain, outline = eye(9)
    picture = plain.copy()
    rows, columns = np.mgrid[:60, :80]
    iris = np.hypot(columns - 40, rows - 30) < 0.7 * RADIUS
    picture[iris & ((rows + columns) % 2 == 0)] += 30

    shown = recoloured(picture, outline) - recoloured(plain, outline)

    assert shown.mean(axis=2)[iris].std() < 0.2 * (picture - plain).mean(axis=2)[iris].std()
