"""What finds and measures faces, hands and people."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from swaddle.bootstrap.keeping import kept
from swaddle.bootstrap.urls import unknown
from swaddle.bootstrap.weights import catalogue, weights_of
from swaddle.kernel.errors import Misused
from swaddle.kernel.ports import (
    FaceDetector,
    FaceLandmarker,
    HandLandmarker,
    PersonDetector,
)
from swaddle.settings import Settings

if TYPE_CHECKING:
    from swaddle.adapters.onnx.face_detector import OnnxFaceDetector

MESH: Final = "face_landmark"
"""The catalogue's name of MediaPipe's mesh, the one landmarker that LiteRT runs."""


def face_detector(settings: Settings, threshold: float | None = None) -> FaceDetector:
    """Load the detector that searches whole frames, with a least score or its own."""
    url = urlsplit(settings.detector_url)
    match url.scheme:
        case "onnx":
            return replace(onnx_detector(settings, url.netloc), threshold=threshold)
        case "insightface":
            return insightface_detector(settings, url.netloc, threshold)
    raise unknown("detector", settings.detector_url)


@kept
def onnx_detector(settings: Settings, name: str) -> "OnnxFaceDetector":
    """Load a detector that ONNX Runtime runs, once, with its own least score."""
    from swaddle.adapters.onnx.face_detector import OnnxFaceDetector
    from swaddle.kernel.batching import Batching

    return OnnxFaceDetector(
        weights_of(settings, name),
        catalogue(settings).find(name).family,
        device=settings.device,
        threads=settings.cores,
        batching=Batching(settings.batch),
    )


@kept
def insightface_detector(settings: Settings, pack: str, threshold: float | None) -> FaceDetector:
    """Load the detector of a pack of InsightFace, once for each least score."""
    from swaddle.adapters.insightface.face_detector import THRESHOLD, InsightfaceFaceDetector

    least = THRESHOLD if threshold is None else threshold
    return InsightfaceFaceDetector(pack, weights_of(settings, pack), least, settings.device)


@kept
def face_landmarker(settings: Settings) -> FaceLandmarker:
    """Load what fits meshes to the faces of a video; raises Misused for an unknown engine."""
    url = urlsplit(settings.landmarker_url)
    match url.scheme:
        case "litert" if url.netloc == MESH:
            return face_mesh(settings)
        case "litert":
            raise Misused(f"LiteRT runs the landmarker litert://{MESH} alone, no {url.netloc}.")
        case "onnx":
            from swaddle.adapters.onnx.face_landmarker import OnnxFaceLandmarker

            return OnnxFaceLandmarker(
                weights_of(settings, url.netloc),
                catalogue(settings).find(url.netloc).family,
                device=settings.device,
                threads=settings.cores,
                eyes_of=face_mesh(settings),
            )
    raise unknown("landmarker", settings.landmarker_url)


@kept
def face_mesh(settings: Settings) -> FaceLandmarker:
    """Load MediaPipe's mesh, with which judge, gate and evaluation were measured: always theirs."""
    from swaddle.adapters.litert.face_landmarker import LitertFaceLandmarker

    return LitertFaceLandmarker(
        weights_of(settings, "face_landmark"), weights_of(settings, "face_landmark_with_attention")
    )


def hand_landmarker(settings: Settings) -> HandLandmarker:
    """Load the hand models."""
    from swaddle.adapters.litert.hand_landmarker import LitertHandLandmarker

    return LitertHandLandmarker(
        weights_of(settings, "palm_detection_full"),
        weights_of(settings, "hand_landmark_full"),
    )


def person_detector(settings: Settings) -> PersonDetector:
    """Load the pose models."""
    from swaddle.adapters.litert.person_detector import LitertPersonDetector

    return LitertPersonDetector(
        weights_of(settings, "pose_detection"),
        weights_of(settings, "pose_landmark_full"),
        threads=settings.cores,
    )
