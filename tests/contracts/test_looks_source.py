"""What every source of synthetic people promises."""

import numpy as np
import pytest

from swaddle.adapters.appearance.looks_source import AppearanceLooksSource
from swaddle.kernel.faces import CHIN, FOREHEAD_TOP, AgeGroup
from swaddle.scenes.ports import LooksSource

SEEDS = [bytes(32), b"\xff" * 32, bytes(range(32))]


class LooksSourceContract:
    @pytest.fixture
    def source(self) -> LooksSource:
        raise NotImplementedError

    @pytest.mark.parametrize("group", list(AgeGroup))
    @pytest.mark.parametrize("seed", SEEDS, ids=["zeros", "ones", "steps"])
    def test_a_person_has_a_face_with_a_forehead_and_skin(
        self, source: LooksSource, seed: bytes, group: AgeGroup
    ) -> None:
        looks = source.looks(seed, group)

        assert looks.shape.shape == (498, 3)
        assert looks.detail.shape == (256, 256, 3)
        assert np.isfinite(looks.shape).all()
        assert np.isfinite(looks.detail).all()
        assert looks.shape[FOREHEAD_TOP, 1] < looks.shape[CHIN, 1]

    @pytest.mark.parametrize("group", list(AgeGroup))
    def test_a_seed_stands_for_one_person(self, source: LooksSource, group: AgeGroup) -> None:
        one, again = (source.looks(bytes(32), group) for _ in range(2))

        assert np.array_equal(one.shape, again.shape)
        assert np.array_equal(one.detail, again.detail)

    @pytest.mark.parametrize("group", list(AgeGroup))
    def test_other_seeds_stand_for_other_people(
        self, source: LooksSource, group: AgeGroup
    ) -> None:
        one, other = (source.looks(bytes([n]) * 32, group) for n in (1, 2))

        assert np.abs(one.shape - other.shape).max() > 1
        assert np.abs(one.detail - other.detail).max() > 0.1


class TestAppearanceLooksSource(LooksSourceContract):
    @pytest.fixture
    def source(self) -> AppearanceLooksSource:
        return AppearanceLooksSource()
