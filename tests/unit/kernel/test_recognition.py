"""Similarities are read by the scale of the recogniser that made the vectors, or not at all."""

from dataclasses import replace

import pytest

from swaddle.kernel.errors import Unavailable
from swaddle.kernel.recognition import UNNAMED
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
