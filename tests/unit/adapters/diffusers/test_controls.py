"""The ControlNets see the face as OpenPose draws one, and the edges of the portrait."""

import numpy as np

from swaddle.adapters.diffusers.controls import IBUG, canny, keypoints, openpose
from swaddle.kernel.faces import CHIN, LEFT_EYE_OUTER, MOUTH_RIGHT, RIGHT_EYE_OUTER
from swaddle.kernel.texture_space import canonical

FACE = canonical() * 2


def test_the_face_has_openpose_s_seventy_points_in_its_order() -> None:
    points = keypoints(FACE)

    assert points.shape == (70, 2)
    assert IBUG[8] == CHIN
    assert (IBUG[36], IBUG[45], IBUG[54]) == (LEFT_EYE_OUTER, RIGHT_EYE_OUTER, MOUTH_RIGHT)
    assert len(set(IBUG)) == 68


def test_the_points_run_as_the_scheme_says() -> None:
    points = keypoints(FACE)

    assert (np.diff(points[:17, 0]) > 0).all()  # the jaw, from left to right
    assert (np.diff(points[17:27, 0]) > 0).all()  # the brows
    assert (np.diff(points[27:31, 1]) > 0).all()  # down the ridge of the nose
    assert (np.diff(points[31:36, 0]) > 0).all()
    for start in (36, 42):  # the upper lid is above the lower one
        assert points[start + 1 : start + 3, 1].max() < points[start + 4 : start + 6, 1].min()
    assert points[[50, 51, 52], 1].max() < points[[56, 57, 58], 1].min()
    assert points[36, 0] < points[68, 0] < points[39, 0]  # each pupil in its eye
    assert points[42, 0] < points[69, 0] < points[45, 0]


def test_the_drawing_is_white_dots_on_black_and_nothing_else() -> None:
    drawing = openpose(FACE, 512)

    assert set(np.unique(drawing)) == {0, 255}
    for x, y in np.round(keypoints(FACE)).astype(int).tolist():
        assert drawing[y, x].tolist() == [255, 255, 255]
    assert 0.001 < (drawing > 0).mean() < 0.02


def test_an_edge_is_found_where_it_is() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, 32:] = 200
    edges = canny(picture, 100, 200)

    assert set(np.nonzero(edges.any(axis=2))[1].tolist()) <= {31, 32}
    assert edges.any()
    assert not canny(picture, 254, 255)[:, :30].any()
