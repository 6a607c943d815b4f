"""As many at once as the device takes, and the same for each whatever the number."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException

from swaddle import bootstrap
from swaddle.adapters.onnx.batching import Batching, out_of_memory
from swaddle.kernel.errors import OutOfMemory
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import render
from swaddle.settings import Settings


class Device:
    """Squares numbers, a few at once."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.largest = 0

    def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        if len(numbers) > self.room:
            raise OutOfMemory("No.")
        self.largest = max(self.largest, len(numbers))
        return [number**2 for number in numbers]


@given(st.lists(st.integers(), max_size=40), st.integers(1, 20), st.integers(1, 20))
def test_every_input_has_its_output(numbers: list[int], size: int, room: int) -> None:
    device, batching = Device(room), Batching(size)

    assert batching.run(numbers, device) == [number**2 for number in numbers]
    assert device.largest <= min(size, room)


def test_what_was_too_much_once_is_not_tried_again() -> None:
    batching = Batching(16)
    batching.run(range(40), Device(5))

    assert batching.size == 4


def test_a_device_that_does_not_take_one_has_too_little_memory() -> None:
    with pytest.raises(OutOfMemory):
        Batching(8).run([1, 2], Device(0))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeException("CUDA failure 2: out of memory ; GPU=0"),
        RuntimeException("bfc_arena.cc:376 Failed to allocate memory for requested buffer"),
        RuntimeException("Non-zero status code returned: std::bad_alloc"),
    ],
)
def test_too_little_memory_is_told_from_other_failures(error: Exception) -> None:
    with pytest.raises(OutOfMemory), out_of_memory():
        raise error
    with pytest.raises(RuntimeException), out_of_memory():
        raise RuntimeException("an illegal memory access was encountered")


@pytest.mark.models
def test_a_face_is_found_the_same_in_a_batch_as_alone(models: Path) -> None:
    del models
    one = bootstrap.face_detector(Settings())
    many = bootstrap.face_detector(Settings(batch=3))
    moments = list(render(SCENES["hard-cut"], bootstrap.looks_source()))[::8][:5]
    pictures = [moment.picture for moment in moments]
    pictures.append(pictures[0][:100, :160])
    alone = [one.detect(picture) for picture in pictures]
    together = many.detect_each(pictures)

    assert sum(len(found) for found in alone) >= 5
    for single, batched in zip(alone, together, strict=True):
        for one_face, other in zip(single, batched, strict=True):
            assert one_face.box.iou(other.box) > 0.999
            assert np.allclose(one_face.points, other.points, atol=0.05)
