"""What failed is told apart, and a batch gives what its pictures give alone."""

from pathlib import Path

import numpy as np
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

from swaddle import bootstrap
from swaddle.adapters.onnx import face_embedder, face_landmarker
from swaddle.adapters.onnx.face_embedder import OnnxFaceEmbedder
from swaddle.adapters.onnx.face_landmarker import OnnxFaceLandmarker
from swaddle.adapters.onnx.failing import out_of_memory
from swaddle.kernel.errors import ModelFailed, OutOfMemory
from swaddle.kernel.frames import Image, still
from swaddle.kernel.geometry import Region
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import render
from swaddle.settings import Settings
from tests.contracts import embedders, landmarkers
from tests.made.devices import SAID, Crowded

NOBODY: Image = np.zeros((64, 64, 3), np.uint8)
STOPPED = RuntimeException("CUDA failure 700 at node /c1")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeException("CUDA failure 2: out of memory ; GPU=0"),
        RuntimeException("bfc_arena.cc:376 Failed to allocate memory for requested buffer"),
        RuntimeException("Non-zero status code returned: std::bad_alloc"),
        # As an H200 said it: inputs and outputs bound to the card, an arena at its limit, a session
        # that is opened on a card without room.
        RuntimeError(
            "Error in execution: bfc_arena.cc:360 Failed to allocate memory for requested"
        ),
        RuntimeError(
            "Available memory of 1565523968 is smaller than requested bytes of 3221225472"
        ),
        Fail(
            "Exception during initialization: CUBLAS failure 3: the resource allocation failed ;"
        ),
    ],
)
def test_too_little_memory_is_told_from_other_failures(error: Exception) -> None:
    with pytest.raises(OutOfMemory), out_of_memory():
        raise error
    with pytest.raises(RuntimeException), out_of_memory():
        raise RuntimeException("an illegal memory access was encountered")


def test_a_recogniser_that_stops_is_named_and_not_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = embedders.recogniser(tmp_path / "sface.onnx", 128)
    broken = Crowded(OnnxFaceEmbedder(path, np.zeros(128), "sface").session, 0, STOPPED)
    monkeypatch.setattr(face_embedder, "open_session", lambda *_: broken)
    embedder = OnnxFaceEmbedder(path, np.zeros(128), "sface")

    with pytest.raises(ModelFailed, match=r"^The recogniser sface\.onnx stopped on a face\.$"):
        embedder.embed([(NOBODY, landmarkers.CANONICAL)])
    broken.error = RuntimeException(SAID)
    with pytest.raises(OutOfMemory):
        embedder.embed([(NOBODY, landmarkers.CANONICAL)])


def test_a_landmarker_that_stops_is_named_and_not_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = landmarkers.fan(tmp_path / "fan.onnx")
    broken = Crowded(OnnxFaceLandmarker(path).session, 0, STOPPED)
    monkeypatch.setattr(face_landmarker, "open_session", lambda *_: broken)
    landmarker = OnnxFaceLandmarker(path)

    with pytest.raises(ModelFailed, match=r"^The landmarker fan\.onnx stopped on a face\.$"):
        landmarker.fit(still(NOBODY), Region(32, 32, 40))
    broken.error = RuntimeException(SAID)
    with pytest.raises(OutOfMemory):
        landmarker.fit(still(NOBODY), Region(32, 32, 40))


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
