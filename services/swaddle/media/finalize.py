"""Answers FinalizeVideo with VideoFinalized."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, Final

from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Rejected
from swaddle.kernel.messages import AudioMode, FinalizeVideo, Message, VideoFinalized
from swaddle.kernel.ports import (
    BlobStore,
    IdSource,
    Kinds,
    Progress,
    Scratch,
    VideoReader,
    VideoWriter,
)
from swaddle.kernel.results import Result, Task
from swaddle.kernel.video import Layout, layout_from_json

from .verification import differences

VERSION: Final = "finalize/2"


@dataclass(frozen=True, slots=True)
class Finalize:
    """
    Makes one file of the segments and the sound, and looks at it before it is stored.

    At what it says of itself and at its packets: the gate decodes every frame of it. After a repair the
    gate looks at the repaired segments alone, so that the whole file is decoded here.
    """

    name: ClassVar[str] = "finalize"
    listens_to: ClassVar[Kinds] = (FinalizeVideo,)

    blobs: BlobStore
    scratch: Scratch
    reader: VideoReader
    writer: VideoWriter
    ids: IdSource
    progress: Progress

    def handle(self, command: FinalizeVideo) -> Iterable[Message]:
        """Join and verify; raises Rejected where the file is not what it must be."""
        task = Task.of(command, self.name, f"revision-{command.revision}", VERSION, self.ids)
        result = task.recall(self.blobs) or self._finalize(task, command)
        yield VideoFinalized(
            **command.about, revision=command.revision, output=result.blobs["output"]
        )

    def _finalize(self, task: Task, command: FinalizeVideo) -> Result:
        with self.blobs.open(command.layout.key) as stream:
            layout = layout_from_json(stream.read())
        with self.blobs.open(command.source.key) as source, self.scratch.file() as target:
            sound = source if command.order.audio is AudioMode.KEEP else None
            segments = self._opened(command.rendered)
            self.writer.join(segments, sound, layout, command.order.container, target)
            repaired = command.revision > 0
            self._verify(layout, sound, target, whole=repaired)
            target.seek(0)
            blob = self.blobs.put(task.key("output"), target)
        self.progress.advance("finalize", layout.profile.frames)
        return task.settle(self.blobs, Result({"output": blob}, {}))

    def _verify(
        self, layout: Layout, sound: BinaryIO | None, target: BinaryIO, *, whole: bool
    ) -> None:
        before = None if sound is None else self.writer.facts(sound)
        finished = self.reader.probe(target) if whole else self.reader.skim(target)
        for difference in differences(layout, before, finished, self.writer.facts(target)):
            raise Rejected(f"The finished file {difference}: it was thrown away.")

    def _opened(self, blobs: Iterable[Blob]) -> Iterator[BinaryIO]:
        """Open one segment at a time: a long video has more of them than a process may open."""
        for blob in blobs:
            with self.blobs.open(blob.key) as stream:
                yield stream
