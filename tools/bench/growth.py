"""
How the cost grows: with faces, and with the size of the picture.

Rendered scenes, so that nothing but what is varied differs; on each one a plain transcode as well,
beside which the cost is told.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from swaddle.entrypoints.cli.demonstrating import write_scene
from swaddle.kernel.faces import AgeGroup
from swaddle.scenes.scene import Actor, HeadKey, Scene, Shot

from .commands import FINISHED, anonymize, transcode
from .measure import cost

FACES: Final = (1, 2, 4, 8)
HEIGHTS: Final = (360, 720, 1080, 2160)

SECONDS: Final = 5
RATE: Final = Fraction(30)


def growth(room: Path) -> Iterator[str]:
    """Yield a line for each run."""
    for faces in FACES:
        clip = rendered(room, faces, 720)
        yield _line(f"{faces} faces, 1280 x 720", clip, room)
    for height in HEIGHTS:
        clip = rendered(room, 1, height)
        yield _line(f"1 face, {height * 16 // 9} x {height}", clip, room)


def _line(name: str, clip: Path, room: Path) -> str:
    plain = cost(transcode(clip, room))
    ours = cost(anonymize(clip, room), FINISHED)
    return (
        f"  {name:<22} {ours.seconds:6.1f} s, {ours.seconds / SECONDS:5.1f} of the video's time, "
        f"{ours.seconds / plain.seconds:5.2f} of the transcode, {ours.peak_mb:5.0f} MB"
    )


def rendered(room: Path, faces: int, height: int, seconds: float = SECONDS) -> Path:
    """Write a scene of people who sway; return the file."""
    target = room / f"{faces}-{height}-{seconds}.mp4"
    scene = Scene(
        name=target.stem,
        shots=(Shot(seconds=seconds, actors=tuple(_actors(faces, seconds))),),
        width=height * 16 // 9,
        height=height,
        rate=RATE,
    )
    write_scene(scene, target)
    return target


def _actors(faces: int, seconds: float) -> Iterator[Actor]:
    """Yield people in two rows of four at most, of one size, who sway."""
    columns = min(faces, 4)
    for number in range(faces):
        row, column = divmod(number, columns)
        x, y = (column + 0.5) / columns, 0.35 + 0.4 * row if faces > columns else 0.45
        yield Actor(
            name=f"person-{number}",
            seed=bytes([number + 1]) * 32,
            group=AgeGroup.ADULT,
            keys=tuple(_sway(x, y, seconds)),
        )


def _sway(x: float, y: float, seconds: float) -> Sequence[HeadKey]:
    moments = [second / 2 for second in range(int(2 * seconds) + 1)]
    return [
        HeadKey(
            time=moment,
            x=x + 0.01 * (number % 2),
            y=y,
            size=0.28,
            yaw=12.0 * (number % 3 - 1),
            mouth=0.3 * (number % 2),
        )
        for number, moment in enumerate(moments)
    ]
