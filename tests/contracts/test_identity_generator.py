"""Inventors of synthetic people that need no weights, or made ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.appearance.face_space import face_space
from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.adapters.appearance.people import coefficients
from swaddle.adapters.onnx.identity_generator import OnnxIdentityGenerator
from swaddle.identity.ports import IdentityGenerator, Portrait, PreviewRequest
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import still
from swaddle.kernel.portraits import cut_out
from swaddle.kernel.texture_space import cell_centres
from tests.contracts.identities import SEEDS, IdentityGeneratorContract
from tests.made.faces import NOTHING_HIDES, face_to_swap, rendered
from tests.made.inpainters import DESCRIPTIONS, inpainter

ADULT = AgeGroup.ADULT


def portrait(seed: int = 5, pixel: float = 1.0) -> Portrait:
    """Return the cut-out of somebody that linking would store."""
    picture, landmarks = rendered(seed)
    face = face_to_swap(picture, landmarks)
    cut, placed = cut_out(still(picture), landmarks)
    return Portrait(cut, placed, face.shape, face.contrast, NOTHING_HIDES, pixel)


class ContractOnEveryPortrait(IdentityGeneratorContract):
    """What those promise who refuse no portrait."""

    @pytest.mark.parametrize("pixel", [1.0, 0.3], ids=["as it was", "enlarged"])
    def test_a_portrait_shows_the_person_in_the_place_of_the_real_one(
        self, generator: IdentityGenerator, pixel: float
    ) -> None:
        before = portrait(pixel=pixel)
        (shown,) = generator.preview(
            [PreviewRequest(generator.invent(SEEDS[0], ADULT, 0), ADULT, before)]
        )
        assert shown is not None
        picture, landmarks = shown
        x, y = landmarks[50, :2].round().astype(int)

        assert picture.shape == before.picture.shape
        assert np.abs(landmarks[:, :2] - before.landmarks[:, :2]).max() < 30
        near = np.s_[y - 8 : y + 8, x - 8 : x + 8]
        assert np.abs(picture[near].astype(int) - before.picture[near]).mean() > 2

    def test_hair_stays_as_it_is(self, generator: IdentityGenerator) -> None:
        hair = np.zeros_like(NOTHING_HIDES)
        hair[:12] = 255
        bald = portrait()
        person = generator.invent(SEEDS[0], ADULT, 0)
        before, after = generator.preview(
            [PreviewRequest(person, ADULT, p) for p in (bald, replace(bald, stays=hair))]
        )
        assert before is not None
        assert after is not None
        x, y = cell_centres(bald.landmarks, 48)[7, 24].round().astype(int)
        there = np.s_[y - 2 : y + 3, x - 2 : x + 3]
        real = bald.picture[there].astype(int)

        assert np.abs(before[0][there] - real).mean() > 2
        assert np.abs(after[0][there] - real).mean() < 2

    def test_each_portrait_has_its_answer(self, generator: IdentityGenerator) -> None:
        person = generator.invent(SEEDS[0], ADULT, 0)
        requests = [PreviewRequest(person, ADULT, portrait(seed)) for seed in (5, 6, 5)]
        first, second, third = generator.preview(requests)
        assert first is not None
        assert second is not None
        assert third is not None

        assert np.abs(first[0].astype(int) - third[0]).max() <= 1
        assert not np.array_equal(first[0], second[0])


class TestAppearanceIdentityGenerator(ContractOnEveryPortrait):
    @pytest.fixture
    def generator(self) -> AppearanceIdentityGenerator:
        return AppearanceIdentityGenerator()

    @pytest.mark.parametrize("group", list(AgeGroup))
    def test_who_is_moved_away_tends_less_to_whom_it_should(self, group: AgeGroup) -> None:
        generator = AppearanceIdentityGenerator()
        random = np.random.default_rng(3)
        references = random.standard_normal((3, 128)) / np.sqrt(128)
        by = np.array([0.1, 0.05, -0.2])
        person = generator.invent(SEEDS[0], group, 0)
        other = generator.moved_away(person, group, references, by)
        before, after = (coefficients(p) @ face_space(group).tendencies for p in (person, other))

        assert (references @ after <= references @ before - by + 1e-3).all()

    def test_a_forecast_is_for_the_recogniser_it_was_learned_for(self) -> None:
        person = AppearanceIdentityGenerator().invent(SEEDS[0], ADULT, 0)
        forecast = AppearanceIdentityGenerator().tendency(person, ADULT)

        assert forecast is not None
        assert forecast.shape == (128,)
        assert AppearanceIdentityGenerator(foresees=False).tendency(person, ADULT) is None

    def test_nobody_is_moved_by_another_recogniser(self) -> None:
        generator = AppearanceIdentityGenerator(foresees=False)
        person = generator.invent(SEEDS[0], ADULT, 0)

        assert generator.moved_away(person, ADULT, np.eye(512)[:1], np.ones(1)) is person


class TestOnnxIdentityGenerator(ContractOnEveryPortrait):
    @pytest.fixture(params=sorted(DESCRIPTIONS))
    def generator(self, request: pytest.FixtureRequest, tmp_path: Path) -> OnnxIdentityGenerator:
        return OnnxIdentityGenerator(inpainter(tmp_path, request.param))
