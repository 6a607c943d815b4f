"""
How a synthetic face is painted, read from presets.toml.

A preset names weights, prompts and numbers; what is done with them is code. A key that nobody
reads would be a promise that nobody keeps (BLANKET has five such), so unknown keys are refused,
and a test changes each key and looks whether the pipeline is told.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from swaddle.kernel.errors import Misused
from swaddle.kernel.faces import AgeGroup

FADES_OVER: Final = 3
"""Deviations of a Gaussian blur that hold 0.997 of an edge."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Kind(StrEnum):
    """Which family of networks a preset is made of."""

    SD15 = "sd15"
    """Stable Diffusion 1.5: one text encoder, trained at 512 pixels."""
    SDXL = "sdxl"
    """Stable Diffusion XL: two text encoders, trained at 1024 pixels."""


class Weights(_Value):
    """A folder of weights in the form of diffusers, and whose they are."""

    folder: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    """Where they lie below the model folder."""
    origin: str
    """Their name where they are published."""
    licence: str
    """As their model card states it."""
    commercial: bool
    """Whether it allows commercial use."""
    restrictions: str = ""
    """What else one should know: uses that it forbids, an origin that is not told."""


class Control(Weights):
    """A ControlNet."""

    scale: Annotated[float, Field(gt=0)]
    """How much it counts: what it says is multiplied by this."""


class Canny(Control):
    """A ControlNet that follows the edges of the portrait."""

    low: Annotated[int, Field(ge=0, le=255)]
    """Gradient from which a pixel beside an edge belongs to it."""
    high: Annotated[int, Field(ge=0, le=255)]
    """Gradient from which a pixel is an edge."""


class Refiner(Weights):
    """A second network that paints the last part of the way."""

    switch: Annotated[float, Field(gt=0, lt=1)]
    """Share of the way after which it takes over."""


SchedulerName = Literal[
    "DPMSolverMultistepScheduler",
    "DPMSolverSinglestepScheduler",
    "EulerDiscreteScheduler",
    "DDIMScheduler",
]


class Scheduler(_Value):
    """How noise becomes a picture, step by step."""

    name: SchedulerName
    """A class of diffusers."""
    options: dict[str, bool | int | float | str] = Field(default_factory=dict)
    """What it is told besides the noise that the network was trained with."""


class Prompts(_Value):
    """What is asked for, by the age group of the subject."""

    infant: str
    child: str
    adult: str

    def of(self, group: AgeGroup) -> str:
        """Return the prompt for a group."""
        return str(getattr(self, group.value))


class Preset(_Value):
    """A way to paint faces."""

    purpose: str
    kind: Kind
    size: Annotated[int, Field(gt=0, multiple_of=8)]
    """Side of the picture that is painted, in pixels."""
    steps: Annotated[int, Field(gt=0)]
    """Of the whole way from noise to picture; `strength` of them are gone."""
    cfg: Annotated[float, Field(ge=1)]
    """Classifier-free guidance: how far the prompt pulls."""
    strength: Annotated[float, Field(gt=0, le=1)]
    """How much of the portrait is turned into noise first."""
    control_first: bool
    """The ControlNets count more than the prompt (guess mode of diffusers: they see the prompt's
    branch alone, and count less in the finer layers)."""
    padding: Annotated[int, Field(ge=0)]
    """Pixels of the portrait (320 wide) that are shown around the mask; less where it ends."""
    mask_growth: Annotated[int, Field(ge=0)]
    """Pixels of the painted picture by which the mask reaches beyond face and forehead."""
    mask_blur: Annotated[float, Field(ge=0)]
    """Deviation in the same pixels of the blur with which the picture fades into the portrait."""
    negative: str
    """What is not wanted."""
    weights: Weights
    scheduler: Scheduler
    prompts: Prompts
    openpose: Control
    canny: Canny
    vae: Weights | None = None
    """In place of the autoencoder among `weights`."""
    refiner: Refiner | None = None

    @model_validator(mode="after")
    def _fades_outside_the_face(self) -> Self:
        if self.mask_growth < FADES_OVER * self.mask_blur:
            msg = "the mask has to grow by three deviations of its blur, to fade outside the face"
            raise ValueError(msg)
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of everything it says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def parts(self) -> Iterator[Weights]:
        """Yield every folder of weights that it needs."""
        for part in (self.weights, self.vae, self.openpose, self.canny, self.refiner):
            if part is not None:
                yield part


def read_presets(text: str) -> dict[str, Preset]:
    """Parse presets; raises Misused with the first thing that is wrong."""
    try:
        return {name: Preset.model_validate(said) for name, said in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError as error:
        raise Misused(f"The presets are no TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Misused(f"A preset cannot be used: {place}: {first['msg']}.") from error


@cache
def presets() -> dict[str, Preset]:
    """Return the presets of swaddle by name."""
    return read_presets(files("swaddle.adapters.diffusers").joinpath("presets.toml").read_text())


def preset(name: str) -> Preset:
    """Return a preset; raises Misused for a name that is none."""
    if name not in presets():
        known = ", ".join(presets())
        raise Misused(f"There is no preset {name!r} for diffusers://; there are {known}.")
    return presets()[name]
