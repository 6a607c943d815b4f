"""When a picture moves, stands still or is black."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.frames import Frame, still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.motion import STANDS, cells, difference
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.painting import developed
from swaddle.settings import Settings
from tools.recall.conditions import at_night

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts

Cells = Sequence[Floats]

LEAST: Final = 0.3
"""Grey levels: what moves less is noise, of which no share can be taken."""

SHIFT: Final = 1.0
"""Pixels by which the landmarks of somebody move on average between two frames of a scene."""

BLOCK: Final = 25
"""Frames that count once."""

STILLS: Final = 40

NOISE: Final = (2.0, 7.0)
"""Grey levels: of a cheap camera, and of one at night (tools/recall)."""

LONG: Final = "intel_one-by-one"
"""Begin of the clip that is longer than all others together."""


def measure(bench: Bench) -> Iterator[Measurement]:
    """Compare neighbouring frames of scenes and clips, of their copies, and of frozen and black ones."""
    plain = material.Counted("named scenes (services/swaddle/scenes)", "frames")
    moves = _moves(plain)
    paths = [path for path in material.clips(bench) if not path.name.startswith(LONG)]
    stands = Sides(
        "kernel.motion.STANDS",
        Acts.BELOW,
        "share of the original's movement, where that moves",
        "frames of a copy that repeats the frame before, encoded",
        "frames of a plain copy, encoded; also of a standing picture in the noise of a camera at night",
    )
    black = Sides(
        "kernel.motion.BLACK",
        Acts.BELOW,
        "mean brightness, grey levels",
        "black frames, encoded",
        "frames of the clips, as they are and as an infrared camera sees them",
    )
    for path in paths:
        _copies(bench.settings, path, moves, stands, black)
    data = [material.file_data(path, "all frames") for path in paths]
    _noisy(bench.settings, paths[-1], stands)
    yield moves.done(plain.data, *data)
    yield stands.done(*data)
    yield black.done(*data)


def _moves(counted: material.Counted) -> Sides:
    sides = Sides(
        "kernel.motion.MOVES",
        Acts.FROM,
        "mean difference of neighbouring frames, grey levels",
        f"frames of scenes in which a face moves by {SHIFT:g} pixel or more",
        "frames of a standing picture with a camera's grain; of clips, those whose copy stands still",
    )
    for scene in sorted(SCENES):
        for before, after in pairwise(material.moments(scene)):
            counted.take(after.picture)
            shifts = [
                float(np.linalg.norm(now.landmarks - then.landmarks, axis=1).mean())
                for now, then in zip(after.faces, before.faces, strict=False)
                if now.name == then.name and now.faces_camera and now.inside > material.INSIDE
            ]
            if shifts and max(shifts) >= SHIFT:
                value = difference(*(cells(still(m.picture)) for m in (after, before)))
                sides.guard(value, f"{scene} {after.number // BLOCK}")
        first = material.moments(scene)[0].picture.astype(np.float32)
        grained = [cells(still(developed(first, n))) for n in range(STILLS)]
        for number, (one, other) in enumerate(pairwise(grained)):
            sides.spare(difference(one, other), f"{scene} {number}")
    return sides


def _copies(settings: Settings, path: Path, *sides: Sides) -> None:
    *_, black = sides
    known = [cells(frame) for frame in material.frames(settings, path)]
    for number, here in enumerate(known):
        black.spare(float(here.mean()), f"{path.stem} {number // BLOCK}")
    for frame in material.frames(settings, path, every=BLOCK):
        night = cells(still(at_night(frame.bgr())))
        black.spare(float(night.mean()), f"{path.stem} night {frame.number}")

    def changed(kind: str) -> Iterator[Frame]:
        kept: Frame | None = None
        for frame in material.frames(settings, path):
            # Every other frame is the one before again, or black: what a fault would leave.
            odd = frame.number % 2 == 1
            if odd and kind == "frozen" and kept is not None:
                yield replace(kept, number=frame.number, pts=frame.pts)
            elif odd and kind == "black":
                yield frame.black()
            else:
                yield frame
            kept = frame

    for kind in ("plain", "frozen", "black"):
        with encoded(settings, path, changed(kind)) as shown:
            _compare(kind, path.stem, (known, list(shown)), *sides)


def _noisy(settings: Settings, path: Path, stands: Sides) -> None:
    """Take copies of a standing picture in which only noise moves, in the layout of a clip."""
    frames = list(material.frames(settings, path))
    still_luma, *chroma = frames[0].planes
    random = np.random.default_rng(0)
    for deviation in NOISE:
        noise = random.normal(scale=deviation, size=(STILLS, *still_luma.shape))
        lumas = np.clip(np.rint(still_luma + noise), 0, 255).astype(still_luma.dtype)
        shown = [
            replace(frame, planes=(luma, *chroma))
            for frame, luma in zip(frames, lumas, strict=False)
        ]
        rest = [replace(frame, planes=shown[-1].planes) for frame in frames[len(shown) :]]
        known = [cells(frame) for frame in shown]
        with encoded(settings, path, [*shown, *rest]) as copies:
            made = list(copies)
        for number in range(1, len(known)):
            share = difference(made[number], made[number - 1]) / difference(
                known[number], known[number - 1]
            )
            stands.spare(share, f"noise {deviation} {number // BLOCK}")


def _compare(
    kind: str, name: str, videos: tuple[Cells, Cells], moves: Sides, stands: Sides, black: Sides
) -> None:
    known, shown = videos
    for number in range(1, len(known)):
        unit = f"{name} {number // BLOCK}"
        moved = difference(known[number], known[number - 1])
        if kind == "black" and number % 2 == 1:
            black.guard(float(shown[number].mean()), unit)
        shift = difference(shown[number], shown[number - 1])
        if kind == "plain":
            # A copy stands still nowhere: what it says of noise would be an alarm.
            moves.spare(moved if shift <= STANDS * moved else 0.0, unit)
        if moved >= LEAST and (kind == "plain" or (kind == "frozen" and number % 2 == 1)):
            (stands.spare if kind == "plain" else stands.guard)(shift / moved, unit)


@contextmanager
def encoded(settings: Settings, path: Path, frames: Iterable[Frame]) -> Iterator[Iterator[Floats]]:
    """Yield the cells of some frames after the encoder that anonymized videos go through."""
    with material.copy(settings, path, frames) as found:
        yield (cells(frame) for frame in found)
