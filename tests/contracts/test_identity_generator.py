"""What every source of synthetic people promises."""

from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.adapters.onnx.identity_generator import OnnxIdentityGenerator
from swaddle.identity.ports import IdentityGenerator, Portrait
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import still
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.portraits import cut_out
from tests.made.faces import face_to_swap, rendered
from tests.made.inpainters import DESCRIPTIONS, inpainter

ADULT = AgeGroup.ADULT
SEEDS = [bytes(32), b"\xff" * 32, bytes(range(32))]


def portrait(seed: int = 5, pixel: float = 1.0) -> Portrait:
    """Return the cut-out of somebody that linking would store."""
    picture, landmarks = rendered(seed)
    face = face_to_swap(picture, landmarks)
    cut, placed = cut_out(still(picture), landmarks)
    return Portrait(cut, placed, face.shape, face.contrast, pixel)


class IdentityGeneratorContract:
    @pytest.fixture
    def generator(self, tmp_path: Path) -> IdentityGenerator:
        raise NotImplementedError

    def test_a_fingerprint_is_one_line_without_ends(self, generator: IdentityGenerator) -> None:
        assert generator.fingerprint == generator.fingerprint.strip() != ""
        assert "\n" not in generator.fingerprint

    def test_as_many_at_once_as_are_worth_it(self, generator: IdentityGenerator) -> None:
        assert generator.at_once >= 1

    @pytest.mark.parametrize("group", list(AgeGroup))
    def test_a_seed_stands_for_one_person(
        self, generator: IdentityGenerator, group: AgeGroup
    ) -> None:
        people = [generator.invent(seed, group, 7) for seed in SEEDS]

        assert people == [generator.invent(seed, group, 7) for seed in SEEDS]
        assert len({person.identity_id for person in people}) == len(SEEDS)
        assert {person.attempt for person in people} == {7}
        assert {person.engine for person in people} == {generator.fingerprint}

    def test_a_person_survives_the_plan(self, generator: IdentityGenerator) -> None:
        person = generator.invent(SEEDS[2], ADULT, 0)
        stored = IdentityPlan.model_validate_json(person.model_dump_json())
        one, again = (generator.preview(who, ADULT, [portrait()])[0] for who in (person, stored))

        assert stored == person
        assert one is not None
        assert again is not None
        assert np.array_equal(one[0], again[0])

    def test_a_tendency_is_a_direction_of_the_recogniser(
        self, generator: IdentityGenerator
    ) -> None:
        tendency = generator.tendency(generator.invent(SEEDS[0], ADULT, 0), ADULT)

        assert tendency.shape == (128,)
        assert np.isfinite(tendency).all()

    @pytest.mark.parametrize("pixel", [1.0, 0.3], ids=["as it was", "enlarged"])
    def test_a_portrait_shows_the_person_in_the_place_of_the_real_one(
        self, generator: IdentityGenerator, pixel: float
    ) -> None:
        before = portrait(pixel=pixel)
        (shown,) = generator.preview(generator.invent(SEEDS[2], ADULT, 0), ADULT, [before])
        assert shown is not None
        picture, landmarks = shown
        x, y = landmarks[50, :2].round().astype(int)

        assert picture.shape == before.picture.shape
        assert landmarks.shape == (468, 3)
        assert np.abs(landmarks[:, :2] - before.landmarks[:, :2]).max() < 30
        near = np.s_[y - 8 : y + 8, x - 8 : x + 8]
        assert np.abs(picture[near].astype(int) - before.picture[near]).mean() > 2

    def test_each_portrait_has_its_answer(self, generator: IdentityGenerator) -> None:
        person = generator.invent(SEEDS[2], ADULT, 0)
        portraits = [portrait(seed) for seed in (5, 6, 5)]
        first, second, third = generator.preview(person, ADULT, portraits)
        assert first is not None
        assert second is not None
        assert third is not None

        assert np.abs(first[0].astype(int) - third[0]).max() <= 1
        assert not np.array_equal(first[0], second[0])
        assert list(generator.preview(person, ADULT, [])) == []


class TestAppearanceIdentityGenerator(IdentityGeneratorContract):
    @pytest.fixture
    def generator(self) -> AppearanceIdentityGenerator:
        return AppearanceIdentityGenerator()


class TestOnnxIdentityGenerator(IdentityGeneratorContract):
    @pytest.fixture(params=sorted(DESCRIPTIONS))
    def generator(self, request: pytest.FixtureRequest, tmp_path: Path) -> OnnxIdentityGenerator:
        return OnnxIdentityGenerator(inpainter(tmp_path, request.param))
