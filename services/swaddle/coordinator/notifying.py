"""Tells webhooks what became of videos, in the form of the Standard Webhooks specification 1.0."""

import json
from datetime import timedelta
from typing import Final

import structlog

from swaddle.kernel.errors import Misused, NotFound, Unavailable
from swaddle.kernel.ports import Clock, KeyRing

from .ports import WebhookBook, WebhookSender
from .webhooks import Notice

PAUSES: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Before each further attempt: what the specification proposes, three and a half days in all."""

LEASE: Final = timedelta(minutes=5)
"""How long nobody else says what was claimed: longer than all of `AT_ONCE` may take in vain."""

AT_ONCE: Final = 20

log = structlog.get_logger()


def notify(book: WebhookBook, sender: WebhookSender, keys: KeyRing, clock: Clock) -> int:
    """
    Say what is due; return how much was heard.

    A webhook that does not answer is not asked again in the same round: others wait as well.
    """
    now = clock.now()
    silent: set[str] = set()
    heard = 0
    for notice in book.claim(now, now + LEASE, AT_ONCE):
        webhook = notice.webhook.webhook_id
        if webhook in silent:
            book.postpone(notice, now + PAUSES[0])
            continue
        try:
            sender.send(notice, now, keys.webhook_secret(webhook), _body(notice))
        except NotFound:
            # It said that it is gone for good: the specification asks to believe that.
            book.remove(notice.webhook.tenant, webhook)
            silent.add(webhook)
        except (Unavailable, Misused) as error:
            silent.add(webhook)
            _again(book, notice, clock, error)
        else:
            book.settle(notice)
            heard += 1
    return heard


def _again(book: WebhookBook, notice: Notice, clock: Clock, error: Exception) -> None:
    what = {"webhook": notice.webhook.webhook_id, "error": type(error).__name__}
    if notice.attempts >= len(PAUSES):
        log.error("webhook given up", attempts=notice.attempts + 1, **what)
        book.settle(notice)
        return
    log.warning("webhook failed", attempts=notice.attempts + 1, **what)
    book.postpone(notice, clock.now() + PAUSES[notice.attempts])


def _body(notice: Notice) -> str:
    """Say as little as a receiver needs to ask for more."""
    return json.dumps(
        {
            "type": f"video.{notice.state.value}",
            "timestamp": notice.at.isoformat(),
            "data": {"id": notice.video_id, "state": notice.state.value},
        }
    )
