"""Workers with a model that sleeps, each for a process of its own."""

from collections.abc import Iterator
from multiprocessing.synchronize import Event
from time import sleep
from typing import ClassVar, Final

from swaddle.adapters.kafka.connecting import read_url
from swaddle.adapters.kafka.message_bus import KafkaMessageBus
from swaddle.adapters.kafka.topics import Topics
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.messages import DetectSegment, Message, SegmentDetected
from swaddle.kernel.ports import Kinds
from swaddle.kernel.worker import Worker

MODEL_S: Final = 0.1

BLOB: Final = Blob(key=BlobKey("lab/v/x"), size=1, sha256="0" * 64)


class Sleeping:
    """A stage whose model takes its time, and no processor."""

    name: ClassVar[str] = "detection"
    listens_to: ClassVar[Kinds] = (DetectSegment,)

    def handle(self, command: DetectSegment) -> Iterator[Message]:
        """Sleep; say that it is done."""
        sleep(MODEL_S)
        segment = command.segment.index
        yield SegmentDetected(**command.about, segment=segment, observations=BLOB)


def topics_of(prefix: str) -> Topics:
    """Return a stream of commands and one of events."""
    return Topics(
        streams={"detection": (DetectSegment,), "events": (SegmentDetected,)},
        groups=("detection", "events"),
        prefix=prefix,
    )


def work(url: str, prefix: str, over: Event) -> None:
    """Handle commands until it is over."""
    bus = KafkaMessageBus(read_url(url), topics_of(prefix))
    worker = Worker(Sleeping(), bus)
    while not over.is_set():
        worker.step()
    worker.close()
    bus.close()
