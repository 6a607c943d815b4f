"""Somebody to render, and what one looks for in a picture."""

from collections.abc import Sequence

import numpy as np

from swaddle.adapters.appearance.looks_source import AppearanceLooksSource
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.scenes.rendering import Moment, render
from swaddle.scenes.scene import Actor, HeadKey, Occluder, Scene, Shot

SOURCE = AppearanceLooksSource()
SEED = bytes([5]) * 32


def key(time: float = 0, x: float = 0.5, y: float = 0.45, **rest: float) -> HeadKey:
    return HeadKey(time=time, x=x, y=y, **{"size": 0.6, **rest})


def somebody(*keys: HeadKey, name: str = "one", seed: bytes = SEED) -> Actor:
    return Actor(name=name, seed=seed, group=AgeGroup.ADULT, keys=keys or (key(),))


def picture_of(
    *actors: Actor, occluders: Sequence[Occluder] = (), size: tuple[int, int] = (320, 240)
) -> Moment:
    """Return a scene of a single frame."""
    shot = Shot(seconds=0.04, actors=actors, occluders=tuple(occluders))
    width, height = size
    (moment,) = render(Scene(name="still", shots=(shot,), width=width, height=height), SOURCE)
    return moment


def brightness(picture: Image, place: Floats, reach: int = 1) -> float:
    """Return the mean grey of a small square about a point."""
    x, y = np.round(place[:2]).astype(int).tolist()
    return float(picture[y - reach : y + reach + 1, x - reach : x + reach + 1].mean())
