"""A recogniser's scale is whole, finite and its own, or it is refused with what to do."""

import json
from typing import Any

import numpy as np
import pytest

from swaddle.kernel.errors import Misused
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.recognition import RecognitionScale
from swaddle.models.scales import read_scale
from tests.made.scales import STRANGERS, WEIGHTS, scale

WIDTH = 6
PARTS = ["embedder", "weights", "mean", "strangers", "age_weights", "age_bias"]


def read(told: dict[str, Any]) -> RecognitionScale:
    return read_scale(
        json.dumps(told).encode(), "sface.json", "onnx://sface", WEIGHTS, "onnx://mine 1 2"
    )


def test_a_scale_is_as_wide_as_its_mean() -> None:
    found = read(scale("onnx://sface", WIDTH, mean=[0.5] * WIDTH))

    assert found.width == WIDTH
    assert found.recogniser == "onnx://mine 1 2"
    assert found.strangers[AgeGroup.CHILD].pairs == STRANGERS["pairs"]
    assert found.age_of(np.ones((2, WIDTH))) is AgeGroup.ADULT


@pytest.mark.parametrize("lacking", PARTS)
def test_what_is_lacking_is_named(lacking: str) -> None:
    told = scale("onnx://sface", WIDTH)
    del told[lacking]

    with pytest.raises(Misused, match=f"sface.json .* at {lacking}: Field required. `python -m"):
        read(told)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"mean": [0.1, float("nan")]}, "mean.1"),
        ({"mean": []}, "mean"),
        ({"weights": "w600k_r50.onnx"}, "weights"),
        ({"age_weights": [[0.0, float("inf"), 0.0]] * WIDTH}, "age_weights.0.1"),
        ({"age_weights": [[0.0, 0.0]] * WIDTH}, "age_weights.0.2"),
        ({"age_bias": [0.0, 0.0]}, "age_bias.2"),
        ({"strangers": {"infant": STRANGERS, "adult": STRANGERS}}, "strangers.child"),
        (
            {"strangers": dict.fromkeys(AgeGroup, STRANGERS | {"deviation": 0.0})},
            "strangers.infant.deviation",
        ),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(
        Misused, match=rf"sface.json .* at {where}: .*calibrate PICTURES onnx://sf"
    ):
        read(scale("onnx://sface", WIDTH, **changes))


def test_a_file_of_another_form_is_refused() -> None:
    with pytest.raises(Misused, match="at its begin: Invalid JSON"):
        read_scale(b"mean = 1", "sface.toml", "onnx://sface", WEIGHTS, "mine")


def test_the_scale_of_another_recogniser_is_refused() -> None:
    with pytest.raises(Misused, match="was made for onnx://arcface, the recogniser is onnx://sfa"):
        read(scale("onnx://arcface", WIDTH))


def test_a_scale_that_was_learned_with_other_weights_is_refused() -> None:
    told = (
        r"sface\.json was learned with other weights .* with f{16}…, the recogniser has 0{16}…\."
    )

    with pytest.raises(Misused, match=told):
        read(scale("onnx://sface", WIDTH, weights="f" * 64))


def test_a_scale_of_two_widths_is_refused() -> None:
    with pytest.raises(Misused, match="its mean has 5 numbers, age_weights 6"):
        read(scale("onnx://sface", WIDTH, mean=[0.0] * 5))
