"""Networks that invent people and render them, both in one."""

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from swaddle.bootstrap.keeping import kept
from swaddle.bootstrap.weights import WEIGHT_DIGITS, catalogue, digest_of, weights_of
from swaddle.kernel.errors import Misused
from swaddle.settings import Settings

if TYPE_CHECKING:
    from swaddle.adapters.onnx.face_inpainter import OnnxFaceInpainter


INPAINTER: Final = "inpainter"
"""The family of networks that paint a face into its surroundings, in the catalogue."""


def is_inpainter(settings: Settings, url: str) -> bool:
    """Return whether a URL chooses an inpainter; raises Misused for an unknown model."""
    parts = urlsplit(url)
    return parts.scheme == "onnx" and catalogue(settings).find(parts.netloc).family == INPAINTER


@kept
def face_inpainter(settings: Settings, url: str) -> "OnnxFaceInpainter":
    """Load the network that invents people and renders them; raises Misused for another."""
    from swaddle.adapters.onnx.face_inpainter import OnnxFaceInpainter
    from swaddle.adapters.onnx.inpainter_description import read_description
    from swaddle.adapters.onnx.running import Runtime

    if not is_inpainter(settings, url):
        raise Misused(f"{url} is no {INPAINTER}, and invents nobody.")
    model = catalogue(settings).find(urlsplit(url).netloc)
    folder = weights_of(settings, model.name)
    kinds = {Path(file.path).suffix: folder / file.path for file in model.files}
    if set(kinds) != {".onnx", ".toml"}:
        raise Misused(
            f"The inpainter {model.name} needs two files, an .onnx and its description .toml."
        )
    return OnnxFaceInpainter(
        kinds[".onnx"],
        read_description(kinds[".toml"].read_text(), kinds[".toml"].name),
        model.name,
        (digest_of(settings, model)[:WEIGHT_DIGITS],),
        Runtime(settings.device, settings.cores, settings.batch),
    )
