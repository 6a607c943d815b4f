"""Chooses an adapter for each port. The only module that knows which adapters exist."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.ports import FaceDetector, FaceEmbedder, FaceLandmarker
from swaddle.kernel.recognition import RecognitionScale, Strangers
from swaddle.settings import Settings


def _weights(settings: Settings, name: str) -> Path:
    for path in settings.model_folder.glob(f"*/{name}"):
        return path
    raise ModelMissing(f"The model {name} has not been fetched: run `swaddle models fetch`.")


def face_detector(settings: Settings) -> FaceDetector:
    """Load the detector that searches whole frames."""
    from swaddle.adapters.onnx.face_detector import OnnxFaceDetector

    return OnnxFaceDetector(_weights(settings, "centerface.onnx"))


def face_landmarker(settings: Settings) -> FaceLandmarker:
    """Load the face mesh."""
    from swaddle.adapters.litert.face_landmarker import LitertFaceLandmarker

    return LitertFaceLandmarker(
        _weights(settings, "face_landmark.tflite"), _weights(settings, "iris_landmark.tflite")
    )


def recognition_scale() -> RecognitionScale:
    """Return what the similarities of the embedder mean."""
    stored = json.loads(files("swaddle.adapters.dlib").joinpath("recogniser.json").read_text())
    strangers = {
        AgeGroup(group): Strangers(known["mean"], known["deviation"], known["pairs"])
        for group, known in stored["strangers"].items()
    }
    return RecognitionScale(
        mean=np.array(stored["mean"]),
        strangers=strangers,
        age_weights=np.array(stored["age_weights"]),
        age_bias=np.array(stored["age_bias"]),
    )


def face_embedder(settings: Settings) -> FaceEmbedder:
    """Load the recogniser."""
    from swaddle.adapters.dlib.face_embedder import DlibFaceEmbedder

    weights = _weights(settings, "dlib_face_recognition_resnet_model_v1.dat")
    return DlibFaceEmbedder(weights, recognition_scale().mean)
