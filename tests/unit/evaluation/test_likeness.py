import numpy as np
import pytest
from numpy.typing import NDArray

from swaddle.evaluation import likeness
from swaddle.evaluation.likeness import Faces
from swaddle.evaluation.reference import Who
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.recognition import RecognitionScale, Strangers

WHO = Who({0: 0, 1: 1}, (AgeGroup.ADULT, AgeGroup.ADULT))
SCALE = RecognitionScale(
    mean=np.zeros(128),
    strangers={AgeGroup.ADULT: Strangers(0.0, 0.2, 10)},
    age_weights=np.zeros((128, 3)),
    age_bias=np.zeros(3),
    recogniser="made",
)


def people(seed: int, spread: float = 0.02) -> NDArray[np.float64]:
    """Return 40 vectors, 20 of each of two people."""
    random = np.random.default_rng(seed)
    middles = np.repeat(random.normal(size=(2, 128)), 20, axis=0)
    vectors = middles + random.normal(scale=spread, size=middles.shape)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def faces(before: NDArray[np.float64], after: NDArray[np.float64]) -> Faces:
    tracks = np.repeat([0, 1], 20)
    return Faces(before, after, tracks, np.tile(np.arange(20) / 2, 2), tracks)


def test_a_face_that_was_not_changed_is_its_source() -> None:
    same = faces(people(1), people(1))
    found, first = likeness.to_source(same), likeness.reidentified(same, people(9))

    assert found is not None
    assert first is not None
    assert found.value == pytest.approx(1)
    assert first.value == 1


def test_other_people_are_neither_similar_nor_found() -> None:
    other = faces(people(1), people(2))
    found, first = likeness.to_source(other), likeness.reidentified(other, people(9))

    assert found is not None
    assert first is not None
    assert abs(found.value) < 0.3
    assert first.value < 0.6


def test_where_there_is_no_gallery_nobody_is_looked_for() -> None:
    assert likeness.reidentified(faces(people(1), people(1)), None) is None


def test_two_subjects_with_one_face_are_noticed() -> None:
    made = people(3)
    made[20:] = made[:20]
    apart, alike = (likeness.between_subjects(faces(people(1), m)) for m in (people(3), made))

    assert apart is not None
    assert alike is not None
    assert alike.value > 0.9 > apart.value


def test_a_subject_whose_face_changes_midway_is_less_constant() -> None:
    made = people(4)
    switched = made.copy()
    switched[10:20] = people(5)[10:20]
    steady, changed = (
        likeness.constancy(faces(people(1), one), WHO, SCALE) for one in (made, switched)
    )

    assert steady is not None
    assert changed is not None
    assert steady.value == pytest.approx(1, abs=0.02)
    assert changed.value < 0.8


def test_frames_side_by_side_do_not_count_as_the_same_person_again() -> None:
    vectors = people(6)
    at_once = Faces(vectors, vectors, np.repeat([0, 1], 20), np.zeros(40), np.repeat([0, 1], 20))

    assert likeness.same_person(at_once) is None
