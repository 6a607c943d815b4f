"""The message bus of a cluster."""

from threading import Lock
from time import time
from typing import Final

from kafka.errors import KafkaError

from swaddle.kernel.errors import Unavailable
from swaddle.kernel.identifiers import MessageId, Tenant, VideoId
from swaddle.kernel.messages import Message, Priority, StageFailed
from swaddle.kernel.ports import Kinds
from swaddle.wire.codec import encode

from .connecting import Cluster, unavailable
from .consuming import KafkaSubscription
from .parcels import Parcel
from .topics import Topics, partition_of

FLUSH_S: Final = 60.0
"""How long brokers may take to write; then whoever publishes is told that they do not answer."""


class KafkaMessageBus:
    """
    Publishes to all replicas, delivers at least once; safe for threads.

    A message that is deferred waits in a topic of its own, longer each time. What is deferred too
    often, or cannot be read at all, is kept in a topic that nobody reads but people.
    """

    def __init__(self, cluster: Cluster, topics: Topics) -> None:
        self._cluster = cluster
        self._topics = topics
        self._producer = cluster.producer()
        self._open: list[KafkaSubscription] = []
        self._lock = Lock()

    def publish(self, *messages: Message) -> None:
        """Send all of them, then wait once."""
        with unavailable():
            sent = [self._send(message) for message in messages]
            self._producer.flush(timeout=FLUSH_S)
            for future in sent:
                future.get(timeout=0)

    def subscribe(self, group: str, kinds: Kinds) -> KafkaSubscription:
        """Join a group; a new one begins with the oldest message that is kept."""
        subscription = KafkaSubscription(self._cluster, self._topics, group, kinds, self)
        with self._lock:
            self._open.append(subscription)
        return subscription

    def close(self) -> None:
        """Leave every group, and let go of the brokers."""
        with self._lock:
            subscriptions, self._open = self._open, []
        for subscription in subscriptions:
            subscription.close()
        self._producer.close(timeout=FLUSH_S)

    # --- for what could not be handled ----------------------------------------------------------

    def defer(self, group: str, parcel: Parcel) -> bool:
        """Publish a record to the next round; keep it among the dead after the last."""
        if parcel.attempt > len(self._topics.delays):
            self.bury(group, parcel, "tried too often")
            return False
        delay = self._topics.delays[parcel.attempt - 1]
        topic = self._topics.again(group)[parcel.attempt - 1]
        headers = parcel.headers | {
            "attempt": str(parcel.attempt + 1),
            "not-before": str(time() + delay.seconds),
        }
        self._write(topic, parcel, headers)
        return True

    def bury(self, group: str, parcel: Parcel, why: str) -> None:
        """Keep a record where nobody reads it again."""
        headers = parcel.headers | {"failed-in": group, "failed-because": why}
        self._write(self._topics.dead(group), parcel, headers)

    def fail(self, group: str, parcel: Parcel, reason: str) -> None:
        """Let the video of a record fail that nobody can read."""
        named = {"tenant", "video-id", "message-id", "priority"} <= parcel.headers.keys()
        if not named or parcel.headers["priority"] not in set(Priority):
            return
        self.publish(
            StageFailed(
                tenant=Tenant(parcel.headers["tenant"]),
                video_id=VideoId(parcel.headers["video-id"]),
                priority=Priority(parcel.headers["priority"]),
                stage=group,
                error="Rejected",
                reason=reason,
                cause=MessageId(parcel.headers["message-id"]),
            )
        )

    def _send(self, message: Message):  # type: ignore[no-untyped-def] # noqa: ANN202 - the driver has no types
        topic = self._topics.of(message)
        headers = {
            "kind": type(message).__name__,
            "message-id": message.message_id,
            "tenant": message.tenant,
            "video-id": message.video_id,
            "priority": message.priority.value,
            "traceparent": message.traceparent,
        }
        return self._producer.send(
            topic,
            value=encode(message),
            key=message.video_id.encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
            partition=partition_of(message, len(self._partitions(topic))),
        )

    def _partitions(self, topic: str) -> set[int]:
        partitions: set[int] | None = self._producer.partitions_for(topic)
        if not partitions:
            raise Unavailable(f"There is no topic {topic}; `swaddle migrate` makes it.")
        return partitions

    def _write(self, topic: str, parcel: Parcel, headers: dict[str, str]) -> None:
        try:
            self._producer.send(
                topic,
                value=parcel.content,
                key=parcel.key,
                headers=[(name, value.encode()) for name, value in headers.items()],
            ).get(timeout=FLUSH_S)
        except KafkaError as error:
            raise Unavailable(f"Kafka does not answer ({type(error).__name__}).") from error
