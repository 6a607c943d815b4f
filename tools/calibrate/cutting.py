"""Where a scene ends."""

from collections.abc import Iterator
from itertools import combinations, pairwise, product
from typing import Final

import numpy as np

from swaddle.detection.following import CUT_CORRELATION, CUT_DIFFERENCE, compared, thumbnail
from swaddle.kernel.frames import Image, still

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts

ACROSS: Final = 60
"""Frames of a video of which one is cut against one of every other video."""

ROOMS: Final = ("hand-passing one", "hard-cut second", "lying infant")
"""Shots in the three rooms of the scenes: of two shots in one room, a background does not tell."""

BLOCK: Final = 25
LIGHTS: Final = (0.6, 1.5)
"""Factors by which the light of a picture changes from one frame to the next: no cut."""


def measure(bench: Bench) -> Iterator[Measurement]:
    """Compare frames across known cuts with frames of one shot."""
    plain = material.Counted("named scenes (services/swaddle/scenes)", "frames")
    by_shot = _scenes(plain)
    clips = {
        path.stem: [thumbnail(frame) for frame in material.frames(bench.settings, path)]
        for path in material.clips(bench)
    }
    by_shot |= clips
    places = clips | {name: by_shot[name] for name in ROOMS}
    larger = Sides(
        "detection.following.CUT_DIFFERENCE",
        Acts.FROM,
        "mean difference of two frames, grey levels",
        "frames of different places",
        "frames of one shot, also when the light changes, whose correlation is that of a cut",
    )
    other = Sides(
        "detection.following.CUT_CORRELATION",
        Acts.BELOW,
        "correlation of two frames",
        "frames of different places",
        "frames of one shot, also when the light changes, whose difference is that of a cut",
    )
    for one, next_one in combinations(sorted(places), 2):
        for before, after in product(places[one][::ACROSS], places[next_one][::ACROSS]):
            apart, alike = compared(before, after)
            larger.guard(apart, f"{one} {next_one}")
            other.guard(alike, f"{one} {next_one}")
    for name, before, after in _within(by_shot):
        apart, alike = compared(before, after)
        # Both have to speak for a cut.
        larger.spare(apart if alike < CUT_CORRELATION else 0.0, name)
        other.spare(alike if apart >= CUT_DIFFERENCE else 1.0, name)
    data = [plain.data, *(material.file_data(p, "all frames") for p in material.clips(bench))]
    yield larger.done(*data)
    yield other.done(*data)


def _scenes(counted: material.Counted) -> dict[str, list[Image]]:
    found: dict[str, list[Image]] = {}
    for name, moment in material.scenes(counted):
        # The one scene with two shots says by its people which one it is.
        shot = f"{name} {'-'.join(face.name for face in moment.faces)}"
        found.setdefault(shot, []).append(thumbnail(still(moment.picture)))
    return found


def _within(by_shot: dict[str, list[Image]]) -> Iterator[tuple[str, Image, Image]]:
    for name, thumbs in by_shot.items():
        for number, (before, after) in enumerate(pairwise(thumbs)):
            yield f"{name} {number // BLOCK}", before, after
        for number, thumb in enumerate(thumbs[::BLOCK]):
            for light in LIGHTS:
                changed = np.clip(thumb.astype(np.float64) * light, 0, 255)
                yield f"{name} light {number}", thumb, changed.astype(thumb.dtype)
