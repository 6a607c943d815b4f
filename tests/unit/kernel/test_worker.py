"""The loop that every service runs."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

import pytest

from swaddle.adapters.memory.message_bus import MemoryMessageBus
from swaddle.kernel import errors
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import StorageFailed, SwaddleError, Unavailable
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.messages import (
    CancelRequested,
    Message,
    SegmentDetected,
    StageFailed,
    VideoFinalized,
)
from swaddle.kernel.ports import Subscription
from swaddle.kernel.worker import PERMANENT, Worker, run_until_idle

ASKED = CancelRequested(tenant=Tenant("lab"), video_id=VideoId("v1"), traceparent="00-ab-cd-01")
BLOB = Blob(key=BlobKey("x"), size=1, sha256="")
ANSWERS = (
    SegmentDetected(**ASKED.about, segment=0, observations=BLOB),
    VideoFinalized(**ASKED.about, revision=0, output=BLOB),
)
MAY_SUCCEED_LATER = (
    Unavailable,
    errors.ModelMissing,
    errors.OutOfMemory,
    errors.ModelFailed,
    StorageFailed,
)


class Answering:
    """A stage that gives its answers, then fails if it is told to."""

    name: ClassVar[str] = "answering"
    listens_to: ClassVar[tuple[type[Message], ...]] = (CancelRequested,)

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def handle(self, _: Message) -> Iterator[Message]:
        yield from ANSWERS
        if self.error is not None:
            raise self.error


class Full(MemoryMessageBus):
    """A bus that takes one message and no more."""

    def publish(self, *messages: Message) -> None:
        if any(isinstance(message, VideoFinalized) for message in messages):
            raise Unavailable("The bus is full.")
        super().publish(*messages)


def drained(inbox: Subscription) -> list[Message]:
    found = [d.message for d in inbox.poll(1000)]
    inbox.close()
    return found


def heard(bus: MemoryMessageBus, said: Iterable[Message]) -> list[Message]:
    """Return what a group that listens from now on hears, while `said` is published."""
    inbox = bus.subscribe("listener", (SegmentDetected, VideoFinalized, StageFailed))
    for message in said:
        bus.publish(message)
    return drained(inbox)


@pytest.fixture
def bus() -> MemoryMessageBus:
    bus = MemoryMessageBus()
    heard(bus, ())
    return bus


def waiting(bus: MemoryMessageBus) -> list[Message]:
    """Return what the stage would be given after a restart."""
    inbox = bus.subscribe("answering", (CancelRequested,))
    return drained(inbox)


def test_a_worker_without_a_message_has_nothing_to_do(bus: MemoryMessageBus) -> None:
    assert not Worker(Answering(), bus).step()


def test_answers_are_published_and_the_question_is_done(bus: MemoryMessageBus) -> None:
    worker = Worker(Answering(), bus)
    bus.publish(ASKED)

    assert worker.step()
    assert heard(bus, ()) == list(ANSWERS)
    assert waiting(bus) == []


@pytest.mark.parametrize("error", PERMANENT)
def test_what_can_never_succeed_fails_the_video(
    bus: MemoryMessageBus, error: type[SwaddleError]
) -> None:
    worker = Worker(Answering(error("No.")), bus)
    bus.publish(ASKED)
    worker.step()
    [failed] = heard(bus, ())

    assert failed == StageFailed(
        **ASKED.about,
        stage="answering",
        error=error.__name__,
        reason="No.",
        cause=ASKED.message_id,
    )
    assert waiting(bus) == []


@pytest.mark.parametrize("error", [*MAY_SUCCEED_LATER, ZeroDivisionError])
def test_what_may_succeed_later_is_delivered_again(
    bus: MemoryMessageBus, error: type[Exception]
) -> None:
    stage = Answering(error("Later."))
    worker = Worker(stage, bus)
    bus.publish(ASKED)
    worker.step()
    stage.error = None
    said_before = heard(bus, ())
    worker.step()

    assert said_before == []
    assert heard(bus, ()) == list(ANSWERS)
    assert not worker.step()


def test_what_never_succeeds_fails_the_video(bus: MemoryMessageBus) -> None:
    worker = Worker(Answering(Unavailable("The disk is full.")), bus)
    bus.publish(ASKED)
    while worker.step():
        pass
    [failed] = heard(bus, ())

    assert isinstance(failed, StageFailed)
    assert (failed.error, failed.reason) == ("Unavailable", "The disk is full.")


def test_what_a_bug_says_is_not_repeated(bus: MemoryMessageBus) -> None:
    worker = Worker(Answering(KeyError("emma_smith.mp4")), bus)
    bus.publish(ASKED)
    while worker.step():
        pass
    [failed] = heard(bus, ())

    assert "emma" not in repr(failed)
    assert isinstance(failed, StageFailed)
    assert failed.error == "KeyError"


def test_every_error_of_ours_is_permanent_or_not() -> None:
    ours = {e for e in vars(errors).values() if isinstance(e, type) and e is not SwaddleError}

    assert {e for e in ours if not issubclass(e, PERMANENT)} == set(MAY_SUCCEED_LATER)


def test_the_question_is_done_after_the_answers() -> None:
    bus = Full()
    worker = Worker(Answering(), bus)
    bus.publish(ASKED)

    with pytest.raises(Unavailable):
        worker.step()
    worker.close()

    assert waiting(bus) == [ASKED]


def test_workers_take_turns_until_nothing_is_left(bus: MemoryMessageBus) -> None:
    workers = [Worker(Answering(), bus), Worker(Answering(), bus)]
    for _ in range(5):
        bus.publish(ASKED)
    run_until_idle(workers)

    assert waiting(bus) == []
    assert len(heard(bus, ())) == 10
