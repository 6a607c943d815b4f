"""Similarities are read by the scale of the recogniser that made the vectors, or not at all."""

from dataclasses import replace

import numpy as np
import pytest

from swaddle.kernel.errors import ModelFailed, Unavailable
from swaddle.kernel.recognition import UNNAMED, require_numbers
from tests.unit.identity.test_freezing import SCALE


def test_vectors_of_its_own_recogniser_are_read() -> None:
    SCALE.require([])
    SCALE.require([SCALE.recogniser.encode()] * 2)


def test_vectors_of_another_recogniser_are_refused() -> None:
    other = replace(SCALE, recogniser="onnx://other 1a2b 3c4d")

    with pytest.raises(
        Unavailable, match=r"compared by made, and here they are by onnx://other 1a2b 3c4d: give"
    ):
        other.require([b"onnx://other 1a2b 3c4d", SCALE.recogniser.encode()])


def test_vectors_of_an_earlier_version_are_refused() -> None:
    with pytest.raises(Unavailable, match="compared by an earlier version of swaddle, and here"):
        SCALE.require(UNNAMED)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_no_vector(wrong: float) -> None:
    vectors = np.zeros((2, 4))
    require_numbers(vectors, "any")
    vectors[1, 2] = wrong

    with pytest.raises(ModelFailed, match="The recogniser any gave something that is no number"):
        require_numbers(vectors, "any")
