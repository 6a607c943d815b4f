"""Measures an anonymized video against its original, whoever made it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from swaddle import bootstrap
from swaddle.evaluation.assessing import Figures, Material, Version, assess
from swaddle.evaluation.figures import Estimate
from swaddle.evaluation.page.writing import curves, page
from swaddle.evaluation.pairing import PairWatch
from swaddle.evaluation.reference import NEEDED, Expected, Who, expected
from swaddle.evaluation.result import Evaluation, exposures_of, figures_of, table_of
from swaddle.evaluation.watching import Watch
from swaddle.kernel.errors import Misused, NotFound, Rejected, StorageFailed
from swaddle.kernel.facts import StreamKind
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats
from swaddle.kernel.life import TaskKey, Video
from swaddle.kernel.messages import Goal
from swaddle.kernel.plan import read_plan
from swaddle.kernel.ports import Columns, VideoReader
from swaddle.kernel.tables import TRACKS, concatenate
from swaddle.kernel.video import Layout, layout_from_json
from swaddle.settings import Settings

from . import api, delivery, runs
from .crew import Listener
from .runs import Run

ENDINGS: Final = {
    "json": ".evaluation.json",
    "table": ".evaluation.parquet",
    "page": ".evaluation.html",
}

VIDEOS: Final = frozenset({".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".gif"})


@dataclass(frozen=True, slots=True)
class Judged:
    """An evaluation, and everything that it was made from."""

    evaluation: Evaluation
    material: Material
    version: Version


def evaluate(
    original: Path,
    anonymized: Path,
    *,
    settings: Settings | None = None,
    jobs: int | None = None,
    listener: Listener | None = None,
) -> Judged:
    """
    Measure one pair of videos; raises Misused where they do not have the same size.

    The faces of the original are found first, by detection and linking as in every run. Then the
    original, the anonymized video and a copy of the original that was only encoded again are
    looked at side by side.
    """
    settings = settings or Settings()
    heard = listener or api.Silence()
    _check_sizes(original, anonymized, settings)
    run, video = api.inspect(
        original, goal=Goal.FEATURES, settings=settings, jobs=jobs, listener=heard
    )
    try:
        return _Evaluating(run, video, anonymized, heard).judge()
    finally:
        runs.wipe(run.folder)


def write(judged: Judged, folder: Path) -> Mapping[str, Path]:
    """Write evaluation, table and page into a folder; return where they are."""
    name = judged.evaluation.name
    placed = {kind: folder / f"{name}{ending}" for kind, ending in ENDINGS.items()}
    delivery.write(placed["json"], judged.evaluation.to_json())
    with delivery.placing(placed["table"]) as sink:
        about = {"swaddle.schema": "swaddle.evaluation-table/1"}
        bootstrap.table_writer().write(sink, table_of(judged.material, judged.version), about)
    drawn = curves(judged.material, judged.version)
    delivery.write(placed["page"], page(judged.evaluation, drawn, bootstrap.plotter()))
    return placed


def pairs(original: Path, anonymized: Path) -> Sequence[tuple[Path, Path]]:
    """
    Return which videos belong together: two files, or all files of two folders by their names.

    An anonymized video is called as its original, or begins with its name (without the ending).
    Raises Misused where one has no partner, and where there is none.
    """
    if original.is_file() and anonymized.is_file():
        return [(original, anonymized)]
    if not (original.is_dir() and anonymized.is_dir()):
        raise Misused("Give two videos, or two folders of videos.")
    outputs = sorted(p for p in anonymized.iterdir() if p.suffix.lower() in VIDEOS)
    if not outputs:
        raise Misused(f"There is no video in {anonymized}.")
    sources = sorted(p for p in original.iterdir() if p.suffix.lower() in VIDEOS)
    return [(_source_of(output, sources), output) for output in outputs]


def _source_of(output: Path, sources: Sequence[Path]) -> Path:
    same = [s for s in sources if output.stem == s.stem] or [
        s for s in sources if output.stem.startswith(s.stem)
    ]
    if not same:
        raise Misused(f"There is no original whose name {output.name} begins with.")
    return max(same, key=lambda source: len(source.stem))


@dataclass(frozen=True, slots=True)
class _Evaluating:
    run: Run
    video: Video
    anonymized: Path
    listener: Listener

    def judge(self) -> Judged:
        faces, who, layout = self._known()
        models = bootstrap.evaluation_models(self.run.settings)
        original, copy, other = Watch(models), Watch(models), Watch(models)
        copied, changed = PairWatch(), PairWatch()
        reader = bootstrap.video_reader(self.run.settings)
        with ExitStack() as stack:
            after = stack.enter_context(self.anonymized.open("rb"))
            before = stack.enter_context(self.run.record.source.open("rb"))
            encoded = stack.enter_context(self._encoded_again(before, layout))
            found = reader.probe(after)
            source = stack.enter_context(self.run.record.source.open("rb"))
            last = layout.profile.frames - 1
            for frame, plain, shown in zip(
                reader.frames(source, layout, 0, last),
                reader.frames(encoded, reader.probe(encoded), 0, last),
                _in_step(reader, after, found, seconds(layout)),
                strict=True,
            ):
                here = faces.get(frame.number, ())
                for watch, picture in ((original, frame), (copy, plain), (other, shown)):
                    watch.look(frame.number, picture, here)
                copied.look(frame.number, (frame, plain), here)
                changed.look(frame.number, (frame, shown), here)
                self.listener.advance("evaluate", 1)
            figures = self._file_figures(layout, found, before, after)
        material = Material(
            original=original.seen(),
            copy=copy.seen(),
            who=who,
            scale=bootstrap.recognition_scale(self.run.settings),
            gallery=bootstrap.gallery(self.run.settings),
            times=seconds(layout),
        )
        plainly = assess(material, Version(material.copy, copied.paired()))
        made = Version(other.seen(), changed.paired())
        measured = {**assess(material, made), **figures}
        return Judged(self._told(material, made, measured, plainly), material, made)

    def _known(self) -> tuple[Mapping[int, Sequence[Expected]], Who, Layout]:
        """Return the faces of the original by frame, who they are, and the video's layout."""
        if self.video.layout is None or self.video.linked_plan is None:
            raise Rejected("The faces of the original could not be followed.")
        tables = bootstrap.work_tables(self.run.settings)
        found: list[Columns] = [
            tables.read(self.video.outcomes[TaskKey("link", 0, segment.index)], NEEDED)
            for segment in self.video.segments
        ]
        schema = {name: TRACKS[name] for name in NEEDED}
        faces = expected(concatenate(found, schema))
        plan = read_plan(self._content("linked_plan"))
        return faces, Who.of(plan), layout_from_json(self._content("layout"))

    def _content(self, name: str) -> bytes:
        blob = getattr(self.video, name)
        if blob is None:
            raise NotFound(f"The run has no {name}.")
        with bootstrap.blob_store(self.run.settings).open(blob.key) as stream:
            return stream.read()

    @contextmanager
    def _encoded_again(self, source: BinaryIO, layout: Layout) -> Iterator[BinaryIO]:
        """Yield the original after the encoder that anonymized videos go through, as a file."""
        reader = bootstrap.video_reader(self.run.settings)
        writer = bootstrap.video_writer(self.run.settings)
        scratch = bootstrap.scratch(self.run.settings)
        last = layout.profile.frames - 1
        with scratch.file() as part, scratch.file() as whole:
            writer.encode(reader.frames(source, layout, 0, last), layout, part)
            part.seek(0)
            writer.join([part], None, layout, "mp4", whole)
            whole.seek(0)
            yield whole

    def _file_figures(
        self, layout: Layout, found: Layout, before: BinaryIO, after: BinaryIO
    ) -> Figures:
        """Return what the files say without their pictures."""
        writer = bootstrap.video_writer(self.run.settings)
        real, made = seconds(layout), seconds(found)
        shared = min(len(real), len(made))
        streams = [writer.facts(file).of_kind(StreamKind.AUDIO) for file in (before, after)]
        kept = {stream.digest for stream in streams[1]}
        changed = sum(stream.digest not in kept for stream in streams[0])
        return {
            "frames_missing": Estimate(value=abs(len(real) - len(made)), rows=len(real)),
            "timestamp_difference": Estimate(
                value=float(np.abs(real[:shared] - made[:shared]).max()), rows=shared
            ),
            "audio_streams_changed": Estimate(value=changed, rows=len(streams[0])),
        }

    def _told(
        self, material: Material, made: Version, measured: Figures, plainly: Figures
    ) -> Evaluation:
        who = material.who
        return Evaluation(
            software=version("swaddle"),
            name=self.anonymized.name,
            frames=len(material.times),
            duration_s=float(material.times[-1]),
            faces=len(material.original.track),
            tracks=len(np.unique(material.original.track)),
            subjects=len(who.groups),
            detector=bootstrap.face_detector(self.run.settings).name,
            recogniser=self.run.settings.embedder_url,
            gallery=None if material.gallery is None else len(material.gallery),
            figures=figures_of(measured, plainly),
            exposures=exposures_of(material, made),
        )


def seconds(layout: Layout) -> Floats:
    """Return when each frame is shown, in seconds from the first."""
    ticks = np.array(layout.timestamps, np.float64)
    return (ticks - ticks[0]) * float(layout.profile.time_base)


def _check_sizes(original: Path, anonymized: Path, settings: Settings) -> None:
    """Raise Misused before any work where two videos cannot be compared."""
    reader = bootstrap.video_reader(settings)
    sizes = []
    for path in (original, anonymized):
        with _opened(path) as stream:
            profile = reader.probe(stream).profile
        sizes.append((profile.width, profile.height))
    if sizes[0] != sizes[1]:
        (width, height), (other_width, other_height) = sizes
        raise Misused(
            f"The original has {width} x {height} pixels, the other video {other_width} x "
            f"{other_height}: only videos of one size can be compared."
        )


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise StorageFailed(f"{path} cannot be read: {error.strerror}.") from error


def _in_step(
    reader: VideoReader, stream: BinaryIO, layout: Layout, times: Floats
) -> Iterator[Frame]:
    """Yield for each time of the original the frame that is shown nearest to it."""
    own = seconds(layout)
    wanted = nearest(own, times)
    frames = reader.frames(stream, layout, 0, len(own) - 1)
    number, frame = 0, next(frames)
    for target in wanted.tolist():
        while number < target:
            number, frame = number + 1, next(frames)
        yield frame


def nearest(own: Floats, times: Floats) -> NDArray[np.int_]:
    """Return for each time the index of the nearest of `own`; both ascend."""
    middles = (own[1:] + own[:-1]) / 2
    return np.searchsorted(middles, times)
