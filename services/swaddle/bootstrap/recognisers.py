"""What tells people apart, and what its similarities mean."""

import hashlib
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from swaddle.bootstrap.keeping import kept
from swaddle.bootstrap.urls import unknown
from swaddle.bootstrap.weights import (
    WEIGHT_DIGITS,
    catalogue,
    digest_of,
    fingerprint,
    weights_of,
)
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.recognition import RecognitionScale
from swaddle.models.scales import CALIBRATE, read_scale
from swaddle.settings import Settings

SHIPPED: Final[str] = Settings.model_fields["embedder_url"].default
"""The recogniser whose scale, gallery and tendencies swaddle brings along."""


def is_shipped(settings: Settings) -> bool:
    """Return whether people are compared by the recogniser and the scale that swaddle brings."""
    return settings.embedder_url == SHIPPED and settings.recognition_file is None


@kept
def face_embedder(settings: Settings) -> FaceEmbedder:
    """Load the recogniser; raises what `recognition_scale` does, and Misused for another's scale."""
    url, centre = urlsplit(settings.embedder_url), recognition_scale(settings).mean
    weights = weights_of(settings, url.netloc)
    match url.scheme:
        case "dlib":
            from swaddle.adapters.dlib.face_embedder import DlibFaceEmbedder

            return DlibFaceEmbedder(weights, centre, settings.cores)
        case "insightface":
            from swaddle.adapters.insightface.face_embedder import InsightfaceFaceEmbedder

            return InsightfaceFaceEmbedder(url.netloc, weights, centre, settings.device)
        case "onnx":
            from swaddle.adapters.onnx.face_embedder import OnnxFaceEmbedder
            from swaddle.kernel.batching import Batching

            return OnnxFaceEmbedder(
                weights,
                centre,
                catalogue(settings).find(url.netloc).family,
                device=settings.device,
                threads=settings.cores,
                batching=Batching(settings.batch),
            )
    raise unknown("recogniser", settings.embedder_url)


@kept
def recognition_scale(settings: Settings) -> RecognitionScale:
    """
    Return what the similarities of the recogniser mean.

    Raises Misused where it has no scale, or the file is no scale of it or was learned with other
    weights, ModelMissing where nobody publishes their digest and they were not fetched, and
    StorageFailed where the file cannot be read.
    """
    url, embedder = settings.embedder_url, _described(settings)
    content = _scale_file(settings, embedder)
    called = "recogniser.json" if settings.recognition_file is None else settings.recognition_file
    weights = digest_of(settings, catalogue(settings).find(urlsplit(url).netloc))
    digits = hashlib.sha256(content).hexdigest()[:WEIGHT_DIGITS]
    name = f"{fingerprint(settings, url)} {digits}"
    return read_scale(content, str(called), embedder, weights, name)


def _described(settings: Settings) -> str:
    """Return the recogniser as `tools.face_space.calibrate` calls it; raises Misused for none."""
    url = urlsplit(settings.embedder_url)
    match url.scheme:
        case "dlib":
            return "dlib://"
        case "insightface":
            return f"insightface://{url.netloc}"
        case "onnx":
            from swaddle.adapters.onnx.face_embedder import FAMILIES
            from swaddle.adapters.onnx.families import family_called

            family = catalogue(settings).find(url.netloc).family
            return f"onnx://{family_called(family, FAMILIES, 'recognisers').name}"
    raise unknown("recogniser", settings.embedder_url)


def _scale_file(settings: Settings, embedder: str) -> bytes:
    path = settings.recognition_file
    if path is None and settings.embedder_url == SHIPPED:
        return files("swaddle.adapters.dlib").joinpath("recogniser.json").read_bytes()
    if path is None:
        raise Misused(
            f"The recogniser {settings.embedder_url} has no scale, and similarities mean nothing "
            f"without one: name its file in SWADDLE_RECOGNITION_FILE. {CALIBRATE.format(embedder)}."
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageFailed(
            f"The scale {path} of the recogniser cannot be read: {error.strerror}."
        ) from error
