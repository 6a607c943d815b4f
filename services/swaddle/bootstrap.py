"""Chooses an adapter for each port. The only module that knows which adapters exist."""

import json
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from swaddle.identity.ports import IdentityGenerator
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Misused, ModelMissing
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.ports import (
    BlobStore,
    Clock,
    FaceDetector,
    FaceEmbedder,
    FaceLandmarker,
    HandLandmarker,
    IdSource,
    KeyRing,
    Kinds,
    Ledger,
    MessageBus,
    PersonDetector,
    Progress,
    Scratch,
    Stage,
    VideoReader,
    VideoWriter,
    WorkTables,
)
from swaddle.kernel.recognition import RecognitionScale, Strangers
from swaddle.settings import Settings
from swaddle.swapping.ports import FaceSwapper

if TYPE_CHECKING:
    from swaddle.adapters.folder.blob_store import FolderBlobStore

# --- places -----------------------------------------------------------------------------------


def message_bus(settings: Settings) -> MessageBus:
    """Open the bus."""
    match urlsplit(settings.bus_url).scheme:
        case "memory":
            from swaddle.adapters.memory.message_bus import MemoryMessageBus

            return MemoryMessageBus()
    raise _unknown("bus", settings.bus_url)


def blob_store(settings: Settings) -> BlobStore:
    """Open the blob store."""
    return _folder_blob_store(settings)


def put(settings: Settings, key: str, content: bytes) -> Blob:
    """Store a blob."""
    return blob_store(settings).put(BlobKey(key), content)


def adopt(settings: Settings, key: str, original: Path) -> Blob:
    """Let a blob stand for a file of the user's, without copying it."""
    return _folder_blob_store(settings).adopt(BlobKey(key), original)


def _folder_blob_store(settings: Settings) -> "FolderBlobStore":
    url = urlsplit(settings.blobs_url or f"file://{settings.run_folder / 'blobs'}")
    match url.scheme:
        case "file":
            from swaddle.adapters.folder.blob_store import FolderBlobStore

            return FolderBlobStore(Path(url.path))
    raise _unknown("blob store", settings.blobs_url)


def scratch(settings: Settings) -> Scratch:
    """Return where temporary files may lie."""
    from swaddle.adapters.folder.scratch import FolderScratch

    return FolderScratch(settings.run_folder / "scratch")


def work_tables(settings: Settings) -> WorkTables:
    """Return the store of sealed tables."""
    from swaddle.adapters.parquet.work_tables import ParquetWorkTables

    return ParquetWorkTables(blob_store(settings), key_ring(settings).table_key())


def ledger(settings: Settings) -> Ledger:
    """Open the ledger, with its tables up to date."""
    from swaddle.adapters.sql.engine import migrate, open_engine
    from swaddle.adapters.sql.ledger import SqlLedger

    engine = open_engine(ledger_url(settings))
    migrate(engine)
    return SqlLedger(engine, clock())


def ledger_url(settings: Settings) -> str:
    """Return where the ledger lies."""
    return settings.ledger_url or f"sqlite:///{settings.run_folder / 'ledger.sqlite'}"


def key_ring(settings: Settings) -> KeyRing:
    """Return the keys of the run and of the user."""
    from swaddle.adapters.system.key_ring import SystemKeyRing

    return SystemKeyRing(settings.run_folder, settings.config_folder, settings.seed_key_file)


def clock() -> Clock:
    """Return the system's clock."""
    from swaddle.adapters.system.clock import SystemClock

    return SystemClock()


def id_source() -> IdSource:
    """Return the system's source of names."""
    from swaddle.adapters.system.id_source import SystemIdSource

    return SystemIdSource()


# --- models -----------------------------------------------------------------------------------


def _weights(settings: Settings, name: str) -> Path:
    for path in settings.model_folder.glob(f"*/{name}"):
        return path
    raise ModelMissing(f"The model {name} has not been fetched: run `swaddle models fetch`.")


def face_detector(settings: Settings, threshold: float = 0.35) -> FaceDetector:
    """Load the detector that searches whole frames."""
    url = urlsplit(settings.detector_url)
    match url.scheme:
        case "onnx":
            from swaddle.adapters.onnx.face_detector import OnnxFaceDetector

            model = _weights(settings, f"{url.netloc}.onnx")
            return OnnxFaceDetector(model, threshold, settings.cores)
    raise _unknown("detector", settings.detector_url)


@cache
def face_landmarker(settings: Settings) -> FaceLandmarker:
    """Load the face mesh."""
    from swaddle.adapters.litert.face_landmarker import LitertFaceLandmarker

    return LitertFaceLandmarker(
        _weights(settings, "face_landmark.tflite"), _weights(settings, "iris_landmark.tflite")
    )


def hand_landmarker(settings: Settings) -> HandLandmarker:
    """Load the hand models."""
    from swaddle.adapters.litert.hand_landmarker import LitertHandLandmarker

    return LitertHandLandmarker(
        _weights(settings, "palm_detection_full.tflite"),
        _weights(settings, "hand_landmark_full.tflite"),
    )


def person_detector(settings: Settings) -> PersonDetector:
    """Load the pose models."""
    from swaddle.adapters.litert.person_detector import LitertPersonDetector

    return LitertPersonDetector(
        _weights(settings, "pose_detection.tflite"),
        _weights(settings, "pose_landmark_full.tflite"),
        threads=settings.cores,
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


@cache
def face_embedder(settings: Settings) -> FaceEmbedder:
    """Load the recogniser."""
    from swaddle.adapters.dlib.face_embedder import DlibFaceEmbedder

    weights = _weights(settings, "dlib_face_recognition_resnet_model_v1.dat")
    return DlibFaceEmbedder(weights, recognition_scale().mean)


def identity_generator(settings: Settings) -> IdentityGenerator:
    """Open what invents people."""
    match urlsplit(settings.identity_url).scheme:
        case "appearance":
            from swaddle.adapters.appearance.identity_generator import (
                AppearanceIdentityGenerator,
            )

            return AppearanceIdentityGenerator()
    raise _unknown("identity generator", settings.identity_url)


def face_swapper(settings: Settings) -> FaceSwapper:
    """Open what renders people."""
    match urlsplit(settings.swapper_url).scheme:
        case "appearance":
            from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper

            return AppearanceFaceSwapper()
    raise _unknown("face swapper", settings.swapper_url)


# --- videos -----------------------------------------------------------------------------------


def video_reader(settings: Settings) -> VideoReader:
    """Return the decoder."""
    from swaddle.adapters.pyav.video_reader import PyavVideoReader

    return PyavVideoReader(threads=settings.threads)


def video_writer(settings: Settings) -> VideoWriter:
    """Return the encoder."""
    from swaddle.adapters.pyav.video_writer import PyavVideoWriter

    return PyavVideoWriter(preset=settings.preset, crf=settings.crf, threads=settings.threads)


# --- stages -----------------------------------------------------------------------------------


def coordinator(settings: Settings, _: Progress) -> Stage[Any]:
    """Wire the service that owns the ledger."""
    from swaddle.coordinator.handler import Coordinator

    return Coordinator(ledger(settings))


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
    )


def linking(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that makes subjects."""
    from swaddle.linking.handler import Linking

    return Linking(
        blob_store(settings),
        work_tables(settings),
        face_embedder(settings),
        recognition_scale(),
        id_source(),
        progress,
    )


def identity(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that invents people."""
    from swaddle.identity.handler import Identity

    return Identity(
        blob_store(settings),
        work_tables(settings),
        identity_generator(settings),
        face_embedder(settings),
        recognition_scale(),
        key_ring(settings),
        id_source(),
        progress,
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
        face_swapper(settings),
        id_source(),
        progress,
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


def gate(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that looks at the finished file."""
    from swaddle.adapters.dlib.face_detector import DlibFaceDetector
    from swaddle.adapters.litert.face_detector import LitertFaceDetector
    from swaddle.gate.faces import Watcher
    from swaddle.gate.handler import Gate

    watcher = Watcher(
        quick=LitertFaceDetector(_weights(settings, "face_detection_full_range_sparse.tflite")),
        slow=DlibFaceDetector(),
        close=face_detector(settings, threshold=0.1),
        landmarker=face_landmarker(settings),
    )
    return Gate(
        blob_store(settings),
        work_tables(settings),
        video_reader(settings),
        watcher,
        person_detector(settings),
        face_embedder(settings),
        recognition_scale(),
        id_source(),
        progress,
    )


HANDLERS: Final = {
    "coordinator": ("coordinator.handler", "Coordinator"),
    "ingest": ("media.ingest", "Ingest"),
    "detection": ("detection.handler", "Detection"),
    "linking": ("linking.handler", "Linking"),
    "identity": ("identity.handler", "Identity"),
    "swapping": ("swapping.handler", "Swapping"),
    "finalize": ("media.finalize", "Finalize"),
    "gate": ("gate.handler", "Gate"),
}

STAGES: Final[dict[str, Callable[[Settings, Progress], Stage[Any]]]] = {
    "coordinator": coordinator,
    "ingest": ingest,
    "detection": detection,
    "linking": linking,
    "identity": identity,
    "swapping": swapping,
    "finalize": finalize,
    "gate": gate,
}


def listens_to(name: str) -> Kinds:
    """Return the kinds of messages a stage answers, without loading its models."""
    module, handler = HANDLERS[name]
    kinds: Kinds = getattr(import_module(f"swaddle.{module}"), handler).listens_to
    return kinds


def _unknown(what: str, url: str) -> Misused:
    scheme = urlsplit(url).scheme or url
    return Misused(f"No {what} answers to {scheme}://.")
