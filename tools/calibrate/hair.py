"""What is hair, above a face."""

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np

from swaddle import bootstrap
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import (
    BROW_LEVEL,
    SIDE,
    canonical,
    face_mask,
    pose,
    unwrap,
    with_forehead,
)
from swaddle.linking.hairline import strangeness
from swaddle.linking.reference import FLOOR, logs_of
from swaddle.scenes.rendering import render
from swaddle.scenes.scene import Actor, HeadKey, Scene, Shot
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
            picture, mesh = _seen(person, SKINS[skin], colour, yaw)
            rendered.take(picture)
            sides.guard(_strange(_texture(picture, mesh)), f"{person} {skin} {name} {yaw}")
        picture, mesh = _seen(person, SKINS[skin], None, yaw)
        rendered.take(picture)
        for light in SHADOWS:
            sides.spare(
                _strange(_shaded(_texture(picture, mesh), light)), f"{person} {skin} {yaw}"
            )
    yield sides.done(rendered.data)


def _seen(
    person: int, skin: tuple[int, int, int], hair: tuple[int, int, int] | None, yaw: float
) -> tuple[Image, Floats]:
    """Return a picture of somebody, and the mesh."""
    actor = Actor(
        name="one",
        seed=person.to_bytes(32, "big"),
        group=AgeGroup.ADULT,
        keys=(HeadKey(time=0, x=0.5, y=0.5, size=0.5, yaw=yaw),),
        skin=skin,
        hair=hair,
        fringe=FRINGE,
    )
    shots = (Shot(seconds=0.02, actors=(actor,)),)
    scene = Scene(name="hair", shots=shots, width=480, height=360)
    (moment,) = render(scene, bootstrap.looks_source())
    return moment.picture, moment.faces[0].landmarks


def _texture(picture: Image, mesh: Floats) -> Floats:
    return logs_of(unwrap(picture, with_forehead(mesh, pose(mesh)), TEXTURE_CELLS))


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
