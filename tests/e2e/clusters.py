"""A cluster in one process: every stage a worker on real servers, each on a thread of its own."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from uuid import uuid4

import pytest

from swaddle import bootstrap
from swaddle.entrypoints.worker import Duty
from swaddle.kernel.errors import NotFound
from swaddle.kernel.identifiers import Tenant, VideoId
from swaddle.kernel.life import Video
from swaddle.kernel.messages import Order, VideoSubmitted
from swaddle.kernel.ports import Ledger
from swaddle.settings import Settings

PATIENCE_S = 400


@contextmanager
def at_work(settings: Settings) -> Iterator[list[Duty]]:
    """Let every stage work, and stop them all."""
    duties = [Duty(settings, name) for name in bootstrap.STAGES]
    threads = [Thread(target=duty.run, name=duty.name) for duty in duties]
    for thread in threads:
        thread.start()
    yield duties
    for duty in duties:
        duty.stopping.set()
    for thread in threads:
        thread.join(60)


def submitted(settings: Settings, clip: Path, order: Order) -> VideoId:
    """Put a clip into the store and say so."""
    video_id = VideoId(uuid4().hex[:12])
    source = bootstrap.adopt(settings, f"lab/{video_id}/source", clip)
    bus = bootstrap.message_bus(settings)
    bus.publish(
        VideoSubmitted(
            tenant=Tenant("lab"),
            video_id=video_id,
            priority=order.priority,
            source=source,
            order=order,
        )
    )
    bus.close()
    return video_id


def ended(ledger: Ledger, video_id: VideoId) -> Video:
    """Wait until nobody works on a video any more."""
    deadline = monotonic() + PATIENCE_S
    while monotonic() < deadline:
        with suppress(NotFound):
            if (video := ledger.find(video_id)).at_rest:
                return video
        sleep(0.2)
    pytest.fail(f"It is still {ledger.find(video_id).state}.")
