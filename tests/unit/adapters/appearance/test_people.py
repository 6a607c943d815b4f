"""A seed stands for one person, and other seeds for others."""

import numpy as np
import pytest

from swaddle.adapters.appearance.people import LARGEST, draw, rebuild
from swaddle.kernel.faces import AgeGroup

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


def test_a_plan_alone_rebuilds_the_person() -> None:
    person = draw(SEEDS[1], AgeGroup.ADULT, 0)
    again = type(person).model_validate_json(person.model_dump_json())

    assert np.array_equal(
        rebuild(person, AgeGroup.ADULT).texture, rebuild(again, AgeGroup.ADULT).texture
    )
