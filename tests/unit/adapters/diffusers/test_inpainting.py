"""Networks are loaded from folders, painted with, and told every key of their preset."""

import hashlib
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.missing import imported

torch = imported("torch")
imported("diffusers")

from swaddle.adapters.diffusers import inpainting  # noqa: E402
from swaddle.adapters.diffusers.identity_generator import (  # noqa: E402
    DiffusersIdentityGenerator,
    Sitting,
)
from swaddle.adapters.diffusers.inpainting import Inpainter, torch_device  # noqa: E402
from swaddle.adapters.diffusers.presets import Preset, preset  # noqa: E402
from swaddle.identity.judging import Judge  # noqa: E402
from swaddle.identity.ports import PreviewRequest  # noqa: E402
from swaddle.kernel.batching import Batching  # noqa: E402
from swaddle.kernel.devices import Device  # noqa: E402
from swaddle.kernel.errors import ModelMissing, Unavailable  # noqa: E402
from swaddle.kernel.faces import AgeGroup  # noqa: E402
from tests.unit.adapters.diffusers.made import SIZE, saved  # noqa: E402
from tests.unit.identity.sitters import Onlooker, sitter  # noqa: E402

pytestmark = pytest.mark.filterwarnings(
    # diffusers 0.42 turns tensors into arrays in a way that NumPy 2 calls old
    "ignore:__array__ implementation:DeprecationWarning"
)

FEW: dict[str, Any] = {"size": SIZE, "steps": 4}
SD15 = preset("blanket-sd15").model_copy(update=FEW)
SDXL = preset("blanket-sdxl").model_copy(update=FEW)
SD15_INPAINTING = preset("permissive-sd15").model_copy(update=FEW)
CASES = {
    "sd15": (SD15, 4),
    "sd15-inpainting": (SD15_INPAINTING, 9),
    "sdxl": (SDXL, 9),
}


@pytest.fixture(scope="module", params=list(CASES))
def inpainter(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Inpainter:
    """Networks of each family, loaded while no socket can be opened."""
    wanted, channels = CASES[request.param]
    folders = saved(wanted, tmp_path_factory.mktemp(request.param), channels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _no_network)
        patch.setattr(socket, "getaddrinfo", _no_network)
        made = Inpainter(wanted, folders, Device.CPU)
        made.paint([sitting(1)])
    return made


def _no_network(*_: object, **__: object) -> None:
    raise AssertionError("a socket was opened")


def sitting(seed: int) -> Sitting:
    picture = np.full((SIZE, SIZE, 3), 120, np.uint8)
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[16:48, 16:48] = 255
    control = np.zeros((SIZE, SIZE, 3), np.uint8)
    control[20:30, 20:30] = 255
    return Sitting(picture, mask, control, control, "photo of a face", seed)


def test_a_seed_paints_one_picture_to_the_bit(inpainter: Inpainter) -> None:
    (one,), (again,), (other,) = (inpainter.paint([sitting(seed)]) for seed in (1, 1, 2))

    assert one.shape == (SIZE, SIZE, 3)
    assert one.dtype == np.uint8
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_who_else_is_in_the_batch_changes_nothing(inpainter: Inpainter) -> None:
    alone = [inpainter.paint([sitting(seed)])[0].astype(int) for seed in (1, 2, 3)]
    together = inpainter.paint([sitting(seed) for seed in (1, 2, 3)])

    for one, other in zip(alone, together, strict=True):
        assert np.abs(one - other).max() <= 1


def test_the_controls_are_seen(inpainter: Inpainter) -> None:
    plain = sitting(1)
    dark = Sitting(
        plain.picture, plain.mask, plain.openpose * 0, plain.canny * 0, plain.prompt, plain.seed
    )

    assert not np.array_equal(inpainter.paint([plain])[0], inpainter.paint([dark])[0])


def test_weights_of_another_kind_are_refused(tmp_path: Path) -> None:
    folders = saved(SD15_INPAINTING, tmp_path)
    # A ControlNet where a pipeline's UNet should be: other networks, other shapes.
    unet = folders[SD15_INPAINTING.weights.folder] / "unet"
    shutil.rmtree(unet)
    shutil.copytree(folders[SD15_INPAINTING.canny.folder], unet)
    with pytest.raises(ModelMissing, match="not of the kind"):
        Inpainter(SD15_INPAINTING, folders, Device.CPU)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is an NVIDIA GPU")
@pytest.mark.parametrize("device", [Device.CUDA, Device.TENSORRT])
def test_a_card_that_is_not_there_is_not_replaced(device: Device) -> None:
    with pytest.raises(Unavailable, match="SWADDLE_DEVICE=cpu"):
        torch_device(device)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is an NVIDIA GPU")
def test_without_a_card_the_processor_is_used() -> None:
    assert torch_device(Device.AUTO).type == "cpu"
    assert inpainting.precision(torch.device("cpu")) is torch.float32


# --- every key --------------------------------------------------------------------------------


class Told:
    """Notes what diffusers is opened with and called with."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, *values: object) -> None:
        self.notes.append(repr([_said(value) for value in values]))


def _said(value: object) -> object:
    match value:
        case dict():
            return {key: _said(inner) for key, inner in value.items()}
        case list():
            return [_said(inner) for inner in value]
        case torch.Tensor():
            return hashlib.sha256(value.numpy().tobytes()).hexdigest()
        case torch.Generator():
            return value.initial_seed()
        case _ if hasattr(value, "tobytes"):
            return hashlib.sha256(value.tobytes()).hexdigest()
    return value


def what_is_told(wanted: Preset, patch: pytest.MonkeyPatch) -> list[str]:
    told = Told()

    class Pipeline:
        vae = None

        def __init__(self, name: str) -> None:
            self.name = name
            self.scheduler = SimpleNamespace(config={})

        def set_progress_bar_config(self, **_: object) -> None: ...

        def __call__(self, **asked: Any) -> SimpleNamespace:  # noqa: ANN401 - of diffusers
            told.note(self.name, asked)
            size = asked["height"]
            painted = np.linspace(0, 1, size * size * 3).reshape(size, size, 3)
            return SimpleNamespace(images=[painted] * len(asked["prompt"]))

    def opened(_: Inpainter, kind: type, folder: Path, **said: object) -> Pipeline:
        told.note(kind.__name__, str(folder), sorted(said))
        return Pipeline(kind.__name__)

    def scheduled(kind: type, config: object, **options: object) -> None:
        told.note(kind.__name__, config, options)

    patch.setattr(Inpainter, "_opened", opened)
    patch.setattr(inpainting, "checked", lambda *_: {"all": 1})
    for name in ("DPMSolverMultistepScheduler", "EulerDiscreteScheduler"):
        patch.setattr(getattr(inpainting.diffusers, name), "from_config", classmethod(scheduled))
    folders = {part.folder: Path(part.folder) for part in wanted.parts()}
    paint = Inpainter(wanted, folders, Device.CPU).paint
    onlooker = Onlooker(real=sitter().picture)
    generator = DiffusersIdentityGenerator(
        "x", wanted, paint, Judge(onlooker, onlooker).accepted, Batching(1)
    )
    for group in AgeGroup:
        identity = generator.invent(bytes(32), group, 0)
        (preview,) = generator.preview([PreviewRequest(identity, group, sitter())])
        assert preview is not None
        told.note(preview[0])
    return told.notes


CHANGES: dict[str, object] = {
    "kind": "sd15",
    "size": 72,
    "steps": 9,
    "cfg": 2.5,
    "strength": 0.5,
    "control_first": True,
    "padding": 10,
    "mask_growth": 15,
    "mask_blur": 1.0,
    "negative": "hats",
    "weights.folder": "others",
    "vae": None,
    "vae.folder": "other-vae",
    "scheduler.name": "EulerDiscreteScheduler",
    "scheduler.options": {"use_karras_sigmas": True},
    "prompts.infant": "an infant",
    "prompts.child": "a child",
    "prompts.adult": "an adult",
    "openpose.folder": "other-openpose",
    "openpose.scale": 0.3,
    "canny.folder": "other-canny",
    "canny.scale": 0.3,
    "canny.low": 10,
    "canny.high": 90,
    "refiner": None,
    "refiner.folder": "other-refiner",
    "refiner.switch": 0.9,
}
FOR_PEOPLE = {"purpose", "origin", "licence", "commercial", "restrictions"}
"""Keys that documents and the manifest repeat."""


def test_every_key_is_among_those_that_are_changed() -> None:
    keys = set()
    for name, value in SDXL.model_dump().items():
        inner = value if isinstance(value, dict) else {}
        keys |= {f"{name}.{key}" for key in inner if key not in FOR_PEOPLE} or {name}

    assert keys - FOR_PEOPLE <= set(CHANGES)


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as found:
        yield found


@pytest.mark.parametrize("key", list(CHANGES))
def test_a_key_that_changes_changes_what_diffusers_is_told(
    key: str, patch: pytest.MonkeyPatch
) -> None:
    said = SDXL.model_dump()
    place, _, inner = key.partition(".")
    if inner:
        said[place][inner] = CHANGES[key]
    else:
        said[place] = CHANGES[key]
    before = what_is_told(SDXL, patch)

    assert what_is_told(SDXL, patch) == before
    assert what_is_told(Preset.model_validate(said), patch) != before
