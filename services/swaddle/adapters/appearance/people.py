"""Synthetic people: drawn from the face space with a seed, rebuilt from the coefficients."""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.errors import InvalidPlan
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import LARGEST, IdentityPlan
from swaddle.kernel.seeds import generator
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import LUMA, add_forehead, skin_contrast

from .face_space import face_space

ENGINE: Final = "appearance/12"

TEMPERATURE: Final = 1.0
"""Standard deviations of the coefficients. Two people on the same base have a similarity of 0.38 at
0.85, 0.34 at 1 and 0.27 at 1.4, where some look drawn."""

CHROMA_TEMPERATURE: Final = 0.45
"""Colours vary less than they were learned to: part of what varies is white balance."""

FARTHEST: Final = 1.3
"""Deviations, root mean square of the coefficients, beyond which nobody is moved. Of those who are
drawn one in 9,000 is farther, and at 1.4 some look drawn."""

NAME_DIGITS: Final = 16
"""Of a person's name, hexadecimal."""

PLACES: Final = 4
"""Decimals of a coefficient."""

# Eye colours as they occur (roughly: World Population Review 2024), blue, green, red.
IRISES: Final = (
    (0.70, ((38, 52, 72), (30, 44, 66), (24, 34, 52))),  # browns
    (0.10, ((120, 110, 92), (140, 124, 100))),  # blues and greys
    (0.08, ((60, 84, 104),)),  # hazel
    (0.06, ((70, 104, 96),)),  # green
    (0.06, ((46, 66, 92),)),  # amber
)

COMMON: Final = np.cumsum([chance for chance, _ in IRISES]) / sum(chance for chance, _ in IRISES)
"""Share of the people whose eyes have one of the first colours: (k,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A synthetic person, ready to be rendered."""

    shape: Floats
    """(498, 3): mesh with forehead, canonical coordinates."""
    texture: Floats
    """(256, 256, 3): logarithm of the colours without light and skin tone."""
    contrast: Floats
    """(3,): deviation of the luma of the texture, measured as the reference of a real face is."""
    iris: Floats
    """(3,): blue, green, red."""


def draw(seed: bytes, group: AgeGroup, attempt: int) -> IdentityPlan:
    """Return the person that a seed stands for."""
    space, random = face_space(group), generator(seed)
    drawn = random.standard_normal(space.shape_size + space.texture_size)
    shape, texture = _written(drawn * deviations(group), space.shape_size)
    return IdentityPlan(
        identity_id=seed.hex()[:NAME_DIGITS],
        attempt=attempt,
        engine=ENGINE,
        shape=shape,
        texture=texture,
        iris=_iris(random),
    )


@cache
def deviations(group: AgeGroup) -> Floats:
    """Return by how much each coefficient varies among the people that are drawn: (n,)."""
    space = face_space(group)
    varied = np.full(space.shape_size + space.texture_size, TEMPERATURE)
    varied[space.shape_size + len(space.luma_components) :] = CHROMA_TEMPERATURE
    varied.flags.writeable = False
    return varied


def coefficients(identity: IdentityPlan) -> Floats:
    """Return what makes the person: (n,), shape first, then texture."""
    return np.array([*identity.shape, *identity.texture])


def moved(identity: IdentityPlan, group: AgeGroup, step: Floats) -> IdentityPlan:
    """
    Return the person `step` (n,) away, or as far as people go, under another name.

    The person itself where that is no way at all.
    """
    start, scale = coefficients(identity), deviations(group)
    share = _within(start / scale, step / scale, FARTHEST * np.sqrt(len(step)))
    shape, texture = _written(start + share * step, len(identity.shape))
    if (shape, texture) == (identity.shape, identity.texture):
        return identity
    name = hashlib.sha256(f"{identity.identity_id} {shape} {texture}".encode())
    named = name.hexdigest()[:NAME_DIGITS]
    return identity.model_copy(update={"identity_id": named, "shape": shape, "texture": texture})


def _within(start: Floats, step: Floats, radius: float) -> float:
    """Return the largest share of a step, up to 1, that ends within a radius; else 0."""
    length, along = float(step @ step), float(start @ step)
    room = radius**2 - float(start @ start)
    if length == 0 or room <= 0:
        return 0.0
    return min(1.0, (np.sqrt(along**2 + length * room) - along) / length)


def rebuild(identity: IdentityPlan, group: AgeGroup) -> Person:
    """Return the person that a plan's coefficients stand for; raises InvalidPlan where they are too few or many."""
    space = face_space(group)
    given = len(identity.shape), len(identity.texture)
    wanted = space.shape_size, space.texture_size
    if given != wanted:
        msg = (
            f"{identity.identity_id} has {given[0]} coefficients of shape and {given[1]} of texture; "
            f"of {group} there are {wanted[0]} and {wanted[1]}."
        )
        raise InvalidPlan(msg)
    return _rebuilt(identity.shape, identity.texture, identity.iris, group)


@lru_cache(maxsize=16)
def _rebuilt(
    shape: tuple[float, ...],
    texture: tuple[float, ...],
    iris: tuple[int, ...],
    group: AgeGroup,
) -> Person:
    space = face_space(group)
    detail = space.texture(np.array(texture))
    return Person(
        add_forehead(space.shape(np.array(shape))),
        detail,
        _contrast(detail),
        np.array(iris, np.float32),
    )


def _written(values: Floats, shapes: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return coefficients as a plan has them: shape, texture."""
    kept = np.clip(values, -LARGEST, LARGEST).round(PLACES).tolist()
    return tuple(kept[:shapes]), tuple(kept[shapes:])


def _iris(random: np.random.Generator) -> tuple[int, int, int]:
    # As `random.choice` draws with chances, which looks through all of them again for each person.
    _, shades = IRISES[int(COMMON.searchsorted(random.random(), side="right"))]
    blue, green, red = shades[int(random.integers(len(shades)))]
    return blue, green, red


def _contrast(detail: Floats) -> Floats:
    cells = (TEXTURE_CELLS, TEXTURE_CELLS)
    luma = cv2.resize(detail, cells, interpolation=cv2.INTER_AREA) @ LUMA
    return skin_contrast(luma.astype(np.float64))
