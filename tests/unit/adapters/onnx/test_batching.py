"""Too little memory is told from other failures, and a batch gives what its pictures give alone."""

from pathlib import Path

import numpy as np
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException

from swaddle import bootstrap
from swaddle.adapters.onnx.batching import out_of_memory
from swaddle.kernel.errors import OutOfMemory
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import render
from swaddle.settings import Settings


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
