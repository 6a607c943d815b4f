"""What invents people."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from swaddle.bootstrap.diffusion import pipeline, preset_digests
from swaddle.bootstrap.face_models import face_detector, face_mesh
from swaddle.bootstrap.inpainters import face_inpainter
from swaddle.bootstrap.keeping import kept
from swaddle.bootstrap.recognisers import is_shipped
from swaddle.bootstrap.urls import unknown
from swaddle.identity.ports import IdentityGenerator
from swaddle.identity.screening import SITTINGS
from swaddle.kernel.plan import Plan
from swaddle.settings import Settings

if TYPE_CHECKING:
    from swaddle.identity.judging import Judge


def identity_generator(settings: Settings) -> IdentityGenerator:
    """Open what invents people; what paints them loads its weights with the first face."""
    url = urlsplit(settings.identity_url)
    match url.scheme:
        case "appearance":
            from swaddle.adapters.appearance.identity_generator import (
                AppearanceIdentityGenerator,
            )

            return AppearanceIdentityGenerator(foresees=is_shipped(settings))
        case "onnx":
            from swaddle.adapters.onnx.identity_generator import OnnxIdentityGenerator

            return OnnxIdentityGenerator(face_inpainter(settings, settings.identity_url))
        case "diffusers":
            from swaddle.adapters.diffusers.identity_generator import DiffusersIdentityGenerator
            from swaddle.adapters.diffusers.presets import preset
            from swaddle.kernel.batching import Batching

            return DiffusersIdentityGenerator(
                name=url.netloc,
                preset=preset(url.netloc),
                paint=lambda sittings: pipeline(settings).paint(sittings),
                look=lambda picture, portrait: _judge(settings).accepted(picture, portrait),
                batching=Batching(settings.batch),
                weights=preset_digests(settings),
            )
    raise unknown("identity generator", settings.identity_url)


def check_people(plan: Plan) -> None:
    """Raise InvalidPlan where somebody has coefficients that stand for nobody of the face space."""
    from swaddle.adapters.appearance.people import rebuild

    for subject in plan.subjects:
        for person in (subject.identity, subject.stand_in):
            if person is not None and (person.shape or person.texture):
                rebuild(person, subject.age_group)


def paints_together(settings: Settings) -> bool:
    """Return whether the people of several subjects may be painted in one batch."""
    return paints(settings) and settings.batch >= 2 * SITTINGS


def paints(settings: Settings) -> bool:
    """Return whether people are painted by a diffusion model, which is large."""
    return urlsplit(settings.identity_url).scheme == "diffusers"


@kept
def _judge(settings: Settings) -> "Judge":
    from swaddle.identity.judging import Judge

    return Judge(face_detector(settings), face_mesh(settings))


def stand_in(settings: Settings) -> IdentityGenerator | None:
    """Open what invents the people who stand in where another engine fails on a face."""
    if urlsplit(settings.identity_url).scheme == "appearance":
        return None
    from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator

    return AppearanceIdentityGenerator(foresees=is_shipped(settings))
