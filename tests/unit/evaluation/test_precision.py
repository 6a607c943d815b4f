import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.evaluation.precision import COCO_POINTS, bodies, faces, key_point_similarity, match
from swaddle.kernel.faces import Detection, Person
from swaddle.kernel.geometry import Box


def found(x: float, score: float = 0.9) -> Detection:
    return Detection(Box(x, 0, x + 100, 100), score, np.zeros((5, 2)))


def person(shift: float = 0.0, visible: float = 1.0) -> Person:
    points = np.zeros((33, 3))
    points[:, 0] = np.linspace(0, 100, 33) + shift
    points[:, 1] = np.linspace(0, 200, 33)
    points[:, 2] = visible
    return Person(Box(0, 0, 10, 10), 0.9, 1.0, points)


def precision(*pairs: tuple[list[Detection], list[Detection]]) -> float:
    matched = match([faces(made, truth) for made, truth in pairs])
    return matched.average_precision(np.ones(len(pairs)))


def test_the_same_faces_have_precision_one() -> None:
    assert precision(([found(0), found(200)], [found(200), found(0)])) == pytest.approx(1)


@given(st.floats(0, 40))
def test_a_shift_costs_the_thresholds_it_falls_below(shift: float) -> None:
    overlap = (100 - shift) / (100 + shift)
    reached = sum(overlap >= 0.5 + 0.05 * step - 1e-9 for step in range(10))

    assert precision(([found(shift)], [found(0)])) == pytest.approx(reached / 10)


def test_a_face_that_is_lost_costs_recall() -> None:
    assert precision(([found(0)], [found(0)]), ([], [found(0)])) == pytest.approx(0.5, abs=0.01)


def test_a_surer_face_where_none_was_costs_precision() -> None:
    assert precision(([found(0, 0.5), found(300, 0.9)], [found(0)])) == pytest.approx(0.5)


def test_without_truth_there_is_no_precision() -> None:
    assert np.isnan(precision(([found(0)], [])))


def test_a_frame_that_is_not_drawn_does_not_count() -> None:
    matched = match([faces([found(0)], [found(0)]), faces([], [found(0)])])

    assert matched.average_precision(np.array([1.0, 0.0])) == pytest.approx(1)


def test_the_similarity_of_bodies_is_cocos() -> None:
    # Equation of the COCO key point evaluation, for one shift of all points.
    sigmas = np.array([26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89]) / 1e3
    real = person()
    seen = real.points[list(COCO_POINTS), :2]
    area = 0.53 * np.prod(np.ptp(seen, axis=0))
    wanted = np.exp(-(9.0) / (2 * area * (2 * sigmas) ** 2)).mean()

    assert key_point_similarity(person(3.0), real) == pytest.approx(wanted)


def test_points_that_are_hidden_in_the_truth_are_not_asked() -> None:
    assert bodies([person()], [person(visible=0.1)]).overlap.tolist() == [[0.0]]
