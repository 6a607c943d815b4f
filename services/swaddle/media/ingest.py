"""Answers IngestVideo with VideoIngested."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import BinaryIO, ClassVar, Final

from swaddle.kernel.blobs import Blob, sha256_of
from swaddle.kernel.errors import Forged
from swaddle.kernel.messages import AudioMode, IngestVideo, Message, VideoIngested
from swaddle.kernel.ports import BlobStore, IdSource, Kinds, Progress, VideoReader, VideoWriter
from swaddle.kernel.results import Result, Task
from swaddle.kernel.video import Layout, lay_out, layout_from_json, layout_to_json

VERSION: Final = "ingest/1"


@dataclass(frozen=True, slots=True)
class Ingest:
    """Decodes a video once, and lays out what the other stages work on."""

    name: ClassVar[str] = "ingest"
    listens_to: ClassVar[Kinds] = (IngestVideo,)

    blobs: BlobStore
    reader: VideoReader
    writer: VideoWriter
    ids: IdSource
    progress: Progress

    def handle(self, command: IngestVideo) -> Iterable[Message]:
        """
        Validate a video and cut it into segments.

        Raises UnreadableVideo, Forged where it is not the video that was submitted, and Misused
        where the output that was ordered cannot hold it: now, rather than after the work is done.
        """
        task = Task.of(command, self.name, "video", VERSION, self.ids)
        result = task.recall(self.blobs) or self._ingest(task, command)
        stored = result.blobs["layout"]
        with self.blobs.open(stored.key) as stream:
            layout = layout_from_json(stream.read())
        yield VideoIngested(**command.about, layout=stored, segments=layout.segments)

    def _ingest(self, task: Task, command: IngestVideo) -> Result:
        order = command.order
        with self.blobs.open(command.source.key) as source:
            _verify(source, command.source)
            probed = self.reader.probe(source)
            sound = source if order.audio is AudioMode.KEEP else None
            self.writer.fits(sound, probed, order.container)
        profile = probed.profile if sound else replace(probed.profile, audio=())
        layout = Layout(
            profile=profile,
            timestamps=probed.timestamps,
            key_frames=probed.key_frames,
            segments=lay_out(probed.timestamps, order.segment_frames, probed.grid),
        )
        blob = self.blobs.put(task.key("layout.json"), layout_to_json(layout))
        self.progress.advance("ingest", profile.frames)
        return task.settle(self.blobs, Result({"layout": blob}, {}))


def _verify(source: BinaryIO, submitted: Blob) -> None:
    """Compare what is there with what was submitted: both may come from different hands."""
    if sha256_of(source) != submitted.sha256:
        raise Forged("The stored video is not the one that was submitted: its digest differs.")
    source.seek(0)
