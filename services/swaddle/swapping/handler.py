"""Answers SwapSegment with SegmentSwapped."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Final

from swaddle.kernel.frames import Frame
from swaddle.kernel.messages import Message, SegmentSwapped, SwapSegment
from swaddle.kernel.plan import Plan, read_plan
from swaddle.kernel.ports import (
    BlobStore,
    IdSource,
    Kinds,
    Progress,
    Scratch,
    VideoReader,
    VideoWriter,
    WorkTables,
)
from swaddle.kernel.results import Result, Task
from swaddle.kernel.tables import REGIONS, TRACKS, assemble, column
from swaddle.kernel.video import layout_from_json

from .engines import Engines
from .rendering import NO_LANDMARKS, Region, Renderer, rows_by_frame

VERSION: Final = "swapping/4"
REPORT_EVERY: Final = 10
"""Frames between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Swapping:
    """Renders the segments of a frozen plan."""

    name: ClassVar[str] = "swapping"
    listens_to: ClassVar[Kinds] = (SwapSegment,)

    blobs: BlobStore
    tables: WorkTables
    scratch: Scratch
    reader: VideoReader
    writer: VideoWriter
    engines: Engines
    ids: IdSource
    progress: Progress
    window: int = 1
    """Frames whose faces are rendered together, and that lie in memory at once."""

    def handle(self, command: SwapSegment) -> Iterable[Message]:
        """Render and encode one segment."""
        part = f"segment-{command.segment.index:05}"
        with self.blobs.open(command.plan.key) as stream:
            plan = read_plan(stream.read())
        fingerprint = f"{VERSION} {self.engines.fingerprint(plan)}"
        task = Task.of(command, self.name, part, fingerprint, self.ids)
        result = task.recall(self.blobs) or self._swap(task, command, plan)
        yield SegmentSwapped(
            **command.about,
            segment=command.segment.index,
            revision=command.revision,
            rendered=result.blobs["rendered"],
            regions=result.blobs["regions"],
        )

    def _swap(self, task: Task, command: SwapSegment, plan: Plan) -> Result:
        with self.blobs.open(command.layout.key) as stream:
            layout = layout_from_json(stream.read())
        stored = self.tables.read(command.table)
        table = {name: column(stored, name, TRACKS) for name in TRACKS}
        regions: list[Region] = []
        with (
            self.blobs.open(command.source.key) as source,
            self.scratch.file() as target,
        ):
            segment = command.segment
            frames = self.reader.frames(source, layout, segment.first_frame, segment.last_frame)
            rendered = self._rendered(frames, Renderer(plan, self.engines), table, regions)
            self.writer.encode(rendered, layout, target)
            target.seek(0)
            blobs = {"rendered": self.blobs.put(task.key("rendered"), target)}
        rows = [_row(region) for region in regions]
        blobs["regions"] = self.tables.write(task.key("regions"), assemble(rows, REGIONS))
        return task.settle(self.blobs, Result(blobs, {}))

    def _rendered(
        self,
        frames: Iterable[Frame],
        renderer: Renderer,
        table: Mapping[str, Any],
        regions: list[Region],
    ) -> Iterator[Frame]:
        rows = rows_by_frame(table)
        waiting, coming = 0, iter(frames)
        while window := [(frame, rows(frame.number)) for frame in islice(coming, self.window)]:
            for shown, done in renderer.render(window):
                regions += done
                yield shown
                waiting += 1
                if waiting == REPORT_EVERY:
                    self.progress.advance("swap", waiting)
                    waiting = 0
        self.progress.advance("swap", waiting)
        for rendered, number in Counter(region.rendered for region in regions).items():
            self.progress.faces(rendered.name.lower(), number)


def _row(region: Region) -> dict[str, Any]:
    return {
        "frame": region.frame,
        "track": region.track,
        "rendered": region.rendered,
        "box": region.box.array(),
        "meshed": region.landmarks is not None,
        "landmarks": NO_LANDMARKS if region.landmarks is None else region.landmarks,
    }
