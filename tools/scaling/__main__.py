"""
Print how the platform grows.

    python -m tools.scaling

On real servers on loopback: eight workers against one, with a model that sleeps; events that the
coordinator records per second with 100,000 videos in the ledger.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import insert

from swaddle.adapters.kafka.connecting import Cluster, read_url
from swaddle.adapters.kafka.message_bus import KafkaMessageBus
from swaddle.adapters.kafka.topics import Topics
from swaddle.adapters.sql.engine import migrate, open_engine, transaction
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.adapters.sql.rows import video_row
from swaddle.adapters.sql.schema import VIDEO
from swaddle.adapters.system.clock import SystemClock
from swaddle.coordinator.batches import BatchWorker
from swaddle.coordinator.handler import Coordinator
from swaddle.kernel.identifiers import Tenant, VideoId
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import DetectSegment, Order, SegmentDetected
from swaddle.kernel.video import Segment, lay_out
from tools import servers
from tools.scaling.workers import BLOB, topics_of, work

SEGMENTS: Final = 400
WORKERS: Final = (1, 8)
VIDEOS: Final = 100_000
BUSY: Final = 100
"""Videos whose events are recorded."""
PARTS: Final = 60
"""Events of each."""


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        kafka = servers.kafka.start(room / "kafka")
        postgres = servers.postgres.start(room / "postgres")
        try:
            for line in (*_workers(kafka.url), *_coordinator(kafka.url, postgres.create("load"))):
                print(line, flush=True)
        finally:
            postgres.process.stop()
            kafka.process.stop()
    return 0


def _workers(url: str) -> Iterator[str]:
    taken = {number: _handled(url, number) for number in WORKERS}
    alone = taken[WORKERS[0]]
    for number, seconds in taken.items():
        ratio = alone / seconds
        yield f"{number} workers: {SEGMENTS} segments in {seconds:.1f} s, {ratio:.2f} times one"


def _handled(url: str, number: int) -> float:
    """Return how long so many workers, each a process, take from the first command on."""
    topics = topics_of(f"w{uuid4().hex[:6]}")
    cluster = replace(read_url(url), partitions=max(WORKERS))
    cluster.make(topics)
    context = get_context("spawn")
    over = context.Event()
    crew = [context.Process(target=work, args=(url, topics.prefix, over)) for _ in range(number)]
    for process in crew:
        process.start()
    bus = KafkaMessageBus(cluster, topics)
    inbox = bus.subscribe("events", (SegmentDetected,))
    sleep(30)  # until everybody has their partitions
    begin = monotonic()
    bus.publish(*_commands())
    heard: set[int] = set()
    while len(heard) < SEGMENTS:
        for delivery in inbox.poll(SEGMENTS):
            if isinstance(delivery.message, SegmentDetected):
                heard.add(delivery.message.segment)
            delivery.acknowledge()
    seconds = monotonic() - begin
    over.set()
    for process in crew:
        process.join()
    bus.close()
    return seconds


def _commands() -> Sequence[DetectSegment]:
    segments = lay_out(tuple(range(SEGMENTS * 10)), 1, 10)
    about: dict[str, Any] = {"tenant": Tenant("lab"), "video_id": VideoId("long")}
    return [
        DetectSegment(**about, source=BLOB, layout=BLOB, order=Order(), segment=s)
        for s in segments
    ]


def _coordinator(url: str, database: str) -> Iterator[str]:
    engine = open_engine(database)
    migrate(engine)
    ledger = SqlLedger(engine, SystemClock())
    segments = lay_out(tuple(range(PARTS * 10 + 10)), 1, 10)
    videos = [VideoId(f"v{number:06}") for number in range(VIDEOS)]
    at = SystemClock().now().isoformat()
    for start in range(0, VIDEOS, 5000):
        rows = [_row(video, segments, at) for video in videos[start : start + 5000]]
        with transaction(engine) as connection:
            connection.execute(insert(VIDEO), rows)
    events = [
        SegmentDetected(tenant=Tenant("lab"), video_id=video, segment=part, observations=BLOB)
        for part in range(PARTS)
        for video in videos[:BUSY]
    ]
    topics = Topics(
        streams={"events": Coordinator.listens_to, "commands": (DetectSegment,)},
        groups=(Coordinator.name,),
        prefix=f"c{uuid4().hex[:6]}",
    )
    cluster: Cluster = replace(read_url(url), partitions=4)
    cluster.make(topics)
    bus = KafkaMessageBus(cluster, topics)
    bus.publish(*events)
    worker = BatchWorker(Coordinator(ledger), bus, lambda _: False)
    begin = monotonic()
    while sum(len(ledger.find(video).outcomes) for video in videos[:BUSY]) < len(events):
        for _ in range(10):
            worker.step()
    seconds = monotonic() - begin
    worker.close()
    bus.close()
    ledger.close()
    rate = len(events) / seconds
    yield f"coordinator: {rate:.0f} events/s with {VIDEOS} videos in the ledger"


def _row(video_id: VideoId, segments: tuple[Segment, ...], at: str) -> dict[str, object]:
    video = Video(
        video_id=video_id,
        tenant=Tenant("lab"),
        source=BLOB,
        order=Order(),
        state=State.INGESTED,
        layout=BLOB,
        segments=segments,
    )
    return dict(video_row(None, video, at))


if __name__ == "__main__":
    sys.exit(main())
