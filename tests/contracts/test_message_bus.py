"""What every message bus promises."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from swaddle.adapters.memory.message_bus import MemoryMessageBus
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import (
    CancelRequested,
    Message,
    Order,
    ReviewConcluded,
    SegmentDetected,
    VideoSubmitted,
)
from swaddle.kernel.ports import MessageBus, Subscription

KINDS = (CancelRequested, ReviewConcluded, VideoSubmitted)


def cancel(video: str) -> CancelRequested:
    return CancelRequested(tenant=Tenant("lab"), video_id=VideoId(video))


def review(number: int) -> ReviewConcluded:
    return ReviewConcluded(
        tenant=Tenant("lab"),
        video_id=VideoId("v1"),
        revision=number,
        approved=True,
        reviewer="R",
        reason="",
    )


def taken(inbox: Subscription) -> Iterator[Message]:
    """Yield and acknowledge what waits."""
    while (delivery := inbox.poll()) is not None:
        yield delivery.message
        delivery.acknowledge()


class MessageBusContract:
    @pytest.fixture
    def bus(self) -> MessageBus:
        raise NotImplementedError

    def test_nothing_waits_on_a_new_bus(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)

        assert inbox.poll() is None

    def test_a_message_arrives_as_it_was_said(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        source = Blob(key=BlobKey("lab/v1/source"), size=3, sha256="ab")
        said = VideoSubmitted(
            tenant=Tenant("lab"), video_id=VideoId("v1"), source=source, order=Order()
        )
        bus.publish(said)

        assert list(taken(inbox)) == [said]

    def test_what_is_said_of_one_video_arrives_in_order(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        said = [review(number) for number in range(20)]
        for message in said:
            bus.publish(message)

        assert list(taken(inbox)) == said

    def test_every_group_hears_a_message(self, bus: MessageBus) -> None:
        inboxes = [bus.subscribe(group, KINDS) for group in ("one", "two")]
        bus.publish(cancel("v1"))

        assert [list(taken(inbox)) for inbox in inboxes] == [[cancel("v1")]] * 2

    def test_one_member_of_a_group_hears_a_message(self, bus: MessageBus) -> None:
        inboxes = [bus.subscribe("stage", KINDS) for _ in range(2)]
        bus.publish(cancel("v1"))

        assert [m for inbox in inboxes for m in taken(inbox)] == [cancel("v1")]

    def test_a_group_hears_only_what_it_listens_to(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", (SegmentDetected, CancelRequested))
        bus.publish(review(0))
        bus.publish(cancel("v1"))

        assert list(taken(inbox)) == [cancel("v1")]

    def test_what_was_not_acknowledged_returns_first(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        for number in range(3):
            bus.publish(review(number))
        inbox.poll()
        inbox.poll()
        rejoined = bus.subscribe("stage", KINDS)

        assert list(taken(rejoined)) == [review(0), review(1), review(2)]

    def test_what_was_acknowledged_does_not_return(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(cancel("v1"))
        list(taken(inbox))
        rejoined = bus.subscribe("stage", KINDS)

        assert rejoined.poll() is None

    def test_an_acknowledgement_counts_although_another_joined(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(cancel("v1"))
        delivery = inbox.poll()
        joined = bus.subscribe("stage", KINDS)
        assert delivery is not None
        delivery.acknowledge()

        assert joined.poll() is None

    def test_to_acknowledge_twice_is_to_acknowledge(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        for message in (cancel("v1"), cancel("v1")):
            bus.publish(message)
        delivery = inbox.poll()
        assert delivery is not None
        delivery.acknowledge()
        delivery.acknowledge()

        assert list(taken(bus.subscribe("stage", KINDS))) == [cancel("v1")]

    def test_threads_share_the_messages_and_lose_none(self, bus: MessageBus) -> None:
        inboxes = [bus.subscribe("stage", KINDS) for _ in range(4)]
        said = [review(number) for number in range(200)]
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(bus.publish, said))
            heard = list(threads.map(lambda inbox: list(taken(inbox)), inboxes))

        revisions = [m.revision for part in heard for m in part if isinstance(m, ReviewConcluded)]
        assert sorted(revisions) == list(range(200))


class TestMemoryMessageBus(MessageBusContract):
    @pytest.fixture
    def bus(self) -> MessageBus:
        return MemoryMessageBus()
