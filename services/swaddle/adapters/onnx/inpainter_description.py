"""
What a face inpainter takes and gives: a TOML file beside its ONNX file.

Networks of this kind (DeepPrivacy2, CIAGAN) get a picture with a hole where the face was, perhaps
keypoints, and a latent that stands for a person; they differ in names, sizes and conventions alone.
docs/how-to/use-another-inpainter.md shows a description with every key.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.faces import MESH_POINTS

from .sessions import Shape

Part = Literal["picture", "mask", "keypoints", "latent"]
MeshPoint = Annotated[int, Field(ge=0, lt=MESH_POINTS)]
MeanPoint = Annotated[tuple[MeshPoint, ...], Field(min_length=1)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Hole(_Value):
    """What the network does not see of the picture."""

    shape: Literal["box", "outline"] = "box"
    grown: Annotated[float, Field(ge=1.05)] = 1.2
    """In sizes of the face: so much more that the new face can fade into the frame within it."""
    value: float = 0.0
    masked: float = 0.0
    kept: float = 1.0


class CropSize(_Value):
    """What the network sees around the hole."""

    size: Annotated[float, Field(ge=1.0)] = 1.7
    """Side of the square, in the longer sides of the hole."""
    upright: bool = True


class Keypoints(_Value):
    """How the network is told the pose."""

    kind: Literal["coordinates", "heatmaps", "drawing"]
    points: Annotated[tuple[MeanPoint, ...], Field(min_length=1)]
    sigma: Annotated[float, Field(gt=0)] = 0.02
    lines: tuple[tuple[int, ...], ...] = ()
    planes: Literal[1, 3] = 3

    @model_validator(mode="after")
    def _of_known_points(self) -> Self:
        if any(not 0 <= index < len(self.points) for line in self.lines for index in line):
            msg = "a line joins a point that is not in the list"
            raise ValueError(msg)
        return self


class Latent(_Value):
    """How the network is told the person."""

    kind: Literal["normal", "one_hot"] = "normal"
    length: Annotated[int, Field(gt=0)]


class InpainterDescription(_Value):
    """Everything that tells one network of this kind from another."""

    side: Annotated[int, Field(ge=16)]
    colours: Literal["rgb", "bgr"] = "rgb"
    low: float = -1.0
    high: float = 1.0
    output: str
    inputs: Mapping[str, Annotated[tuple[Part, ...], Field(min_length=1)]]
    hole: Hole = Hole()
    crop: CropSize = CropSize()
    keypoints: Keypoints | None = None
    latent: Latent

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        parts = [part for planes in self.inputs.values() for part in planes]
        if "picture" not in parts or "latent" not in parts:
            msg = "a network of this kind takes at least a picture and a latent"
            raise ValueError(msg)
        if ("keypoints" in parts) != (self.keypoints is not None):
            msg = "keypoints are described and not taken, or taken and not described"
            raise ValueError(msg)
        if self.low >= self.high:
            msg = "black has to be less than white"
            raise ValueError(msg)
        if any(self._is_flat(part) and len(i) > 1 for i in self.inputs.values() for part in i):
            msg = "a row of numbers cannot share an input with planes"
            raise ValueError(msg)
        return self

    @property
    def signature(self) -> Mapping[str, Shape]:
        """The shape of each input, with 1 as the size of the batch."""
        return {name: self._shape(parts) for name, parts in self.inputs.items()}

    @property
    def digest(self) -> str:
        """Tells descriptions apart: the first 12 digits of a SHA-256."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def _is_flat(self, part: Part) -> bool:
        drawn = self.keypoints is not None and self.keypoints.kind != "coordinates"
        return part == "latent" or (part == "keypoints" and not drawn)

    def _shape(self, parts: tuple[Part, ...]) -> Shape:
        if self._is_flat(parts[0]):
            return (1, self._length(parts[0]))
        return (1, sum(self._length(part) for part in parts), self.side, self.side)

    def _length(self, part: Part) -> int:
        """Return how many planes, or numbers, a part has."""
        if part == "picture":
            return 3
        if part == "latent":
            return self.latent.length
        if part == "mask" or self.keypoints is None:
            return 1
        count = len(self.keypoints.points)
        return {"coordinates": 2 * count, "heatmaps": count, "drawing": self.keypoints.planes}[
            self.keypoints.kind
        ]


def read_description(content: str, called: str) -> InpainterDescription:
    """Parse a description; raises ModelMissing with a sentence that names what is wrong."""
    try:
        return InpainterDescription.model_validate(tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise ModelMissing(f"The description {called} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        what = first["msg"].removeprefix("Value error, ")
        raise ModelMissing(
            f"The description {called} cannot be used: {place}: {what}. "
            "docs/how-to/use-another-inpainter.md says what belongs into it."
        ) from error
