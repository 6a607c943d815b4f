"""One anonymized video, with everything that only the run itself knows."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from swaddle import bootstrap
from swaddle.entrypoints import api
from swaddle.entrypoints.runs import Run
from swaddle.gate.similarity import embed_pair, figures
from swaddle.kernel.blobs import Blob
from swaddle.kernel.findings import Findings, SubjectFigures
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Box
from swaddle.kernel.life import Video
from swaddle.kernel.messages import Goal, Order
from swaddle.kernel.plan import Plan, read_plan
from swaddle.kernel.tables import (
    REGIONS,
    SIMILARITIES,
    SYNTHETIC,
    TRACKS,
    Rendered,
    Schema,
    assemble,
    concatenate,
    of_width,
)
from swaddle.kernel.video import Layout, layout_from_json
from swaddle.settings import Settings

LOOKS = 40
"""Frames of a clip that the independent detectors and the recogniser look at."""

KEY = bytes(range(32))
"""Identities are drawn with it, so that a test sees the same people every time."""


@dataclass(frozen=True, eq=False)
class Finished:
    """A run that went through, and was kept."""

    source: Path
    run: Run
    video: Video

    @classmethod
    def of(
        cls, source: Path, work: Path, *, order: Order | None = None, jobs: int = 2
    ) -> "Finished":
        """Anonymize a clip below `work`."""
        key = work / "seed.key"
        key.write_bytes(KEY)
        run, video = api.inspect(
            source,
            goal=Goal.RELEASE,
            order=order or Order(segment_frames=api.SEGMENT_FRAMES),
            seed_key=key,
            jobs=jobs,
            settings=Settings(work_folder=work),
        )
        return cls(source, run, video)

    @cached_property
    def output(self) -> bytes:
        """The finished file."""
        return self._content(self.video.output)

    @cached_property
    def layout(self) -> Layout:
        """What was found in the source."""
        return layout_from_json(self._content(self.video.layout))

    @cached_property
    def plan(self) -> Plan:
        """What was rendered."""
        return read_plan(self._content(self.video.plan))

    @cached_property
    def findings(self) -> Findings:
        """What the gate said."""
        return Findings.model_validate_json(self._content(self.video.findings))

    @cached_property
    def rows(self) -> dict[str, NDArray[Any]]:
        """The faces of the original."""
        return self._table("link", TRACKS)

    @cached_property
    def regions(self) -> dict[str, NDArray[Any]]:
        """What was rendered where."""
        return self._table("regions", REGIONS)

    def rendered(self, number: int) -> list[Box]:
        """Return the boxes in which a frame was painted."""
        return [self.box(index) for index in self.painted(number)]

    def painted(self, number: int) -> list[int]:
        """Return the rows of `regions` that belong to a frame."""
        found: list[int] = np.flatnonzero(self.regions["frame"] == number).tolist()
        return found

    def box(self, index: int) -> Box:
        """Return where a row of `regions` was painted."""
        return Box(*map(float, self.regions["box"][index]))

    def row_of(self, index: int) -> int | None:
        """Return the row of `rows` with the face of a row of `regions`."""
        frame, track = self.regions["frame"][index], self.regions["track"][index]
        found = np.flatnonzero((self.rows["frame"] == frame) & (self.rows["track"] == track))
        return int(found[0]) if len(found) else None

    def covered_share(self) -> float:
        """Return the share of the rendered faces that were covered, or blackened."""
        kinds = self.regions["rendered"]
        return float(np.isin(kinds, [Rendered.COVER, Rendered.BLACK]).mean())

    def pairs(self) -> Iterator[tuple[Frame, Frame]]:
        """Yield each frame before and after."""
        reader = bootstrap.video_reader(self.run.settings)
        last = self.layout.profile.frames - 1
        after = io.BytesIO(self.output)
        found = reader.probe(after)
        with self.source.open("rb") as before:
            yield from zip(
                reader.frames(before, self.layout, 0, last),
                reader.frames(after, found, 0, last),
                strict=True,
            )

    @property
    def step(self) -> int:
        """How many frames lie between two looks."""
        return max(1, self.layout.profile.frames // LOOKS)

    def looks(self) -> Iterator[tuple[Frame, Frame]]:
        """Yield some of the frames, before and after."""
        return (pair for pair in self.pairs() if pair[0].number % self.step == 0)

    @cached_property
    def similarities(self) -> tuple[SubjectFigures, ...]:
        """What the recogniser says of each subject, over all looks."""
        embedder = bootstrap.face_embedder(self.run.settings)
        samples = []
        for before, after in self.looks():
            for track, real, synthetic in self._swapped(before.number):
                vectors = embed_pair(before, after, real, synthetic, embedder)
                samples.append(
                    {
                        "frame": before.number,
                        "track": track,
                        "original": vectors[0],
                        "output": vectors[1],
                        "recogniser": b"",
                    }
                )
        scale = bootstrap.recognition_scale(self.run.settings)
        table = assemble(samples, of_width(SIMILARITIES, scale.width))
        return figures(self.plan, table, scale)

    def _swapped(
        self, number: int
    ) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
        """Yield track, mesh before and mesh after of each face that was swapped in a frame."""
        done = self.regions
        for index in self.painted(number):
            row = self.row_of(index)
            if done["rendered"][index] in SYNTHETIC and row is not None:
                yield (
                    int(done["track"][index]),
                    self.rows["landmarks"][row].astype(np.float64),
                    done["landmarks"][index].astype(np.float64),
                )

    def _table(self, stage: str, schema: Schema) -> dict[str, NDArray[Any]]:
        tables = bootstrap.work_tables(self.run.settings)
        keys = [key for key in self.video.outcomes if key.stage == stage]
        latest = {key.part: self.video.outcomes[key] for key in sorted(keys)}
        return concatenate([tables.read(latest[part]) for part in sorted(latest)], schema)

    def _content(self, blob: Blob | None) -> bytes:
        assert blob is not None
        with bootstrap.blob_store(self.run.settings).open(blob.key) as stream:
            return stream.read()
