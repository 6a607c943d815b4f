"""
What happens in a scene: who is where, turned how, and what moves before them.

Places are shares of the picture, so that a scene can be rendered at any size: x in widths from the
left, y in heights from the top, sizes in heights. Times are seconds from the first frame. Angles
are those of `certification.measuring`: degrees; yaw is positive when a face turns towards the
right of an upright picture, pitch when it looks up, roll when the head leans clockwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final, Protocol, Self, TypeVar

from swaddle.kernel.faces import AgeGroup


class _Mixable(Protocol):
    def mixed(self, other: Self, share: float) -> Self: ...


State = TypeVar("State", bound=_Mixable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """A person at one moment."""

    x: float = 0.5
    y: float = 0.45
    """Middle of the head."""
    size: float = 0.45
    """From crown to chin."""
    yaw: float = 0.0
    """180 shows the back of the head."""
    pitch: float = 0.0
    roll: float = 0.0
    mouth: float = 0.0
    """0 closed, 1 wide open."""
    blink: float = 0.0
    """0 open, 1 closed eyes."""

    def mixed(self, other: Self, share: float) -> Self:
        """Return the state on the way to another, `share` of the way done."""
        return _mixed(self, other, share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an occluder is at one moment."""

    x: float
    y: float
    size: float = 0.5
    """Of a hand, from wrist to fingertips; of a cloth, its height."""
    angle: float = 0.0
    """Degrees clockwise; at 0 a hand's fingers point up."""

    def mixed(self, other: Self, share: float) -> Self:
        """Return the state on the way to another, `share` of the way done."""
        return _mixed(self, other, share)


def _mixed(one: State, other: State, share: float) -> State:
    names = [field.name for field in fields(one)]  # type: ignore[arg-type] - dataclasses alone
    values = {n: getattr(one, n) + (getattr(other, n) - getattr(one, n)) * share for n in names}
    return replace(one, **values)  # type: ignore[type-var] - as above


PoseKeys = tuple[tuple[float, Pose], ...]
"""Times and poses, in order; between two of them the movement starts and ends softly."""
PlaceKeys = tuple[tuple[float, Place], ...]


def at(keys: Sequence[tuple[float, State]], time: float) -> State:
    """Return the state at a time; before the first and after the last key nothing moves."""
    if time <= keys[0][0]:
        return keys[0][1]
    for (begin, before), (end, after) in zip(keys, keys[1:], strict=False):
        if time < end:
            share = (time - begin) / (end - begin)
            return before.mixed(after, share * share * (3 - 2 * share))
    return keys[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person of the scene."""

    name: str
    seed: int
    group: AgeGroup = AgeGroup.ADULT
    path: PoseKeys
    turn: float = 0.0
    """Degrees clockwise by which the whole person lies on its side."""
    lively: float = 1.0
    """How much the person sways and blinks by itself; 0 for none."""
    speech: float = 0.0
    """How far the mouth opens in speaking, which goes on all the time; 0 for silence."""


class Cover(StrEnum):
    """What can move before a face."""

    HAND = "hand"
    CLOTH = "cloth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occluder:
    """Something that moves in front of everybody."""

    kind: Cover
    path: PlaceKeys
    seed: int = 0


class Surroundings(StrEnum):
    """What is behind the people."""

    ROOM = "room"
    BED = "bed"
    """Seen from above."""
    GARDEN = "garden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What one camera sees without a cut."""

    begins: float = 0.0
    surroundings: Surroundings = Surroundings.ROOM
    subjects: tuple[Subject, ...] = ()
    """The farthest first."""
    occluders: tuple[Occluder, ...] = ()
    seed: int = 0
    """Of the surroundings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How a scene is written down."""

    quarter_turns: int = 0
    """Clockwise, from the stored picture to what is shown."""
    depth: int = 8
    """Bits of a sample: 8 or 10."""
    channels: int = 0
    """Of the sound: none, one or two."""


TICKS: Final = Fraction(1, 90000)
"""The unit of all timestamps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A clip with known truth."""

    width: int = 480
    height: int = 270
    """As shown."""
    shots: tuple[Shot, ...]
    """Each lasts until the next one begins."""
    timestamps: tuple[int, ...]
    """When each frame is shown, in `TICKS`."""
    encoding: Encoding = Encoding()

    def shot_at(self, time: float) -> Shot:
        """Return what the camera sees at a time."""
        return [shot for shot in self.shots if shot.begins <= time + 1e-9][-1]


def steady(seconds: float, rate: int = 25) -> tuple[int, ...]:
    """Return timestamps of a constant frame rate."""
    step = round(1 / (rate * TICKS))
    return tuple(index * step for index in range(round(seconds * rate)))
