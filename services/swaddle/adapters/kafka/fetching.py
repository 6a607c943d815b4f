"""What a consumer has, and has not, fetched."""

from collections.abc import Mapping
from typing import Final

from kafka import KafkaConsumer, TopicPartition

IDLE_FETCH_MS: Final = 300
"""`FETCH_MS` where nothing came for a while. The first record is not kept waiting by it; the second,
which may have to wait for another request to end, is by so much at most."""


def unpark(consumer: KafkaConsumer) -> None:
    """
    Let records be delivered that were fetched before their partition was paused.

    kafka-python 3.0.12 takes them out of `_paused_partition_records` only while nothing is in
    line, and asks `is None` where an exhausted batch, which counts as false, may stand: then they
    wait for ever, and their partition is not fetched meanwhile.
    """
    fetcher = consumer._fetcher  # noqa: SLF001 - it has no public way
    if not fetcher._next_partition_records:  # noqa: SLF001 - as above
        fetcher._next_partition_records = None  # noqa: SLF001 - as above


def let_wait(consumer: KafkaConsumer, milliseconds: int) -> None:
    """
    Say how long a broker may hold back the next answer while it has nothing to say.

    kafka-python reads it with every request, and has no public way to change it.
    """
    consumer._fetcher.config["fetch_max_wait_ms"] = milliseconds  # noqa: SLF001 - see above


def lag(consumer: KafkaConsumer, done: Mapping[TopicPartition, int]) -> int:
    """
    Return how many records of the assigned partitions are not done with.

    `done` says up to which offset everything is; of a partition that is not in it nothing was taken.
    """
    assigned = list(consumer.assignment())
    ends = consumer.end_offsets(assigned) if assigned else {}
    return sum(
        max(0, end - (done[name] if name in done else consumer.position(name)))
        for name, end in ends.items()
    )
