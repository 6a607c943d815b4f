"""What makes a face hard to find: one thing at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image
from swaddle.scenes.scene import Actor, HeadKey, Occluder, OccluderKey, Scene, Shot

WIDTH, HEIGHT = 1280, 720
FACE: Final = 96.0
"""Pixels: the face where its size is not the question."""

MESH: Final = 0.8
"""Height of the face mesh in units of a scene's head size."""

SKINS: Final = {"light": (140, 170, 222), "medium": (85, 120, 175), "dark": (42, 60, 92)}

Spoil = Callable[[Image], Image]


def _same(picture: Image) -> Image:
    return picture


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is varied, and to what."""

    kind: str
    value: str
    size: float = FACE
    head: dict[str, float] = field(default_factory=dict)
    skin: str = "light"
    group: AgeGroup = AgeGroup.ADULT
    hand: float = 0.0
    """How far a hand covers the face from below, in faces."""
    spoil: Spoil = _same

    def scene(self, person: int) -> Scene:
        """Return a scene of one frame with this person."""
        key = HeadKey(time=0, x=0.5, y=0.45, size=self.size / MESH / HEIGHT, **self.head)
        young = self.group is AgeGroup.INFANT
        actor = Actor(
            name="one",
            seed=person.to_bytes(32, "big"),
            group=self.group,
            keys=(key,),
            skin=SKINS[self.skin],
            hair=None if young else (38, 48, 66),
            lying=self.head.get("roll", 0.0),
        )
        shot = Shot(seconds=0.02, actors=(actor,), occluders=self._hands(), room=person % 2)
        return Scene(name="recall", shots=(shot,), width=WIDTH, height=HEIGHT)

    def _hands(self) -> tuple[Occluder, ...]:
        if not self.hand:
            return ()
        length = 1.2 * self.size / HEIGHT
        y = 0.45 + (0.5 + 0.6 - self.hand) * self.size / HEIGHT
        return (Occluder(keys=(OccluderKey(time=0, x=0.5, y=y, size=length),)),)


def moved(picture: Image, length: int) -> Image:
    """Blur as a head does that moves sideways while the shutter is open."""
    kernel = np.full((1, length), 1 / length, np.float32)
    return np.asarray(cv2.filter2D(picture, -1, kernel), np.uint8)


def at_night(picture: Image) -> Image:
    """Return what an infrared camera sees: grey, dim, grainy; the same grain every time."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) * 0.45 + 20
    noisy = grey + np.random.default_rng(0).normal(scale=7, size=grey.shape)
    return np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def conditions() -> Iterator[Condition]:
    """Yield every condition, kind by kind."""
    for size in (12, 16, 24, 32, 48, 96, 240):
        yield Condition("size", f"{size} px", size=size)
    yield from _turned()
    for hand in (0.25, 0.5, 0.75):
        yield Condition("hand", f"up to {hand:.0%} of the face", hand=hand)
    for length in (9, 19, 39):
        blur = partial(moved, length=length)
        yield Condition("motion blur", f"{length / FACE:.0%} of the face", spoil=blur)
    yield Condition("light", "night vision", spoil=at_night)
    for group, skin in product(AgeGroup, SKINS):
        plain = Condition("age and skin", f"{group.value}, {skin}", group=group, skin=skin)
        yield plain
        yield replace(plain, value=f"{plain.value}, lying", head={"roll": 90.0})


def _turned() -> Iterator[Condition]:
    turns = {
        "roll": (0, 45, 90, 135, 180, 270),
        "yaw": (0, 30, 60, 75, 88),
        "pitch": (-40, 40),
    }
    for axis, angles in turns.items():
        for angle in angles:
            yield Condition(axis, f"{angle} degrees", head={axis: float(angle)})
