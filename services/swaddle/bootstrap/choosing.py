"""Another engine is chosen, and what is chosen is tried."""

from urllib.parse import urlsplit

from swaddle.bootstrap.diffusion import look_at_pipeline
from swaddle.bootstrap.face_models import insightface_detector, onnx_detector
from swaddle.bootstrap.generators import identity_generator
from swaddle.bootstrap.inpainters import face_inpainter, is_inpainter
from swaddle.bootstrap.keeping import kept
from swaddle.bootstrap.recognisers import face_embedder, is_shipped
from swaddle.bootstrap.swappers import loaded_swapper
from swaddle.bootstrap.urls import unknown
from swaddle.bootstrap.weights import catalogue
from swaddle.settings import Settings


def with_engine(settings: Settings, url: str) -> Settings:
    """
    Return settings with another engine, in the role that its URL can have; raises Misused.

    `appearance://` invents and renders people; an ONNX model does what its family does.
    """
    parts = urlsplit(url)
    match parts.scheme:
        case "appearance":
            return settings.model_copy(update={"identity_url": url, "swapper_url": url})
        case "diffusers":
            return settings.model_copy(update={"identity_url": url})
        case "insightface":
            return settings.model_copy(update={"detector_url": url})
        case "onnx":
            from swaddle.adapters.onnx.face_detector import FAMILIES
            from swaddle.adapters.onnx.face_embedder import FAMILIES as RECOGNISERS

            if is_inpainter(settings, url):
                return settings.model_copy(update={"identity_url": url, "swapper_url": url})
            family = catalogue(settings).find(parts.netloc).family
            if family in RECOGNISERS:
                return settings.model_copy(update={"embedder_url": url})
            finds = family in FAMILIES
            return settings.model_copy(update={"detector_url" if finds else "swapper_url": url})
    raise unknown("engine", url)


@kept
def try_engines(settings: Settings) -> None:
    """
    Open what is chosen of the GPU engine, and let it go: what is wrong is said before any work.

    Raises ModelMissing, Unavailable, OutOfMemory or Misused. Whoever works opens it again, perhaps
    in another process. Stable Diffusion is too large for that: its files are looked at.
    """
    detector = urlsplit(settings.detector_url)
    if detector.scheme == "insightface":
        insightface_detector.__wrapped__(settings, detector.netloc, None)
    elif settings.device.named or detector.netloc != "centerface":
        onnx_detector.__wrapped__(settings, detector.netloc)
    if not is_shipped(settings):
        face_embedder.__wrapped__(settings)
    if urlsplit(settings.swapper_url).scheme != "appearance":
        loaded_swapper.__wrapped__(settings, settings.swapper_url)
    if urlsplit(settings.identity_url).scheme == "onnx":
        identity_generator(settings)
    face_inpainter.cache_clear()  # kept so far, for it has both roles
    if urlsplit(settings.identity_url).scheme == "diffusers":
        look_at_pipeline(settings)
