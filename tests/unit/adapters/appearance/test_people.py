"""A seed stands for one person, and other seeds for others."""

import numpy as np
import pytest

from swaddle.adapters.appearance.people import (
    FARTHEST,
    coefficients,
    deviations,
    draw,
    moved,
    rebuild,
)
from swaddle.kernel.errors import InvalidPlan
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.plan import LARGEST

SEEDS = [bytes([number]) * 32 for number in range(8)]


@pytest.mark.parametrize("group", list(AgeGroup))
def test_the_same_seed_is_the_same_person(group: AgeGroup) -> None:
    assert draw(SEEDS[0], group, 3) == draw(SEEDS[0], group, 3)


@pytest.mark.parametrize("group", list(AgeGroup))
def test_other_seeds_are_other_people(group: AgeGroup) -> None:
    people = [draw(seed, group, 0) for seed in SEEDS]

    assert len({person.identity_id for person in people}) == len(SEEDS)
    assert len({person.shape for person in people}) == len(SEEDS)
    assert len({person.texture for person in people}) == len(SEEDS)


@pytest.mark.parametrize("group", list(AgeGroup))
def test_nobody_is_farther_from_average_than_was_ever_seen(group: AgeGroup) -> None:
    values = [
        v for seed in SEEDS for v in (draw(seed, group, 0).shape + draw(seed, group, 0).texture)
    ]

    assert max(map(abs, values)) <= LARGEST


@pytest.mark.parametrize("part", ["shape", "texture"])
@pytest.mark.parametrize("group", [AgeGroup.INFANT, AgeGroup.ADULT])
def test_somebody_with_fewer_coefficients_than_the_face_space_is_refused(
    part: str, group: AgeGroup
) -> None:
    person = draw(bytes(32), group, 0)
    fewer = person.model_copy(update={part: getattr(person, part)[1:]})

    with pytest.raises(InvalidPlan, match=f"{person.identity_id} has .* of {group} there are"):
        rebuild(fewer, group)


def test_a_plan_alone_rebuilds_the_person() -> None:
    person = draw(SEEDS[1], AgeGroup.ADULT, 0)
    again = type(person).model_validate_json(person.model_dump_json())

    assert np.array_equal(
        rebuild(person, AgeGroup.ADULT).texture, rebuild(again, AgeGroup.ADULT).texture
    )


@pytest.mark.parametrize("group", list(AgeGroup))
def test_who_is_moved_is_somebody_else_with_the_same_eyes(group: AgeGroup) -> None:
    person = draw(SEEDS[0], group, 3)
    step = np.full(len(coefficients(person)), 0.1)
    other = moved(person, group, step)

    assert other.identity_id != person.identity_id
    assert (other.attempt, other.engine, other.iris) == (3, person.engine, person.iris)
    assert np.allclose(coefficients(other) - coefficients(person), 0.1, atol=1e-3)
    assert moved(person, group, step) == other
    assert moved(person, group, 2 * step).identity_id != other.identity_id


@pytest.mark.parametrize("group", list(AgeGroup))
@pytest.mark.parametrize("length", [1, 10, 1000])
def test_nobody_is_moved_farther_than_people_go(group: AgeGroup, length: float) -> None:
    for number, seed in enumerate(SEEDS):
        person = draw(seed, group, 0)
        way = np.random.default_rng(number).standard_normal(len(coefficients(person)))
        other = coefficients(moved(person, group, length * way))

        assert np.abs(other).max() <= LARGEST
        assert np.sqrt(np.square(other / deviations(group)).mean()) <= FARTHEST + 1e-3


def test_a_step_of_nothing_is_the_person_itself() -> None:
    person = draw(SEEDS[0], AgeGroup.ADULT, 0)

    assert moved(person, AgeGroup.ADULT, np.zeros(len(coefficients(person)))) is person
