"""Whether a face is the original's: swapped faces beside plain copies."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from swaddle import bootstrap
from swaddle.entrypoints import api, runs
from swaddle.evaluation.reference import NEEDED, Expected, expected
from swaddle.kernel.detail import (
    EXPOSED_RATIO,
    EXPOSED_SHARE,
    WEAKEST_BACKGROUND,
    DetailSample,
    background_correlation,
    compare_box,
    compare_face,
)
from swaddle.kernel.frames import Frame
from swaddle.kernel.life import TaskKey
from swaddle.kernel.messages import Goal
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import TRACKS, concatenate

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts

KEY: Final = bytes(range(32))
PASSED: Final = ("intel_one-by-one", "intel_classroom")
"""Begins of clips that say nothing here: hardly a face, and faces with too few pixels to compare."""

EVERY: Final = 3
BLOCK: Final = 25
"""Frames of a track that count once."""


def measure(bench: Bench) -> Iterator[Measurement]:
    """Compare the faces of the clips with their swapped and with their copied selves."""
    copied = "faces of plain copies, encoded"
    swapped = "faces of the anonymized clips"
    ratio = Sides(
        "kernel.detail.EXPOSED_RATIO",
        Acts.FROM,
        "median correlation of fine detail, as a share of that of the surroundings",
        copied,
        swapped,
    )
    share = Sides(
        "kernel.detail.EXPOSED_SHARE",
        Acts.FROM,
        "share of the face whose detail follows the original's",
        copied,
        swapped,
    )
    data = []
    for path in material.clips(bench):
        if path.name.startswith(PASSED):
            continue
        for unit, plain, median, part in _samples(bench, path):
            if not plain:
                ratio.spare(median, unit)
                share.spare(part, unit)
                continue
            ratio.guard(median, unit, alone=part <= EXPOSED_SHARE)
            share.guard(part, unit, alone=median <= EXPOSED_RATIO)
        data.append(material.file_data(path, f"every {EVERY}rd frame"))
    for sides in (ratio, share):
        if sides.complete:
            yield sides.done(*data)


def _made(bench: Bench, path: Path, folder: Path) -> Path:
    """Return the anonymized clip, made anew: one that was kept may be an older engine's."""
    key, output = folder / "seed.key", folder / f"{path.stem}.mp4"
    key.write_bytes(KEY)
    api.anonymize(path, output, seed_key=key, settings=bench.settings)
    return output


Row = tuple[str, bool, float, float]


def _samples(bench: Bench, path: Path) -> Iterator[Row]:
    faces = _faces(bench, path)
    frames = material.frames(bench.settings, path)
    with (
        TemporaryDirectory() as folder,
        material.copy(bench.settings, path, material.frames(bench.settings, path)) as copies,
    ):
        shown = material.frames(bench.settings, _made(bench, path, Path(folder)))
        for original, plain, swapped in zip(frames, copies, shown, strict=True):
            if original.number % EVERY:
                continue
            here = faces.get(original.number, ())
            for output, is_plain in ((plain, True), (swapped, False)):
                yield from _frame(path.stem, (original, output), here, is_plain=is_plain)


def _frame(
    name: str, pair: tuple[Frame, Frame], faces: Sequence[Expected], *, is_plain: bool
) -> Iterator[Row]:
    level = background_correlation(*pair, [face.head for face in faces])
    level = max(WEAKEST_BACKGROUND, 1.0 if level is None else level)
    for face in faces:
        sample: DetailSample | None
        if face.landmarks is None:
            sample = compare_box(*pair, face.box, level)
        else:
            sample = compare_face(*pair, face.landmarks, face.occlusion, level)
        if sample is not None:
            unit = f"{name} {face.track} {pair[0].number // BLOCK}"
            yield unit, is_plain, sample.median / level, sample.share


def _faces(bench: Bench, path: Path) -> Mapping[int, Sequence[Expected]]:
    """Return the faces of the original by frame, as an evaluation finds them."""
    run, video = api.inspect(path, goal=Goal.FEATURES, settings=bench.settings)
    try:
        tables = bootstrap.work_tables(run.settings)
        found: list[Columns] = [
            tables.read(video.outcomes[TaskKey("link", 0, segment.index)], NEEDED)
            for segment in video.segments
        ]
        return expected(concatenate(found, {name: TRACKS[name] for name in NEEDED}))
    finally:
        runs.wipe(run.folder)
