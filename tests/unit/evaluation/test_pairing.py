import numpy as np
import pytest
from numpy.typing import NDArray

from swaddle.evaluation.pairing import PairWatch, structural_similarity
from swaddle.evaluation.reference import Expected
from swaddle.kernel.frames import Frame, Sampling
from swaddle.kernel.geometry import Box
from swaddle.kernel.tables import TEXTURE_CELLS

HEIGHT, WIDTH = 120, 160
HEAD = Box(40, 30, 100, 90)


def frame(number: int, luma: NDArray[np.float64]) -> Frame:
    grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    planes = (np.clip(luma, 0, 255).astype(np.uint8), grey, grey.copy())
    return Frame(number, number, planes, Sampling())


def noise(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform(40, 200, (HEIGHT, WIDTH))


def a_face() -> Expected:
    hidden = np.zeros((TEXTURE_CELLS, TEXTURE_CELLS), np.uint8)
    return Expected(
        track=0, time_s=0, box=HEAD, head=HEAD, landmarks=None, occlusion=hidden, embed=False
    )


def test_a_picture_is_wholly_similar_to_itself() -> None:
    picture = noise(1).astype(np.float32)

    np.testing.assert_allclose(structural_similarity(picture, picture), 1, atol=1e-5)


def test_of_flat_pictures_the_similarity_is_that_of_their_brightness() -> None:
    one, other = np.full((40, 40), 100, np.float32), np.full((40, 40), 120, np.float32)
    c1 = (0.01 * 255) ** 2
    wanted = (2 * 100 * 120 + c1) / (100**2 + 120**2 + c1)

    np.testing.assert_allclose(structural_similarity(one, other), wanted, rtol=1e-4)


def test_what_changes_inside_a_head_costs_nothing_outside() -> None:
    before, watch = noise(2), PairWatch()
    after = before.copy()
    after[30:90, 40:100] = 0
    watch.look(0, (frame(0, before), frame(0, after)), [a_face()])

    assert watch.paired().squared_error.tolist() == [0.0]


def test_a_known_error_outside_comes_out_as_such() -> None:
    before, watch = np.full((HEIGHT, WIDTH), 100.0), PairWatch()
    watch.look(0, (frame(0, before), frame(0, before + 3)), [a_face()])

    assert watch.paired().squared_error == pytest.approx(9)


def test_an_unchanged_face_is_exposed_and_another_is_not() -> None:
    before, watch = noise(3), PairWatch()
    other = before.copy()
    other[20:100, 30:110] = noise(4)[20:100, 30:110]
    watch.look(0, (frame(0, before), frame(0, before)), [a_face()])
    watch.look(1, (frame(1, before), frame(1, other)), [a_face()])

    assert watch.paired().comparable.tolist() == [True, True]
    assert watch.paired().exposed.tolist() == [True, False]


def test_a_known_freeze_and_a_black_frame_come_out_as_such() -> None:
    watch = PairWatch()
    bright = [np.full((HEIGHT, WIDTH), value, float) for value in (100.0, 120.0, 140.0)]
    shown = [bright[0], bright[0], np.full((HEIGHT, WIDTH), 16.0)]
    for number, (real, made) in enumerate(zip(bright, shown, strict=True)):
        watch.look(number, (frame(number, real), frame(number, made)), [])

    assert watch.paired().frozen.tolist() == [False, True, False]
    assert watch.paired().black.tolist() == [False, False, True]
