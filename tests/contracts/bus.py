"""What every message bus promises."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest

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
from swaddle.kernel.ports import Delivery, MessageBus, Subscription

BLOB = Blob(key=BlobKey("lab/v1/source"), size=3, sha256="ab")
SILENCES = 3
"""Empty answers in a row after which nothing more is expected: a broker may be busy."""
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


def awaited(inbox: Subscription, limit: int = 1) -> Sequence[Delivery]:
    """Return what comes next, however late."""
    deadline = monotonic() + 30
    while monotonic() < deadline:
        if deliveries := inbox.poll(limit):
            return deliveries
    pytest.fail("Nothing came.")


def taken(inbox: Subscription) -> Iterator[Message]:
    """Yield and acknowledge what waits."""
    empty = 0
    while empty < SILENCES:
        deliveries = inbox.poll()
        empty = 0 if deliveries else empty + 1
        for delivery in deliveries:
            yield delivery.message
            delivery.acknowledge()


class MessageBusContract:
    @pytest.fixture
    def bus(self) -> MessageBus:
        raise NotImplementedError

    def test_the_lag_is_what_is_not_done(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(*(cancel(f"v{number}") for number in range(5)))
        (done,), (under_way,) = awaited(inbox), awaited(inbox)
        done.acknowledge()
        deadline = monotonic() + 30
        while inbox.lag != 4 and monotonic() < deadline:
            sleep(0.1)

        assert inbox.lag == 4
        assert under_way.message != done.message

    def test_nothing_waits_on_a_new_bus(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)

        assert not inbox.poll()

    def test_a_message_arrives_as_it_was_said(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        said = VideoSubmitted(
            tenant=Tenant("lab"), video_id=VideoId("v1"), source=BLOB, order=Order()
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
        awaited(inbox)
        awaited(inbox)
        inbox.close()
        rejoined = bus.subscribe("stage", KINDS)

        assert list(taken(rejoined)) == [review(0), review(1), review(2)]

    def test_what_was_acknowledged_does_not_return(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(cancel("v1"))
        list(taken(inbox))
        inbox.close()
        rejoined = bus.subscribe("stage", KINDS)

        assert not rejoined.poll()

    def test_an_acknowledgement_counts_although_another_joined(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(cancel("v1"))
        (delivery,) = awaited(inbox)
        joined = bus.subscribe("stage", KINDS)
        delivery.acknowledge()
        inbox.close()

        assert not joined.poll()

    def test_to_acknowledge_twice_is_to_acknowledge(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        for message in (cancel("v1"), cancel("v1")):
            bus.publish(message)
        (delivery,) = awaited(inbox)
        delivery.acknowledge()
        delivery.acknowledge()

        assert list(taken(inbox)) == [cancel("v1")]

    def test_as_many_are_taken_as_are_asked_for(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(*(review(number) for number in range(5)))
        parts: list[list[Message]] = []
        while sum(len(part) for part in parts) < 5:
            parts.append([d.message for d in awaited(inbox, 3)])

        assert max(len(part) for part in parts) <= 3
        assert [message for part in parts for message in part] == [review(n) for n in range(5)]

    def test_a_deferred_message_comes_back_later(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(cancel("v1"))
        (first,) = awaited(inbox)
        assert first.defer()
        (again,) = awaited(inbox)
        again.acknowledge()

        assert again.message == cancel("v1")
        assert not inbox.poll()

    def test_others_do_not_wait_for_a_deferred_message(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(review(0), review(1))
        (first,) = awaited(inbox)
        first.defer()
        order = [d.message for _ in range(2) for d in awaited(inbox)]

        assert order == [review(1), review(0)]

    def test_a_message_is_not_deferred_for_ever(self, bus: MessageBus) -> None:
        inbox = bus.subscribe("stage", KINDS)
        bus.publish(cancel("v1"))
        (delivery,) = awaited(inbox)
        for _ in range(10):
            if not delivery.defer():
                break
            (delivery,) = awaited(inbox)
        else:
            pytest.fail("It was deferred ten times.")
        delivery.acknowledge()

        assert not inbox.poll()

    def test_threads_share_the_messages_and_lose_none(self, bus: MessageBus) -> None:
        inboxes = [bus.subscribe("stage", KINDS) for _ in range(4)]
        said = [review(number) for number in range(200)]
        heard: set[int] = set()

        def listen(inbox: Subscription) -> None:
            deadline = monotonic() + 60
            while len(heard) < len(said) and monotonic() < deadline:
                for delivery in inbox.poll():
                    if isinstance(delivery.message, ReviewConcluded):
                        heard.add(delivery.message.revision)
                    delivery.acknowledge()

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(bus.publish, said))
            list(threads.map(listen, inboxes))

        # Where members come and go, one may be delivered twice.
        assert heard == set(range(200))
