"""Wires each stage of the pipeline."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from swaddle.bootstrap.diffusion import pipeline
from swaddle.bootstrap.face_models import (
    face_detector,
    face_landmarker,
    face_mesh,
    hand_landmarker,
    person_detector,
)
from swaddle.bootstrap.generators import identity_generator, paints, stand_in
from swaddle.bootstrap.places import blob_store, key_ring, ledger, scratch, work_tables
from swaddle.bootstrap.recognisers import face_embedder, recognition_scale
from swaddle.bootstrap.swappers import engines, takes_portraits
from swaddle.bootstrap.system import clock, id_source
from swaddle.bootstrap.testimony import feature_writer, toolchain
from swaddle.bootstrap.videos import video_reader, video_writer
from swaddle.bootstrap.weights import fingerprint, weights_of
from swaddle.kernel.ports import Progress, Stage
from swaddle.settings import Settings

if TYPE_CHECKING:
    from swaddle.gate.faces import Watcher


def coordinator(settings: Settings, _: Progress) -> Stage[Any]:
    """Wire the service that owns the ledger."""
    from swaddle.coordinator.handler import Coordinator

    return Coordinator(ledger(settings), settings.admitted_videos)


def ingest(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that takes videos in."""
    from swaddle.media.ingest import Ingest

    return Ingest(
        blob_store(settings),
        video_reader(settings),
        video_writer(settings),
        id_source(),
        progress,
    )


def detection(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that finds faces."""
    from swaddle.detection.handler import Detection

    return Detection(
        blob_store(settings),
        work_tables(settings),
        video_reader(settings),
        face_detector(settings),
        face_landmarker(settings),
        hand_landmarker(settings),
        id_source(),
        progress,
        engines=fingerprint(settings, settings.detector_url, settings.landmarker_url),
    )


def linking(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that makes subjects."""
    from swaddle.linking.handler import Linking

    return Linking(
        blob_store(settings),
        work_tables(settings),
        face_embedder(settings),
        recognition_scale(settings),
        id_source(),
        progress,
    )


def identity(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that invents people."""
    from swaddle.identity.handler import Identity

    if paints(settings):
        pipeline(settings)  # what is missing is said before anybody waits for a face
    return Identity(
        blob_store(settings),
        work_tables(settings),
        identity_generator(settings),
        face_embedder(settings),
        recognition_scale(settings),
        key_ring(settings),
        id_source(),
        progress,
        portraits=takes_portraits(settings),
        stand_in=stand_in(settings),
    )


def swapping(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that renders."""
    from swaddle.swapping.handler import Swapping

    return Swapping(
        blob_store(settings),
        work_tables(settings),
        scratch(settings),
        video_reader(settings),
        video_writer(settings),
        engines(settings),
        id_source(),
        progress,
        window=settings.batch,
    )


def finalize(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that puts videos back together."""
    from swaddle.media.finalize import Finalize

    return Finalize(
        blob_store(settings),
        scratch(settings),
        video_reader(settings),
        video_writer(settings),
        id_source(),
        progress,
    )


def watcher(settings: Settings) -> "Watcher":
    """Load what looks at the frames of a finished file."""
    from swaddle.adapters.dlib.face_detector import DlibFaceDetector
    from swaddle.adapters.litert.face_detector import LitertFaceDetector
    from swaddle.gate.faces import LISTED_FROM, Watcher

    return Watcher(
        quick=LitertFaceDetector(weights_of(settings, "face_detection_full_range_sparse")),
        slow=DlibFaceDetector(),
        close=face_detector(settings, threshold=LISTED_FROM),
        landmarker=face_mesh(settings),
    )


def gate(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that looks at the finished file."""
    from swaddle.gate.handler import Gate

    return Gate(
        blob_store(settings),
        work_tables(settings),
        video_reader(settings),
        watcher(settings),
        person_detector(settings),
        face_embedder(settings),
        recognition_scale(settings),
        id_source(),
        progress,
        engines=fingerprint(settings, settings.detector_url),
    )


def certification(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that testifies to what was done."""
    from swaddle.certification.handler import Certification

    return Certification(
        blob_store(settings),
        work_tables(settings),
        scratch(settings),
        feature_writer(),
        key_ring(settings),
        partial(toolchain, settings),
        clock(),
        id_source(),
        progress,
    )


STAGES: Final[dict[str, Callable[[Settings, Progress], Stage[Any]]]] = {
    "coordinator": coordinator,
    "ingest": ingest,
    "detection": detection,
    "linking": linking,
    "identity": identity,
    "swapping": swapping,
    "finalize": finalize,
    "gate": gate,
    "certification": certification,
}
