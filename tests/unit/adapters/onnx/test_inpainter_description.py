"""A description says everything about a network, or is refused with the place that is wrong."""

from pathlib import Path
from typing import Final

import pytest

from swaddle.adapters.onnx.inpainter_description import read_description
from swaddle.kernel.errors import ModelMissing
from tests.made.inpainters import SEPARATE, STACKED, described

PAGE: Final = Path(__file__).parents[4] / "docs" / "how-to" / "use-another-inpainter.md"


def test_the_description_of_the_page_is_one() -> None:
    example = PAGE.read_text().split("```toml\n")[1].split("```")[0]

    assert read_description(example, "page").signature["condition"] == (1, 4, 128, 128)


def test_the_signature_follows_from_the_description() -> None:
    assert described("separate").signature == {
        "img": (1, 3, 64, 64),
        "mask": (1, 1, 64, 64),
        "keypoints": (1, 10),
        "z": (1, 32),
    }
    assert described("stacked").signature == {"condition": (1, 6, 96, 96), "onehot": (1, 1200)}


def test_descriptions_are_told_apart_by_what_they_say() -> None:
    again = read_description(f"# another comment\n{SEPARATE}", "again")
    other = read_description(SEPARATE.replace("length = 32", "length = 33"), "other")

    assert described("separate").digest == again.digest != other.digest


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("side =", "painter.toml is not TOML"),
        (SEPARATE.replace("side = 64\n", ""), "side: Field required"),
        (SEPARATE.replace('"picture"', '"photo"'), "inputs.img.0: Input should be"),
        (SEPARATE.replace('mask = ["mask"]', "mask = []"), "inputs.mask"),
        (SEPARATE.replace('z = ["latent"]\n', ""), "takes at least a picture and a latent"),
        (SEPARATE.replace('keypoints = ["keypoints"]\n', ""), "described and not taken"),
        (SEPARATE.replace("[1], [61]", "[1], [468]"), "keypoints.points.3.0"),
        (STACKED.replace("[2, 3]]", "[2, 4]]"), "a line joins a point that is not in the list"),
        (STACKED.replace("low = 0.0", "low = 1.0"), "black has to be less than white"),
        (STACKED.replace("grown = 1.3", "grown = 1.0"), "hole.grown"),
        (SEPARATE.replace('["mask"]', '["mask", "keypoints"]'), "cannot share an input"),
        (SEPARATE + "depth = 3\n", "latent.depth"),
    ],
)
def test_what_cannot_be_used_is_named(content: str, sentence: str) -> None:
    with pytest.raises(ModelMissing, match=sentence):
        read_description(content, "painter.toml")
