"""What the similarities of a recogniser mean, as the file of its calibration says it."""

from typing import Annotated, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, PositiveInt, ValidationError

from swaddle.kernel.errors import Misused
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.recognition import RecognitionScale, Strangers

CALIBRATE: Final = "`python -m tools.face_space.calibrate PICTURES {}/PATH -o FILE` makes it"
"""What to do where there is none; PATH: where the weights lie."""

SHOWN: Final = 16
"""Digits of a digest, in a sentence."""

ByAge = tuple[FiniteFloat, FiniteFloat, FiniteFloat]
"""For the groups in the order of `AgeGroup`."""


class _Strangers(BaseModel):
    model_config = ConfigDict(frozen=True)

    mean: FiniteFloat
    deviation: Annotated[FiniteFloat, Field(gt=0)]
    pairs: PositiveInt


class _Groups(BaseModel):
    model_config = ConfigDict(frozen=True)

    infant: _Strangers
    child: _Strangers
    adult: _Strangers


class _Scale(BaseModel):
    model_config = ConfigDict(frozen=True)

    embedder: str
    weights: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    mean: Annotated[tuple[FiniteFloat, ...], Field(min_length=1)]
    strangers: _Groups
    age_weights: tuple[ByAge, ...]
    age_bias: ByAge


def read_scale(
    content: bytes, called: str, embedder: str, weights: str, recogniser: str
) -> RecognitionScale:
    """
    Return the scale that a file holds; raises Misused with what is wrong.

    `called`: the file's name. `embedder`: for which recogniser it has to be, in the words of
    `tools.face_space.calibrate`. `weights`: the digest of those it has. `recogniser`: what its
    vectors are known by from then on.
    """
    try:
        told = _Scale.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "its begin"
        raise Misused(
            f"The scale {called} of the recogniser cannot be read at {where}: {first['msg']}. "
            f"{CALIBRATE.format(embedder)}."
        ) from error
    if told.embedder != embedder:
        raise Misused(
            f"The scale {called} was made for {told.embedder}, the recogniser is {embedder}. "
            f"{CALIBRATE.format(embedder)}."
        )
    if told.weights != weights:
        raise Misused(
            f"The scale {called} was learned with other weights of {embedder}: with "
            f"{told.weights[:SHOWN]}…, the recogniser has {weights[:SHOWN]}…. "
            f"{CALIBRATE.format(embedder)}."
        )
    if len(told.age_weights) != len(told.mean):
        raise Misused(
            f"The scale {called} contradicts itself: its mean has {len(told.mean)} numbers, "
            f"age_weights {len(told.age_weights)}. {CALIBRATE.format(embedder)}."
        )
    strangers = {group: getattr(told.strangers, group.value) for group in AgeGroup}
    return RecognitionScale(
        mean=np.array(told.mean),
        strangers={g: Strangers(s.mean, s.deviation, s.pairs) for g, s in strangers.items()},
        age_weights=np.array(told.age_weights),
        age_bias=np.array(told.age_bias),
        recogniser=recogniser,
    )
