"""Synthetic people: drawn from the face space with a seed, rebuilt from the coefficients."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.seeds import generator
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import add_forehead, skin_contrast

from .face_space import LUMA, face_space

ENGINE: Final = "appearance/4"

TEMPERATURE: Final = 1.0
"""Standard deviations of the coefficients. Two people on the same base have a similarity of 0.38 at
0.85, 0.34 at 1 and 0.27 at 1.4, where some look drawn."""

CHROMA_TEMPERATURE: Final = 0.45
"""Colours vary less than they were learned to: part of what varies is white balance."""

LARGEST: Final = 2.5
"""No coefficient is larger: the tails of the distribution were never seen."""

# Eye colours as they occur (roughly: World Population Review 2024), blue, green, red.
IRISES: Final = (
    (0.70, ((38, 52, 72), (30, 44, 66), (24, 34, 52))),  # browns
    (0.10, ((120, 110, 92), (140, 124, 100))),  # blues and greys
    (0.08, ((60, 84, 104),)),  # hazel
    (0.06, ((70, 104, 96),)),  # green
    (0.06, ((46, 66, 92),)),  # amber
)


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
    shape = np.clip(random.standard_normal(space.shape_size) * TEMPERATURE, -LARGEST, LARGEST)
    texture = random.standard_normal(space.texture_size)
    split = len(space.luma_components)
    texture[:split] *= TEMPERATURE
    texture[split:] *= CHROMA_TEMPERATURE
    texture = np.clip(texture, -LARGEST, LARGEST)
    return IdentityPlan(
        identity_id=seed.hex()[:16],
        attempt=attempt,
        engine=ENGINE,
        shape=tuple(round(float(v), 4) for v in shape),
        texture=tuple(round(float(v), 4) for v in texture),
        iris=_iris(random),
    )


def rebuild(identity: IdentityPlan, group: AgeGroup) -> Person:
    """Return the person that a plan's coefficients stand for."""
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


def _iris(random: np.random.Generator) -> tuple[int, int, int]:
    chances = np.array([chance for chance, _ in IRISES])
    kind = int(random.choice(len(IRISES), p=chances / chances.sum()))
    shades = IRISES[kind][1]
    blue, green, red = shades[int(random.integers(len(shades)))]
    return blue, green, red


def _contrast(detail: Floats) -> Floats:
    cells = (TEXTURE_CELLS, TEXTURE_CELLS)
    luma = cv2.resize(detail, cells, interpolation=cv2.INTER_AREA) @ LUMA
    return skin_contrast(luma.astype(np.float64))
