"""Who is moved keeps a face as faces are, part by part."""

import numpy as np
import pytest

from swaddle.adapters.appearance.face_space import face_space
from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.adapters.appearance.parts import CELLS, FARTHEST_PARTS, parts, within
from swaddle.adapters.appearance.people import coefficients, deviations, draw
from swaddle.kernel.faces import AgeGroup

SEEDS = [bytes([number]) * 32 for number in range(6)]
ROUNDED = 0.02
"""Deviations: coefficients are written with four places."""


@pytest.mark.parametrize("group", list(AgeGroup))
def test_among_the_people_that_are_drawn_each_part_differs_by_one_deviation(
    group: AgeGroup,
) -> None:
    people = [
        coefficients(draw(number.to_bytes(32, "big"), group, 0)) / deviations(group)
        for number in range(400)
    ]
    spread = (np.array(people) @ parts(group).T).std(axis=0)

    assert CELLS < len(spread) < CELLS**2
    assert np.abs(spread - 1).max() < 0.15


@pytest.mark.parametrize("group", list(AgeGroup))
def test_to_stay_is_always_allowed(group: AgeGroup) -> None:
    start = np.random.default_rng(1).standard_normal(len(deviations(group))) * 2
    slopes, bounds = within(group, start, FARTHEST_PARTS[0])

    assert slopes.shape == (len(bounds), len(start))
    assert bounds.max() <= 0


@pytest.mark.parametrize("group", list(AgeGroup))
def test_nobody_is_moved_to_where_a_part_is_as_nobodys_is(group: AgeGroup) -> None:
    generator, farthest = AppearanceIdentityGenerator(), []
    for seed in SEEDS:
        person = generator.invent(seed, group, 0)
        # Away from another person of the face space: the straight way leads to that one's negative.
        source = coefficients(generator.invent(seed[::-1] + b"x", group, 1))
        reference = source @ face_space(group).tendencies
        reference /= np.linalg.norm(reference)
        other = generator.moved_away(person, group, reference[None], np.array([0.15]))
        before, after = (
            np.abs(parts(group) @ (coefficients(p) / deviations(group))) for p in (person, other)
        )

        assert other != person
        farthest.append(float(after[after > before + ROUNDED].max(initial=0)))

    # The first limit is kept by nearly all; where it cannot be, the next one is.
    assert sorted(farthest)[-2] <= FARTHEST_PARTS[0] + ROUNDED
    assert max(farthest) <= FARTHEST_PARTS[1] + ROUNDED


def test_to_hide_somebody_comes_before_that() -> None:
    generator, group = AppearanceIdentityGenerator(), AgeGroup.ADULT
    person = generator.invent(SEEDS[0], group, 0)
    reference = coefficients(person) @ face_space(group).tendencies
    reference /= np.linalg.norm(reference)
    people = [
        coefficients(generator.moved_away(person, group, reference[None], np.array([by])))
        for by in (0.2, 2.0)
    ]
    likeness = [float(reference @ (p @ face_space(group).tendencies)) for p in people]
    farthest = [float(np.abs(parts(group) @ (p / deviations(group))).max()) for p in people]

    assert likeness[1] < likeness[0]
    assert farthest[1] > FARTHEST_PARTS[-1]
