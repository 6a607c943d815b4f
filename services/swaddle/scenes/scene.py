"""What happens in a scene: who is where at which moment."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Final, TypeVar

import numpy as np

from swaddle.kernel.faces import AgeGroup

SECOND: Final = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadKey:
    """Where a head is at a moment, and what it does. Between two keys it moves evenly."""

    time: float
    """Seconds from the beginning of the shot."""
    x: float
    y: float
    """Middle of the head, in shares of the picture's width and height."""
    size: float = 0.4
    """Height of the face, chin to brow and as much again, in shares of the picture's height."""
    yaw: float = 0.0
    """Degrees; positive turns the face to the right of the picture, 180 shows the back."""
    pitch: float = 0.0
    """Degrees; positive looks up."""
    roll: float = 0.0
    """Degrees, clockwise."""
    mouth: float = 0.0
    """0 closed, 1 wide open."""
    blink: float = 0.0
    """0 open, 1 closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OccluderKey:
    """Where a hand is at a moment."""

    time: float
    x: float
    y: float
    size: float = 0.25
    """Length of the hand, in shares of the picture's height."""
    roll: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person in a shot."""

    name: str
    seed: bytes
    """Which synthetic person it is: 32 bytes."""
    group: AgeGroup
    keys: tuple[HeadKey, ...]
    skin: tuple[int, int, int] = (122, 152, 205)
    """Blue, green, red."""
    hair: tuple[int, int, int] | None = (38, 48, 66)
    """None: as good as none."""
    fringe: float = 0.0
    """How far hair hangs over the forehead: 0 not at all, 1 down to the brows."""
    glasses: float = 1.0
    """How much of the light comes back from behind the glasses; 1: none are worn."""
    clothes: tuple[int, int, int] = (120, 82, 60)
    lying: float = 0.0
    """Degrees, clockwise, by which the body is turned, whatever the head does."""
    contrast: float = 1.0
    """Of the face's detail: 1 is a studio's light, in a room it is less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occluder:
    """A hand that passes in front of everybody."""

    keys: tuple[OccluderKey, ...]
    skin: tuple[int, int, int] = (118, 148, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What one camera sees without a cut."""

    seconds: float
    actors: tuple[Actor, ...] = ()
    occluders: tuple[Occluder, ...] = ()
    room: int = 0
    """Which room is behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Shots, one after the other."""

    name: str
    shots: tuple[Shot, ...]
    width: int = 480
    height: int = 270
    rate: Fraction = Fraction(25)
    gaps: tuple[int, ...] = field(default=(1,))
    """Frames are so many ticks of the rate apart, in turn: (1,) is a constant frame rate."""

    def moments(self) -> Iterator[tuple[Fraction, Shot, float]]:
        """Yield for each frame its time in the scene, the shot, and the time in the shot."""
        # To the millisecond: sums of floats would let a frame fall between two shots.
        ends = [round(1000 * end) for end in np.cumsum([s.seconds for s in self.shots]).tolist()]
        tick, number = 0, 0
        while 1000 * (time := tick / self.rate) < ends[-1]:
            index = bisect_right(ends, 1000 * time)
            begin = ends[index - 1] if index else 0
            yield time, self.shots[index], float(time) - begin / 1000
            tick += self.gaps[number % len(self.gaps)]
            number += 1


AnyKey = TypeVar("AnyKey", HeadKey, OccluderKey)


def at(keys: Sequence[AnyKey], time: float) -> AnyKey:
    """Return the state between two keys; before the first and after the last, that one."""
    times = [key.time for key in keys]
    names = [f.name for f in fields(keys[0])]
    values = {
        name: float(np.interp(time, times, [getattr(k, name) for k in keys])) for name in names
    }
    return type(keys[0])(**{**values, "time": time})
