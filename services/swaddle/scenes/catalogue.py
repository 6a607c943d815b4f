"""Scenes with a name: what trackers and gates find hard, and the demonstration."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from swaddle.kernel.faces import AgeGroup

from .scene import Actor, HeadKey, Occluder, OccluderKey, Scene, Shot

ADULT_CLOTHES: Final = (120, 82, 60)
INFANT_CLOTHES: Final = (190, 170, 110)

ROOM_LIGHT: Final = 0.6
"""Contrast of adults' faces in a room, of what the textures have, which were learned from portraits:
about that of the head-pose clip. The young have little as it is: so lit, what is left of an infant's
fine detail looked like the original's to the gate, which covered 91 of 150 frames with one key."""


def _adult(
    name: str, seed: int, *keys: HeadKey, contrast: float = 1.0, fringe: float = 0.0
) -> Actor:
    return Actor(
        name=name,
        seed=bytes([seed]) * 32,
        group=AgeGroup.ADULT,
        keys=keys,
        contrast=contrast,
        fringe=fringe,
    )


def _infant(name: str, seed: int, *keys: HeadKey, lying: float = 0.0) -> Actor:
    return Actor(
        name=name,
        seed=bytes([seed]) * 32,
        group=AgeGroup.INFANT,
        keys=keys,
        hair=None,
        skin=(140, 170, 222),
        clothes=INFANT_CLOTHES,
        lying=lying,
    )


def _key(time: float, x: float, y: float = 0.45, **rest: float) -> HeadKey:
    return HeadKey(time=time, x=x, y=y, **{"size": 0.5, **rest})


def _still(name: str, seed: int, x: float, **rest: float) -> Actor:
    """Return somebody who sways a little: nobody stands like a picture."""
    return _adult(
        name,
        seed,
        _key(0, x, yaw=-8, **rest),
        _key(0.7, x + 0.01, yaw=6, blink=0, **rest),
        _key(0.8, x + 0.01, yaw=8, blink=1, **rest),
        _key(0.9, x + 0.01, yaw=8, blink=0, **rest),
        _key(2, x, yaw=-4, mouth=0.4, **rest),
    )


TWO_CROSSING: Final = Scene(
    name="two-crossing",
    shots=(
        Shot(
            seconds=2.4,
            actors=(
                _adult(
                    "behind", 11, _key(0, 0.22, 0.42, size=0.36), _key(2.4, 0.8, 0.42, size=0.36)
                ),
                _adult("before", 2, _key(0, 0.8, yaw=-15), _key(2.4, 0.2, yaw=-15)),
            ),
        ),
    ),
)

HAND_PASSING: Final = Scene(
    name="hand-passing",
    shots=(
        Shot(
            seconds=2,
            actors=(_still("one", 5, 0.5),),
            occluders=(
                Occluder(
                    keys=(
                        OccluderKey(time=0.5, x=-0.2, y=0.8, size=0.35, roll=30),
                        OccluderKey(time=1.0, x=0.5, y=0.5, size=0.35, roll=10),
                        OccluderKey(time=1.5, x=1.2, y=0.8, size=0.35, roll=-20),
                    )
                ),
            ),
        ),
    ),
)

HARD_CUT: Final = Scene(
    name="hard-cut",
    shots=(
        Shot(seconds=1, actors=(_still("first", 2, 0.35),)),
        Shot(seconds=1, actors=(_still("second", 9, 0.6),), room=1),
    ),
)

TURNED_AWAY: Final = Scene(
    name="turned-away",
    shots=(
        Shot(
            seconds=3,
            actors=(
                _adult(
                    "one",
                    2,
                    _key(0, 0.5),
                    _key(0.5, 0.5),
                    _key(1.3, 0.5, yaw=180),
                    _key(1.7, 0.5, yaw=180),
                    _key(2.5, 0.5, yaw=360),
                    _key(3, 0.5, yaw=360),
                ),
            ),
        ),
    ),
)

COMING_BACK: Final = Scene(
    name="coming-back",
    shots=(
        Shot(
            seconds=3,
            actors=(
                _adult(
                    "one",
                    2,
                    _key(0, 0.5),
                    _key(0.5, 0.6),
                    _key(1.2, 1.4, yaw=20),
                    _key(1.8, 1.4, yaw=-20),
                    _key(2.5, 0.55),
                    _key(3, 0.5),
                ),
            ),
        ),
    ),
)

LYING: Final = Scene(
    name="lying",
    shots=(
        Shot(
            seconds=2,
            actors=(
                _infant(
                    "infant",
                    1,
                    _key(0, 0.4, 0.5, size=0.6, roll=-90, yaw=-10),
                    _key(1, 0.42, 0.5, size=0.6, roll=-80, yaw=15, mouth=0.5),
                    _key(2, 0.4, 0.5, size=0.6, roll=-95, yaw=-5),
                    lying=-90,
                ),
            ),
            room=2,
        ),
    ),
)

UNEVEN: Final = Scene(
    name="uneven",
    shots=(Shot(seconds=2, actors=(_still("one", 2, 0.5),)),),
    rate=Fraction(60),
    gaps=(2, 3, 1, 4),
)

FRINGE: Final = Scene(
    name="fringe",
    shots=(
        Shot(
            seconds=2,
            actors=(
                replace(_still("dark", 5, 0.3), fringe=0.75),
                replace(_still("grey", 9, 0.7), fringe=0.5, hair=(150, 152, 155)),
            ),
        ),
    ),
)

DARK_GLASSES: Final = Scene(
    name="dark-glasses",
    shots=(
        Shot(
            seconds=2,
            actors=(
                replace(_still("dark", 5, 0.3, size=0.5), glasses=0.2),
                _still("none", 9, 0.7, size=0.5),
            ),
        ),
    ),
)

DEMONSTRATION: Final = Scene(
    name="demonstration",
    shots=(
        Shot(
            seconds=6,
            actors=(
                _adult(
                    "adult",
                    2,
                    _key(0, 0.27, yaw=-5, size=0.46),
                    _key(1.2, 0.29, yaw=25, size=0.46, mouth=0.6),
                    _key(1.5, 0.29, yaw=28, size=0.46, mouth=0.1),
                    _key(1.8, 0.3, yaw=28, size=0.46, mouth=0.7),
                    _key(3, 0.28, yaw=10, size=0.46, blink=0),
                    _key(3.1, 0.28, yaw=8, size=0.46, blink=1),
                    _key(3.2, 0.28, yaw=8, size=0.46, blink=0),
                    _key(4.5, 0.26, yaw=-20, size=0.46, mouth=0.5),
                    _key(6, 0.27, yaw=-5, size=0.46),
                    contrast=ROOM_LIGHT,
                    fringe=0.45,
                ),
                _infant(
                    "infant",
                    1,
                    _key(0, 0.72, 0.56, size=0.44, roll=8, yaw=-10),
                    _key(1.5, 0.73, 0.54, size=0.44, roll=-6, yaw=-25, mouth=0.5),
                    _key(3, 0.7, 0.56, size=0.44, roll=10, yaw=5),
                    _key(4.5, 0.72, 0.55, size=0.44, roll=0, yaw=15, mouth=0.7),
                    _key(6, 0.72, 0.56, size=0.44, roll=8, yaw=-10),
                ),
            ),
            occluders=(
                Occluder(
                    skin=(138, 168, 220),
                    keys=(
                        OccluderKey(time=2.4, x=1.15, y=1.1, size=0.3, roll=-30),
                        OccluderKey(time=3.2, x=0.75, y=0.72, size=0.3, roll=-20),
                        OccluderKey(time=4.0, x=1.15, y=1.1, size=0.3, roll=-30),
                    ),
                ),
            ),
        ),
    ),
    width=640,
    height=360,
)

SCENES: Final[Mapping[str, Scene]] = {
    scene.name: scene
    for scene in (
        *(TWO_CROSSING, HAND_PASSING, HARD_CUT, TURNED_AWAY),
        *(COMING_BACK, LYING, UNEVEN, FRINGE, DARK_GLASSES, DEMONSTRATION),
    )
}
"""By their names."""
