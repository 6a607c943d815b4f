"""Stable Diffusion: the networks of a preset."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from swaddle.bootstrap.keeping import kept
from swaddle.bootstrap.weights import (
    WEIGHT_DIGITS,
    catalogue,
    digest_of,
    part_name,
    preset_models,
    weights_of,
)
from swaddle.kernel.errors import ModelMissing, Unavailable
from swaddle.settings import Settings

if TYPE_CHECKING:
    from swaddle.adapters.diffusers.inpainting import Inpainter
    from swaddle.adapters.diffusers.presets import Preset


@kept
def pipeline(settings: Settings) -> "Inpainter":
    """Load the networks of the preset, each from its folder in the store."""
    wanted = _chosen(settings)
    folders = _folders(settings, wanted)
    return _inpainting(settings).Inpainter(wanted, folders, settings.device, settings.cores)


def look_at_pipeline(settings: Settings) -> None:
    """Raise what `pipeline` would for files and devices, without loading a network."""
    inpainting, wanted = _inpainting(settings), _chosen(settings)
    inpainting.torch_device(settings.device)
    inpainting.checked(wanted, _folders(settings, wanted))


def _inpainting(settings: Settings) -> Any:  # noqa: ANN401 - a module
    try:
        return import_module("swaddle.adapters.diffusers.inpainting")
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"The engine {settings.identity_url} needs {error.name}, which is not installed: "
            "`make install ENGINES=gpu`, or set SWADDLE_IDENTITY_URL=appearance://."
        ) from error


def _chosen(settings: Settings) -> "Preset":
    from swaddle.adapters.diffusers.presets import preset

    return preset(urlsplit(settings.identity_url).netloc)


def _folders(settings: Settings, wanted: "Preset") -> dict[str, Path]:
    names = [part.folder for part in wanted.parts()]
    return {name: weights_of(settings, part_name(name)) for name in names}


def preset_digests(settings: Settings) -> str:
    """Return what tells versions of a preset's weights apart; empty where they are not there."""
    names = preset_models(urlsplit(settings.identity_url).netloc)
    models = [catalogue(settings).find(name) for name in names]
    try:
        return ",".join(digest_of(settings, model)[:WEIGHT_DIGITS] for model in models)
    except ModelMissing:
        return ""
