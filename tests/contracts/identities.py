"""What every inventor of synthetic people promises."""

import numpy as np
import pytest

from swaddle.identity.ports import IdentityGenerator, PreviewRequest
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Box
from swaddle.kernel.plan import IdentityPlan
from tests.unit.identity.sitters import sitter

SEEDS = [bytes([n]) * 32 for n in (1, 2)]
GROUP = AgeGroup.ADULT


def asked(generator: IdentityGenerator, seed: bytes = SEEDS[0]) -> PreviewRequest:
    """Return the request for somebody in the sitter's place."""
    return PreviewRequest(generator.invent(seed, GROUP, 0), GROUP, sitter())


class IdentityGeneratorContract:
    @pytest.fixture
    def generator(self) -> IdentityGenerator:
        raise NotImplementedError

    def test_a_seed_stands_for_one_person(self, generator: IdentityGenerator) -> None:
        one, again = (generator.invent(SEEDS[0], GROUP, 3) for _ in range(2))
        other = generator.invent(SEEDS[1], GROUP, 3)

        assert one == again
        assert one.attempt == 3
        assert one.engine == generator.fingerprint
        assert one.identity_id != other.identity_id
        assert one.portrait is None

    def test_a_fingerprint_is_one_line_without_ends(self, generator: IdentityGenerator) -> None:
        assert generator.fingerprint == generator.fingerprint.strip() != ""
        assert "\n" not in generator.fingerprint

    def test_a_person_survives_the_plan(self, generator: IdentityGenerator) -> None:
        person = generator.invent(SEEDS[0], GROUP, 0)

        assert IdentityPlan.model_validate_json(person.model_dump_json()) == person

    def test_a_forecast_is_a_vector_or_nothing(self, generator: IdentityGenerator) -> None:
        tendency = generator.tendency(generator.invent(SEEDS[0], GROUP, 0), GROUP)

        assert tendency is None or (tendency.ndim == 1 and np.isfinite(tendency).all())

    def test_who_is_moved_away_is_somebody_else_or_the_person_itself(
        self, generator: IdentityGenerator
    ) -> None:
        person = generator.invent(SEEDS[0], GROUP, 3)
        references = np.eye(128)[:2]
        one, again = (
            generator.moved_away(person, GROUP, references, np.array([0.1, -0.1]))
            for _ in range(2)
        )

        assert one == again
        assert (one.attempt, one.engine) == (3, person.engine)
        assert (one == person) == (one.identity_id == person.identity_id)

    def test_each_portrait_has_its_preview(self, generator: IdentityGenerator) -> None:
        portraits = [sitter(), sitter()]
        before = sitter().picture.copy()
        person = generator.invent(SEEDS[0], GROUP, 0)
        previews = generator.preview([PreviewRequest(person, GROUP, p) for p in portraits])

        assert len(previews) == 2
        assert generator.at_once >= 1
        assert np.array_equal(sitter().picture, before)
        for preview in previews:
            assert preview is not None
            picture, landmarks = preview
            assert picture.shape == before.shape
            assert picture.dtype == np.uint8
            assert landmarks.shape == (468, 3)
            assert np.isfinite(landmarks).all()

    def test_a_person_looks_the_same_each_time(self, generator: IdentityGenerator) -> None:
        one, again, other = (
            generator.preview([asked(generator, seed)])[0]
            for seed in (SEEDS[0], SEEDS[0], SEEDS[1])
        )

        assert one is not None
        assert again is not None
        assert other is not None
        assert np.array_equal(one[0], again[0])
        assert not np.array_equal(one[0], other[0])

    def test_who_else_is_asked_for_changes_nobody(self, generator: IdentityGenerator) -> None:
        requests = [asked(generator, seed) for seed in SEEDS]
        together = generator.preview(requests)
        alone = [generator.preview([request])[0] for request in requests]

        assert list(generator.preview([])) == []
        for one, other in zip(together, alone, strict=True):
            assert one is not None
            assert other is not None
            assert np.abs(one[0].astype(int) - other[0]).max() <= 1

    def test_the_face_changes_and_its_surroundings_stay(
        self, generator: IdentityGenerator
    ) -> None:
        (preview,) = generator.preview([asked(generator)])
        assert preview is not None
        moved = np.abs(preview[0].astype(int) - sitter().picture).max(axis=2)
        x0, y0, x1, y1 = Box.around(sitter().landmarks).grown(1.6).pixels(320, 320)
        outside = np.ones((320, 320), bool)
        outside[y0:y1, x0:x1] = False
        cx, cy = (round(v) for v in sitter().landmarks[:, :2].mean(axis=0))

        assert moved[cy - 40 : cy + 40, cx - 40 : cx + 40].mean() > 2
        assert outside.sum() > 1000
        assert moved[outside].max() <= 1  # a portrait may go through Y'CbCr
