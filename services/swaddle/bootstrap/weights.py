"""Which weights there are, which ones a run needs, under which licences, and where they lie."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from swaddle.kernel.errors import StorageFailed
from swaddle.models.catalogue import Catalogue, Model, read_catalogue
from swaddle.models.choosing import SwapperChoice, read_swapper
from swaddle.models.licensing import check_licences
from swaddle.models.ports import ModelStore
from swaddle.settings import Settings


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


def model_store(settings: Settings) -> ModelStore:
    """Open the store of fetched models."""
    from swaddle.adapters.folder.model_store import FolderModelStore

    return FolderModelStore(settings.model_folder)


WATCHERS: Final = (
    *("face_landmark", "face_landmark_with_attention", "face_detection_full_range_sparse"),
    *("palm_detection_full", "hand_landmark_full", "pose_detection", "pose_landmark_full"),
)
"""The models that follow faces, and look at the finished file, whatever engines are chosen."""


def used_models(settings: Settings, swappers: Sequence[str] = ()) -> tuple[Model, ...]:
    """
    Return the models that a run loads, with those of the swappers that its plan names.

    Raises Misused where a licence is not accepted.
    """
    named = [name for url in swappers for name in _swapper_models(url)]
    return _accepted(settings, [*WATCHERS, *_engine_models(settings), *named])


def profile_models(settings: Settings) -> tuple[Model, ...]:
    """Return the models of the profile, whatever their licences."""
    return catalogue(settings).needed(settings.profile)


def needed_models(settings: Settings) -> tuple[Model, ...]:
    """
    Return the models to keep: those of the profile, and those of the chosen engines.

    Raises Misused where a licence is not accepted.
    """
    profile = [model.name for model in profile_models(settings)]
    return _accepted(settings, [*profile, *WATCHERS, *_engine_models(settings)])


def _accepted(settings: Settings, names: Sequence[str]) -> tuple[Model, ...]:
    """Return models and all that they need; raises Misused where a licence is not accepted."""
    models = catalogue(settings).with_needs(names)
    check_licences(models, settings.licences)
    return models


def fingerprint(settings: Settings, *urls: str) -> str:
    """Return what tells engines that look at faces apart: URLs, first digits of their weights."""
    known = catalogue(settings)
    models = [known.find(name) for url in urls for name in _looking_models(url)]
    return " ".join([*urls, *(digest_of(settings, model)[:WEIGHT_DIGITS] for model in models)])


def _engine_models(settings: Settings) -> Sequence[str]:
    """Return the names of the models that the chosen engines load themselves."""
    looking = (settings.detector_url, settings.landmarker_url, settings.embedder_url)
    names = [name for url in looking for name in _looking_models(url)]
    names += _swapper_models(settings.swapper_url)
    identity = urlsplit(settings.identity_url)
    if identity.scheme == "diffusers":
        return [*names, *preset_models(identity.netloc)]
    return [*names, identity.netloc] if identity.scheme == "onnx" else names


def _looking_models(url: str) -> Sequence[str]:
    """Return what a detector, landmarker or recogniser loads beside the `WATCHERS`, by name."""
    parts = urlsplit(url)
    return [parts.netloc] if parts.scheme in {"dlib", "onnx", "insightface"} else []


def _swapper_models(url: str) -> Sequence[str]:
    return swapper_choice(url).models if urlsplit(url).scheme == "onnx" else ()


def swapper_choice(url: str) -> SwapperChoice:
    """Return what a swapper's URL asks for; raises Misused."""
    parts = urlsplit(url)
    return read_swapper(parts.netloc, dict(parse_qsl(parts.query, keep_blank_values=True)))


def preset_models(name: str) -> list[str]:
    """Return the catalogue's names of what a preset is made of."""
    from swaddle.adapters.diffusers.presets import preset

    return [part_name(part.folder) for part in preset(name).parts()]


def part_name(folder: str) -> str:
    """Presets name weights as folders are named, the catalogue as variables are."""
    return folder.replace("-", "_").replace(".", "_")


def weights_of(settings: Settings, name: str) -> Path:
    """Return where the weights of a model lie; raises Misused, ModelMissing."""
    model = catalogue(settings).find(name)
    check_licences([model], settings.licences)
    return Path(model_store(settings).path(model))


def digest_of(settings: Settings, model: Model) -> str:
    """Return the SHA-256 that the catalogue tells, else that of what lies in the store."""
    if model.single is not None and model.single.sha256 is not None:
        return model.single.sha256
    return model_store(settings).digest(model)


WEIGHT_DIGITS: Final = 16
"""Of a digest, in the fingerprint of an engine."""
