"""What is hair, above a face."""

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import (
    BROW_LEVEL,
    SIDE,
    canonical,
    face_mask,
)
from swaddle.linking.hairline import strangeness
from swaddle.linking.reference import FLOOR, logs_of
from tools.recall.conditions import SKINS

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts

HAIR: Final = {
    "black": (28, 26, 26),
    "brown": (38, 48, 66),
    "red": (40, 70, 150),
    "grey": (120, 122, 125),
    "blond": (100, 150, 190),
}
FRINGE: Final = 0.6
ABOVE: Final = 0.5
"""Share of the way from the border to the brows: of what is above, the strangeness is asked for."""

SHADOWS: Final = (1.0, 0.6, 0.5)
"""Of the light on a bald forehead."""

YAWS: Final = (0.0, 20.0)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Look at the foreheads of rendered people, with hair over them and bald."""
    rendered = material.rendered()
    sides = Sides(
        "linking.hairline.SURE",
        Acts.FROM,
        "how strange the upper half of a forehead is, mean",
        "hair over it, of five colours on three skins",
        "bare skin, in the light and in shadows that take up to half of it",
    )
    for person, skin, yaw in product(range(bench.people), SKINS, YAWS):
        for name, colour in HAIR.items():
            picture, mesh = material.somebody(
                person, yaw, skin=SKINS[skin], hair=colour, fringe=FRINGE
            )
            rendered.take(picture)
            sides.guard(_strange(material.texture(picture, mesh)), f"{person} {skin} {name} {yaw}")
        picture, mesh = material.somebody(person, yaw, skin=SKINS[skin], hair=None, fringe=FRINGE)
        rendered.take(picture)
        for light in SHADOWS:
            sides.spare(
                _strange(_shaded(material.texture(picture, mesh), light)), f"{person} {skin} {yaw}"
            )
    yield sides.done(rendered.data)


def _shaded(logs: Floats, light: float) -> Floats:
    """Return a texture whose forehead has a share of its light."""
    colours = np.exp(logs) - FLOOR
    return logs_of(np.where(_above(1.0)[..., None], light * colours, colours))


def _strange(logs: Floats) -> float:
    return float(strangeness(logs)[_above(ABOVE)].mean())


def _above(share: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return the cells of the face down to a share of the way to its brows: (48, 48)."""
    end = share * float(canonical()[BROW_LEVEL, 1]) * TEXTURE_CELLS / SIDE
    above: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = face_mask(TEXTURE_CELLS).copy()
    above[round(end) :] = False
    return above
