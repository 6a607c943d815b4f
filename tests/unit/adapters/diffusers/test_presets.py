"""Every key of a preset is known, and has an effect on what is painted or said."""

import tomllib
from importlib.resources import files

import pytest

from swaddle.adapters.diffusers.presets import Preset, preset, presets, read_presets
from swaddle.kernel.errors import Misused
from swaddle.kernel.faces import AgeGroup

TEXT = files("swaddle.adapters.diffusers").joinpath("presets.toml").read_text()


def test_the_three_recipes_are_there() -> None:
    assert set(presets()) == {"blanket-sd15", "blanket-sdxl", "permissive-sd15"}


@pytest.mark.parametrize("where", ["size = 896", "[blanket-sd15.canny]"])
def test_a_key_that_nobody_knows_is_refused(where: str) -> None:
    with pytest.raises(Misused, match="guidance_end"):
        read_presets(TEXT.replace(where, f"{where}\nguidance_end = 0.5", 1))


def test_a_key_that_is_missing_is_named() -> None:
    with pytest.raises(Misused, match="cfg"):
        read_presets(TEXT.replace("cfg = 4.0\n", "", 1))


def test_a_mask_that_would_fade_over_the_face_is_refused() -> None:
    with pytest.raises(Misused, match="three"):
        read_presets(TEXT.replace("mask_growth = 12", "mask_growth = 11", 1))


def test_a_preset_that_is_none_is_answered_with_those_that_are() -> None:
    with pytest.raises(Misused, match="blanket-sd15, blanket-sdxl, permissive-sd15"):
        preset("blanket")


@pytest.mark.parametrize("name", list(presets()))
def test_each_age_group_is_asked_for_by_its_own_words(name: str) -> None:
    asked = [presets()[name].prompts.of(group) for group in AgeGroup]

    assert len(set(asked)) == len(AgeGroup)
    assert "baby" in asked[0]
    assert all("baby" not in words for words in asked[1:])


def test_the_permissive_preset_allows_commercial_use_and_names_what_is_forbidden() -> None:
    parts = list(presets()["permissive-sd15"].parts())

    assert all(part.commercial for part in parts)
    assert all(part.restrictions for part in parts if "RAIL" in part.licence)


def test_whatever_a_preset_says_changes_its_digest() -> None:
    said = tomllib.loads(TEXT)["blanket-sdxl"]
    known = Preset.model_validate(said).digest
    changed = [{**said, key: 8 * 99} for key in ("size", "steps", "padding", "mask_growth")]

    assert all(Preset.model_validate(other).digest != known for other in changed)
