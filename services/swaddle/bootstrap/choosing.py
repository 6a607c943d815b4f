"""Another engine is chosen, and what is chosen is tried."""

from typing import Final
from urllib.parse import urlsplit

from swaddle.bootstrap.diffusion import look_at_pipeline
from swaddle.bootstrap.face_models import (
    MESH,
    face_landmarker,
    face_mesh,
    insightface_detector,
    onnx_detector,
)
from swaddle.bootstrap.generators import identity_generator
from swaddle.bootstrap.inpainters import INPAINTER, face_inpainter
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
    if parts.scheme == "onnx":
        roles = _roles_of(catalogue(settings).find(parts.netloc).family)
    elif parts.scheme in ROLES:
        roles = ROLES[parts.scheme]
    else:
        raise unknown("engine", url)
    return settings.model_copy(update=dict.fromkeys(roles, url))


ROLES: Final = {
    "appearance": ("identity_url", "swapper_url"),
    "diffusers": ("identity_url",),
    "dlib": ("embedder_url",),
    "insightface": ("detector_url",),
    "litert": ("landmarker_url",),
}
"""What chooses each engine but ONNX Runtime; of the two roles of InsightFace, it is the detector's."""


def _roles_of(family: str) -> tuple[str, ...]:
    """Return which settings choose the ONNX models of a family; an unknown one renders people."""
    from swaddle.adapters.onnx.face_detector import FAMILIES as DETECTORS
    from swaddle.adapters.onnx.face_embedder import FAMILIES as RECOGNISERS
    from swaddle.adapters.onnx.face_landmarker import FAMILIES as LANDMARKERS

    families = {
        ("detector_url",): {*DETECTORS},
        ("landmarker_url",): {*LANDMARKERS},
        ("embedder_url",): {*RECOGNISERS},
        ("identity_url", "swapper_url"): {INPAINTER},
    }
    return next((roles for roles, known in families.items() if family in known), ("swapper_url",))


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
    if settings.landmarker_url != f"litert://{MESH}":
        face_landmarker.__wrapped__(settings)
        face_mesh.cache_clear()  # loaded with it, for the eyes
    if not is_shipped(settings):
        face_embedder.__wrapped__(settings)
    if urlsplit(settings.swapper_url).scheme != "appearance":
        loaded_swapper.__wrapped__(settings, settings.swapper_url)
    if urlsplit(settings.identity_url).scheme == "onnx":
        identity_generator(settings)
    face_inpainter.cache_clear()  # kept so far, for it has both roles
    if urlsplit(settings.identity_url).scheme == "diffusers":
        look_at_pipeline(settings)
