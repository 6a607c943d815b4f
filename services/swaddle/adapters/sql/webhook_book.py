"""Webhooks beside the ledger: what they have to hear is written in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, delete, insert, select, update

from swaddle.coordinator.webhooks import Notice, Webhook
from swaddle.kernel.identifiers import Tenant, VideoId
from swaddle.kernel.life import State

from . import dialect
from .engine import transaction
from .questions import moment
from .schema import NOTICE, WEBHOOK


class SqlWebhookBook:
    """Safe for threads and for several processes, as the ledger is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = dialect.reader(engine)

    def add(self, webhook: Webhook) -> None:
        """Insert a row."""
        with transaction(self._engine) as connection:
            connection.execute(
                insert(WEBHOOK).values(
                    webhook_id=webhook.webhook_id, tenant=webhook.tenant, url=webhook.url
                )
            )

    def of(self, tenant: Tenant) -> Sequence[Webhook]:
        """Order by name."""
        own = select(WEBHOOK).where(WEBHOOK.c.tenant == tenant).order_by(WEBHOOK.c.webhook_id)
        with transaction(self._reader) as connection:
            return [_webhook(row) for row in connection.execute(own)]

    def remove(self, tenant: Tenant, webhook_id: str) -> bool:
        """Delete the row; the database deletes what hangs on it."""
        own = (WEBHOOK.c.tenant == tenant) & (WEBHOOK.c.webhook_id == webhook_id)
        with transaction(self._engine) as connection:
            return connection.execute(delete(WEBHOOK).where(own)).rowcount > 0

    def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Notice]:
        """Let one at a time claim, and make what it gets due later."""
        due = (
            select(NOTICE, WEBHOOK.c.tenant, WEBHOOK.c.url)
            .join(WEBHOOK, WEBHOOK.c.webhook_id == NOTICE.c.webhook_id)
            .where(NOTICE.c.due_at <= moment(now))
            .order_by(NOTICE.c.due_at, NOTICE.c.video_id, NOTICE.c.number)
            .limit(limit)
        )
        with transaction(self._reader) as connection:
            # Asked every second: where nothing is due nobody is kept from writing.
            if connection.execute(due.limit(1)).first() is None:
                return []
        with transaction(self._engine) as connection:
            dialect.lock(connection, "notices")
            notices = [_notice(row) for row in connection.execute(due)]
            for notice in notices:
                connection.execute(update(NOTICE).where(_is(notice)).values(due_at=moment(until)))
        return notices

    def settle(self, notice: Notice) -> None:
        """Delete the row."""
        with transaction(self._engine) as connection:
            connection.execute(delete(NOTICE).where(_is(notice)))

    def postpone(self, notice: Notice, until: datetime) -> None:
        """Count in the row."""
        with transaction(self._engine) as connection:
            connection.execute(
                update(NOTICE)
                .where(_is(notice))
                .values(due_at=moment(until), attempts=notice.attempts + 1)
            )

    def close(self) -> None:
        """Close the connections that wait to be used again."""
        self._engine.dispose()


def _is(notice: Notice) -> ColumnElement[bool]:
    return (
        (NOTICE.c.webhook_id == notice.webhook.webhook_id)
        & (NOTICE.c.video_id == notice.video_id)
        & (NOTICE.c.number == notice.number)
    )


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(webhook_id=row.webhook_id, tenant=Tenant(row.tenant), url=row.url)


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        webhook=_webhook(row),
        video_id=VideoId(row.video_id),
        number=row.number,
        state=State(row.state),
        at=datetime.fromisoformat(row.at),
        attempts=row.attempts,
    )
