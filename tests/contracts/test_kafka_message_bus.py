"""What a bus on a real Kafka broker promises beyond the contract."""

from collections.abc import Iterator
from dataclasses import replace
from time import sleep
from uuid import uuid4

import pytest

from swaddle.adapters.kafka.connecting import Cluster, read_url
from swaddle.adapters.kafka.consuming import Parcel
from swaddle.adapters.kafka.message_bus import KafkaMessageBus
from swaddle.adapters.kafka.topics import Delay, Topics, partition_of
from swaddle.kernel.errors import Misused, Unavailable
from swaddle.kernel.messages import (
    CancelRequested,
    DetectSegment,
    Order,
    Priority,
    SegmentDetected,
    StageFailed,
)
from swaddle.kernel.ports import MessageBus
from swaddle.kernel.video import lay_out
from tests.contracts.bus import BLOB, KINDS, MessageBusContract, awaited, cancel, review
from tools.servers.kafka import Kafka
from tools.servers.process import free_port


class TestKafkaMessageBus(MessageBusContract):
    @pytest.fixture
    def topics(self) -> Topics:
        return Topics(
            streams={"events": (*KINDS, StageFailed), "others": (SegmentDetected,)},
            groups=("stage", "one", "two"),
            prefix=f"t{uuid4().hex[:8]}",
            delays=(Delay("soon", 0.2), Delay("later", 0.4)),
        )

    @pytest.fixture
    def cluster(self, kafka: Kafka, topics: Topics) -> Cluster:
        cluster = replace(read_url(kafka.url), partitions=2, heartbeat_ms=300)
        cluster.make(topics)
        return cluster

    @pytest.fixture
    def bus(self, cluster: Cluster, topics: Topics) -> Iterator[MessageBus]:
        bus = KafkaMessageBus(cluster, topics)
        yield bus
        bus.close()

    def test_to_make_topics_twice_is_to_make_them(self, cluster: Cluster, topics: Topics) -> None:
        cluster.make(topics)

    def test_a_topic_that_is_missing_is_named(self, cluster: Cluster, topics: Topics) -> None:
        cluster.probe(topics)
        with pytest.raises(Unavailable, match=r"topics are missing, for example other\."):
            cluster.probe(replace(topics, prefix="other"))

    def test_what_takes_longer_than_a_poll_is_not_taken_away(
        self, cluster: Cluster, topics: Topics
    ) -> None:
        bus = KafkaMessageBus(replace(cluster, poll_interval_ms=4000), topics)
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(cancel("v1"))
        (delivery,) = awaited(inbox)
        sleep(7)
        delivery.acknowledge()
        inbox.close()

        assert not bus.subscribe("stage", KINDS).poll()
        bus.close()

    def test_the_urgent_come_before_the_many(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        many = [replace(review(n), priority=Priority.BULK) for n in range(20)]
        bus.publish(*many)
        (first,) = awaited(inbox)
        bus.publish(cancel("v1"))
        sleep(1)
        (second,) = awaited(inbox)

        assert first.message == many[0]
        assert second.message == cancel("v1")

    def test_what_nobody_can_read_fails_its_video_and_stops_nothing(
        self, bus: KafkaMessageBus, cluster: Cluster, topics: Topics
    ) -> None:
        inbox = bus.subscribe("stage", (*KINDS, StageFailed))
        headers = {
            "tenant": "lab",
            "video-id": "v1",
            "message-id": "m1",
            "priority": "interactive",
        }
        poison = Parcel(b"v1", b"no message", headers)
        bus._write(topics.of(cancel("v1")), poison, headers)
        bus.publish(cancel("v1"))
        heard = [d.message for _ in range(2) for d in awaited(inbox)]
        reader = cluster.consumer("reader")
        reader.subscribe([topics.dead("stage")])
        (buried,) = next(records for records in iter(lambda: reader.poll(500), None) if records)
        reader.close()

        failure = next(m for m in heard if isinstance(m, StageFailed))
        assert {type(m) for m in heard} == {CancelRequested, StageFailed}
        assert (failure.video_id, failure.cause) == ("v1", "m1")
        assert buried.topic == topics.dead("stage")

    def test_strange_headers_stop_nobody(self, bus: KafkaMessageBus, topics: Topics) -> None:
        inbox = bus.subscribe("stage", KINDS)
        for headers in (
            {"attempt": "many", "not-before": "nan"},
            {"attempt": "-1", "not-before": "inf"},
            {"tenant": "x", "video-id": "x", "message-id": "x", "priority": "sometimes"},
        ):
            bus._write(topics.of(cancel("v1")), Parcel(b"k", b"no message", headers), headers)
        bus.publish(cancel("v1"))

        assert [d.message for d in awaited(inbox)] == [cancel("v1")]

    def test_a_cluster_that_is_down_is_unavailable(self) -> None:
        with pytest.raises(Unavailable):
            read_url(f"kafka://127.0.0.1:{free_port()}").producer()

    @pytest.mark.parametrize("url", ["kafka://", "kafka://h:1?x=1", "amqp://h"])
    def test_a_url_of_something_else_is_refused(self, url: str) -> None:
        with pytest.raises(Misused, match="kafka://HOST:PORT"):
            read_url(url)


def test_events_of_a_video_stay_together_and_commands_spread() -> None:
    segments = lay_out(tuple(range(0, 500, 10)), 10, 5)
    about = cancel("v1").about
    commands = [
        DetectSegment(**about, source=BLOB, layout=BLOB, order=Order(), segment=segment)
        for segment in segments
    ]
    events = [SegmentDetected(**about, segment=n, observations=BLOB) for n in range(10)]

    assert {partition_of(command, 5) for command in commands} == set(range(5))
    assert len({partition_of(event, 5) for event in events}) == 1
