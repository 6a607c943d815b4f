"""Feature tables without a video: what was found, for those who measure faces."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from swaddle import bootstrap
from swaddle.certification.columns import FEATURES, ORIGINAL_LANDMARKS
from swaddle.certification.features import NEEDED, about, feature_rows, original_rows
from swaddle.certification.naming import Naming
from swaddle.certification.ports import FeatureColumn
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import StorageFailed
from swaddle.kernel.life import TaskKey, Video
from swaddle.kernel.plan import read_plan
from swaddle.kernel.ports import Columns
from swaddle.kernel.video import layout_from_json

from . import delivery
from .runs import Run

WHERE: Final = ("time_s", "track", "head")
"""Columns of TRACKS that say where somebody is: `appearances` measures nothing."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """Where and when a subject is seen: whom a plan's name means."""

    subject: str
    first_s: float
    last_s: float
    head: tuple[int, int, int, int]
    """x0, y0, x1, y1 of the head when it is first seen, in pixels of the upright picture."""


def appearances(run: Run, video: Video) -> list[Appearance]:
    """Return every subject of a video, by name."""
    naming = _naming(run, video)
    found: dict[str, Appearance] = {}
    for table in _tables(run, video, WHERE):
        seen = zip(*(table[name].tolist() for name in WHERE), strict=True)
        for time, track, head in seen:
            name = naming.of_track.get(track)
            if name is not None:
                x0, y0, x1, y1 = map(round, head)
                known = found.setdefault(name, Appearance(name, time, time, (x0, y0, x1, y1)))
                found[name] = replace(known, last_s=time)
    return sorted(found.values(), key=lambda one: one.subject)


def write_features(run: Run, video: Video, output: Path) -> None:
    """Write the table that may be shared: `certification.columns.FEATURES`."""
    naming = _naming(run, video)
    rows = (feature_rows(table, None, naming) for table in _tables(run, video))
    _write(run, video, output, FEATURES, rows, private=False)


def write_original_landmarks(run: Run, video: Video, output: Path) -> None:
    """Write the private table, readable for its owner alone: `ORIGINAL_LANDMARKS`."""
    naming = _naming(run, video)
    rows = (original_rows(table, naming) for table in _tables(run, video))
    _write(run, video, output, ORIGINAL_LANDMARKS, rows, private=True)


def _write(
    run: Run,
    video: Video,
    output: Path,
    columns: Sequence[FeatureColumn],
    batches: Iterable[Columns],
    *,
    private: bool,
) -> None:
    layout = layout_from_json(_content(run, video.layout))
    mode = delivery.OWNER_READS if private else delivery.ANYBODY_READS
    told = about(layout, run.video_id, version("swaddle"), private=private)
    with delivery.placing(output, mode) as sink:
        bootstrap.feature_writer().write(sink, columns, batches, told)


def _tables(run: Run, video: Video, columns: Sequence[str] = NEEDED) -> Iterator[Columns]:
    tables = bootstrap.work_tables(run.settings)
    for segment in video.segments:
        yield tables.read(video.outcomes[TaskKey("link", 0, segment.index)], columns)


def _naming(run: Run, video: Video) -> Naming:
    return Naming(read_plan(_content(run, video.linked_plan)))


def _content(run: Run, blob: Blob | None) -> bytes:
    if blob is None:
        raise StorageFailed("The run ended before everybody in the video was known.")
    with bootstrap.blob_store(run.settings).open(blob.key) as stream:
        return stream.read()
