"""
One member of a consumer group.

A thread of its own owns the consumer, which is not safe for several: it polls while a message is
being handled, so that nobody takes a member for dead that works for an hour, and it commits what
was acknowledged.
"""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Condition, Event, Thread
from typing import Any, Final

import structlog
from kafka import (
    AsyncConsumerRebalanceListener,
    OffsetAndMetadata,
    TopicPartition,
)
from kafka.errors import IllegalStateError, KafkaError

from swaddle.kernel.errors import Unavailable
from swaddle.kernel.messages import Priority
from swaddle.kernel.ports import Kinds

from .connecting import FETCH_MS, Cluster, unavailable
from .fetching import IDLE_FETCH_MS, lag, let_wait, unpark
from .parcels import KafkaDelivery, Office, Parcel, Partition, read
from .topics import Topics

POLL_MS: Final = 500
"""How long the thread waits for records that somebody wants; they end the wait."""

BUSY_S: Final = 0.04
"""How long it waits while nobody wants any; whoever acknowledges or asks ends the wait. Short, so
that a rebalance is not kept waiting by a member at work."""

PAUSED_MS: Final = 10
"""What Kafka gets between two such waits: enough for a rebalance to go on."""

QUIET_S: Final = 5.0
"""After so long without a record the brokers are asked less often: nine idle services at ten times
a second took a fifth of a core of the broker, and as much again of their own."""

PATIENCE_S: Final = 1.0
"""How long `poll` waits before it says that nothing is waiting: a fetch takes milliseconds."""

JOIN_S: Final = 10.0
"""How long the first `poll` waits for partitions: several members that join at once take turns."""

COUNT_S: Final = 5.0
"""How often the lag is asked for: more often than Prometheus asks by default."""

CLOSE_MS: Final = 10_000
COMMIT_MS: Final = 10_000

log = structlog.get_logger()


class KafkaSubscription(AsyncConsumerRebalanceListener):  # type: ignore[misc] # has no types
    """Hands over messages one `poll` at a time; nothing is taken from a partition ahead of it."""

    def __init__(
        self, cluster: Cluster, topics: Topics, group: str, kinds: Kinds, office: Office
    ) -> None:
        self.group = group
        self.office = office
        self._kinds = kinds
        self._urgent = set(topics.read(kinds, Priority.INTERACTIVE))
        bulk = topics.read(kinds, Priority.BULK)
        self._wanted = 0
        self._arrived: deque[KafkaDelivery] = deque()
        self._partitions: dict[TopicPartition, Partition] = {}
        self._asleep: dict[TopicPartition, float] = {}
        self._changed = Condition()
        self._joined, self._closing = Event(), Event()
        self._failure: Exception | None = None
        self.last_poll = time.monotonic()
        """When the thread last went round: a member that is stuck stops."""
        self.lag: int | None = None
        self.rebalances = 0
        self._counted = 0.0
        self._heard = time.monotonic()
        read = [*self._urgent, *bulk, *topics.again(group)]
        self._consumer = cluster.consumer(f"{topics.prefix}.{group}")
        with unavailable():
            missing = [t for t in read if not self._consumer.partitions_for_topic(t)]
        if missing:
            self._consumer.close(autocommit=False)
            raise Unavailable(f"There is no topic {missing[0]}; `swaddle migrate` makes it.")
        # Only now: a leader that knows no partitions yet would hand out none.
        self._consumer.subscribe(read, listener=self)
        self._thread = Thread(target=self._run, name=f"kafka-{group}", daemon=True)
        self._thread.start()

    # --- for whoever handles the messages -------------------------------------------------------

    def poll(self, limit: int = 1) -> Sequence[KafkaDelivery]:
        """Wait a moment for messages; raises Unavailable where the member cannot go on."""
        self._joined.wait(JOIN_S)
        with self._changed:
            self._wanted = limit
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._arrived or self._failure, PATIENCE_S)
            self._wanted = 0
            if self._failure is not None:
                reason = type(self._failure).__name__
                raise Unavailable(f"Kafka does not answer ({reason}).") from self._failure
            number = min(limit, len(self._arrived))
            return [self._arrived.popleft() for _ in range(number)]

    def settle(self, partition: Partition, offset: int) -> None:
        """Let the thread commit an offset, as soon as all before it are settled."""
        with self._changed:
            partition.unsettled.discard(offset)
            self._changed.notify_all()

    def close(self) -> None:
        """Commit what was acknowledged, then leave the group."""
        self._closing.set()
        self._thread.join()

    # --- in the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self.last_poll = time.monotonic()
                self._commit()
                self._take()
                self._count()
            self._commit()
        except Exception as error:
            log.exception("consumer broke", group=self.group)
            with self._changed:
                self._failure = error
                self._changed.notify_all()
        finally:
            with suppress(KafkaError):
                self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def _take(self) -> None:
        for topic_partition, records in self._fetch().items():
            for record in records:
                if not self._accept(topic_partition, record):
                    # Give back what comes after it as well: the order within a partition stays.
                    with suppress(IllegalStateError):
                        self._consumer.seek(topic_partition, record.offset)
                    break
        with self._changed:
            if self._arrived:
                self._changed.notify_all()

    def _fetch(self) -> Mapping[TopicPartition, Sequence[Any]]:
        with self._changed:
            wanted = self._missing() or self._idle()
        # Partitions come and go on another thread; what went is not there to be paused.
        ready = self._ready() if wanted else set()
        with suppress(IllegalStateError):
            self._hear_only(ready)
        found = self._poll(wanted)
        if not any(partition.topic in self._urgent for partition in found):
            with suppress(IllegalStateError):
                if urgent := self._behind(ready) if found else set():
                    # Bulk has to wait: it was fetched while nobody looked for what is urgent.
                    for partition, records in found.items():
                        self._consumer.seek(partition, records[0].offset)
                    self._hear_only(urgent)
                    return self._poll(wanted)
        return found

    def _idle(self) -> int:
        """Wait until somebody wants something, as long as brokers may be kept waiting."""
        if any(p.committable > p.committed for p in self._partitions.values()):
            return 0
        self._changed.wait(BUSY_S)
        return self._missing()

    def _missing(self) -> int:
        """
        Return how many more messages somebody waits for.

        What is fetched beyond that has to be given back, and its partition fetched anew.
        """
        return max(0, self._wanted - len(self._arrived))

    def _poll(self, wanted: int) -> Mapping[TopicPartition, Sequence[Any]]:
        unpark(self._consumer)
        quiet = time.monotonic() - self._heard > QUIET_S
        let_wait(self._consumer, IDLE_FETCH_MS if quiet else FETCH_MS)
        found: dict[TopicPartition, Sequence[Any]] = self._consumer.poll(
            POLL_MS if wanted else PAUSED_MS,
            max_records=max(1, wanted),
        )
        if found:
            self._heard = time.monotonic()
        return found

    def _behind(self, ready: set[TopicPartition]) -> set[TopicPartition]:
        """Return the partitions in which something urgent waits."""
        urgent = [partition for partition in ready if partition.topic in self._urgent]
        ends = self._consumer.end_offsets(urgent) if urgent else {}
        return {p for p, end in ends.items() if end > self._consumer.position(p)}

    def _ready(self) -> set[TopicPartition]:
        now = time.time()
        self._asleep = {p: until for p, until in self._asleep.items() if until > now}
        return self._consumer.assignment() - self._asleep.keys()

    def _hear_only(self, partitions: set[TopicPartition]) -> None:
        self._consumer.pause(*(self._consumer.assignment() - partitions))
        self._consumer.resume(*(self._consumer.paused() & partitions))

    def _accept(self, topic_partition: TopicPartition, record: Any) -> bool:  # noqa: ANN401
        """Return whether a record was taken; one that nobody wants now stays where it is."""
        parcel = Parcel.of(record)
        if parcel.not_before > time.time():
            self._asleep[topic_partition] = parcel.not_before
            return False
        with self._changed:
            if self._wanted <= len(self._arrived):
                return False
            partition = self._partitions.get(topic_partition)
            if partition is None:
                start = record.offset
                partition = Partition(next=start, committed=start)
                self._partitions[topic_partition] = partition
            partition.next = record.offset + 1
            partition.unsettled.add(record.offset)
        message = read(parcel, self.group, self._kinds, self.office)
        with self._changed:
            if message is None:
                partition.unsettled.discard(record.offset)
            elif self._partitions.get(topic_partition) is partition:
                delivery = KafkaDelivery(message, parcel, partition, record.offset, self)
                self._arrived.append(delivery)
        return True

    def _count(self) -> None:
        """Ask now and then how much waits: what is committed is what nobody has to do again."""
        if time.monotonic() - self._counted < COUNT_S:
            return
        self._counted = time.monotonic()
        with self._changed:
            done = {name: p.committable for name, p in self._partitions.items()}
        with suppress(KafkaError, IllegalStateError):
            self.lag = lag(self._consumer, done)

    def _commit(self) -> None:
        with self._changed:
            offsets = self._settled()
        if not offsets:
            return
        try:
            self._consumer.commit(offsets, timeout_ms=COMMIT_MS)
        except KafkaError as error:
            # A rebalance is under way: whoever has the partition next handles it again.
            log.info("commit failed", group=self.group, error=type(error).__name__)
            return
        self._note(offsets)

    def _settled(self) -> dict[TopicPartition, OffsetAndMetadata]:
        return {
            name: OffsetAndMetadata(partition.committable, "", -1)
            for name, partition in self._partitions.items()
            if partition.committable > partition.committed
        }

    def _note(self, offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        with self._changed:
            for name, committed in offsets.items():
                if name in self._partitions:
                    self._partitions[name].committed = committed.offset

    # --- called by Kafka, on its own thread -----------------------------------------------------

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Commit what is settled; forget the rest: it is delivered to the next owner."""
        with self._changed:
            offsets = {p: o for p, o in self._settled().items() if p in revoked}
        if offsets:
            with suppress(KafkaError):
                await self._consumer.commit_async(offsets)
        await self.on_partitions_lost(revoked)

    async def on_partitions_lost(self, lost: set[TopicPartition]) -> None:
        """Forget them: somebody else has them by now."""
        with self._changed:
            gone = {id(self._partitions.pop(name)) for name in lost if name in self._partitions}
            kept = [d for d in self._arrived if id(d.partition) not in gone]
            self._arrived = deque(kept)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Begin where the last owner committed."""
        self.rebalances += 1
        log.debug("partitions assigned", group=self.group, partitions=len(assigned))
        self._joined.set()
