"""What chooses a swapper of the GPU engine: a model, and the steps around it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from swaddle.kernel.errors import Misused

from .catalogue import Catalogue, Model

EMBEDDER: Final = "arcface"
CONVERTER: Final = "converter"
"""Families of models that a swapper may need, by their names in the catalogue."""

EXPRESSION: Final = ("features", "motion", "generator")
"""The models of LivePortrait: what follows `live_portrait_` in the catalogue."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Share = Annotated[float, Field(ge=0, le=1)]


class SwapperChoice(BaseModel):
    """
    What a URL like `onnx://ghost_1_256?occluder=xseg_1&boost=2` asks for.

    Every name is one of the catalogue.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    occluder: Name | None = None
    """Leaves what is in front of a face."""
    parser: Name | None = None
    """Replaces the regions of a face alone."""
    expression: Name | None = None
    """`live_portrait`: gives the swapped face the expression that the frame has."""
    restorer: Name | None = None
    """Makes the swapped face sharp."""
    boost: Annotated[int, Field(ge=1, le=8)] = 1
    """So many times the pixels of the network on each side."""
    colour: Share = 1.0
    """How far colours are matched with the frame's."""
    restored: Share = 0.8
    """Share of the restored face."""
    expressed: Share = 1.0
    """Share of the frame's expression."""

    @property
    def expressions(self) -> Sequence[str]:
        """Return the names of the models of the expression, none where it is not asked for."""
        return [f"{self.expression}_{part}" for part in EXPRESSION] if self.expression else []

    @property
    def models(self) -> Sequence[str]:
        """Return the names of all models that are asked for; what they need is not among them."""
        steps = (self.name, self.occluder, self.parser, self.restorer)
        return [*filter(None, steps), *self.expressions]


def read_swapper(name: str, options: Mapping[str, str]) -> SwapperChoice:
    """Return what the host and the query of a URL ask for; raises Misused with what is wrong."""
    try:
        return SwapperChoice.model_validate({**options, "name": name})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        known = ", ".join(sorted(set(SwapperChoice.model_fields) - {"name"}))
        raise Misused(
            f"The swapper onnx://{name} cannot be read at {'.'.join(map(str, first['loc']))}: "
            f"{first['msg']}. After `?` there may be: {known}."
        ) from error


def needed_of(catalogue: Catalogue, model: str, family: str) -> Model | None:
    """Return the model of a family that a model needs, None where it needs none."""
    found = [catalogue.find(name) for name in catalogue.find(model).needs]
    return next((model for model in found if model.family == family), None)
