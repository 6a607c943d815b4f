"""What renders people."""

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from swaddle.bootstrap.inpainters import face_inpainter, is_inpainter
from swaddle.bootstrap.keeping import kept
from swaddle.bootstrap.urls import unknown
from swaddle.bootstrap.weights import (
    WEIGHT_DIGITS,
    catalogue,
    digest_of,
    swapper_choice,
    weights_of,
)
from swaddle.models.choosing import CONVERTER, EMBEDDER, SwapperChoice, needed_of
from swaddle.models.licensing import check_licences
from swaddle.settings import Settings
from swaddle.swapping.engines import Engines
from swaddle.swapping.ports import FaceSwapper


def face_swapper(settings: Settings, url: str | None = None) -> FaceSwapper:
    """Open what renders people: the run's own engine, or another; each is loaded once."""
    return loaded_swapper(settings, url or settings.swapper_url)


@kept
def loaded_swapper(settings: Settings, url: str) -> FaceSwapper:
    """Load what renders people, once; raises Misused for an unknown engine."""
    match urlsplit(url).scheme:
        case "onnx" if is_inpainter(settings, url):
            return face_inpainter(settings, url)
        case "onnx":
            return _onnx_swapper(settings, swapper_choice(url))
        case "appearance":
            from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper

            return AppearanceFaceSwapper()
    raise unknown("face swapper", url)


def _onnx_swapper(settings: Settings, choice: SwapperChoice) -> FaceSwapper:
    from swaddle.adapters.onnx.expressing import ExpressionModels
    from swaddle.adapters.onnx.face_swapper import OnnxFaceSwapper
    from swaddle.adapters.onnx.running import Runtime

    known = catalogue(settings)

    def found(name: str | None) -> Path | None:
        return None if name is None else weights_of(settings, name)

    def needed(family: str) -> Path | None:
        model = needed_of(known, choice.name, family)
        return found(model.name if model else None)

    expressions = [weights_of(settings, name) for name in choice.expressions]
    loaded = known.with_needs(choice.models)
    check_licences(loaded, settings.licences)
    return OnnxFaceSwapper(
        known.find(choice.name).family,
        weights_of(settings, choice.name),
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
        weights=tuple(digest_of(settings, model)[:WEIGHT_DIGITS] for model in loaded),
        runtime=Runtime(settings.device, settings.cores, settings.batch),
    )


def takes_portraits(settings: Settings) -> bool:
    """Return whether the swapper is told people by their pictures."""
    own = urlsplit(settings.swapper_url).scheme == "appearance"
    return not own and not is_inpainter(settings, settings.swapper_url)


def engines(settings: Settings) -> Engines:
    """Return the engines that plans may ask for; the run's own is loaded at once."""
    from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper

    face_swapper(settings)
    return Engines(partial(face_swapper, settings), AppearanceFaceSwapper())
