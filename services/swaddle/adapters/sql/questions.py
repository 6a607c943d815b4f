"""What is asked of the ledger's tables beside one video: lists, counts, and who is told."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Insert, Select, false, func, insert, literal, select, true

from swaddle.kernel.audit import AuditEntry
from swaddle.kernel.identifiers import MessageId, Tenant, VideoId
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import Priority

from .schema import NOTICE, VIDEO, WEBHOOK

AT_WORK = (VIDEO.c.at_rest == false()) & (VIDEO.c.waiting == false())
QUEUED = (VIDEO.c.at_rest == false()) & (VIDEO.c.waiting == true())


def unfinished(unchanged_since: datetime | None) -> Select[VideoId]:
    """Select the videos at work, by the last change."""
    wanted = AT_WORK
    if unchanged_since is not None:
        wanted &= VIDEO.c.changed_at <= moment(unchanged_since)
    return _oldest_first(wanted)


def resting_in(state: State, unchanged_since: datetime) -> Select[VideoId]:
    """Select the videos of a state of which something is left, by the last change."""
    before = VIDEO.c.changed_at <= moment(unchanged_since)
    return _oldest_first((VIDEO.c.state == state) & (VIDEO.c.cleared == false()) & before)


def page(tenant: Tenant, limit: int, after: VideoId | None, batch: str | None) -> Select[VideoId]:
    """Select the names of a page."""
    wanted = select(VIDEO.c.video_id).where(VIDEO.c.tenant == tenant)
    if after is not None:
        wanted = wanted.where(VIDEO.c.video_id > after)
    if batch is not None:
        wanted = wanted.where(VIDEO.c.batch == batch)
    return wanted.order_by(VIDEO.c.video_id).limit(limit)


def number_at_work(tenant: Tenant, priority: Priority) -> Select[int]:
    """Count the videos of a tenant and priority that were let in and have not ended."""
    own = (VIDEO.c.tenant == tenant) & (VIDEO.c.priority == priority)
    return select(func.count()).where(own & AT_WORK)


def queue(tenant: Tenant, priority: Priority) -> Select[VideoId]:
    """Select the videos of a tenant and priority that were not let in, the oldest first."""
    own = (VIDEO.c.tenant == tenant) & (VIDEO.c.priority == priority)
    return _oldest_first(own & QUEUED)


def begun(tenant: Tenant, by: MessageId) -> Select[VideoId]:
    """Select the videos that an event let in, and that nothing was heard of since."""
    own = (VIDEO.c.tenant == tenant) & (VIDEO.c.asked_by == by)
    return _oldest_first(own & (VIDEO.c.state == State.RECEIVED) & AT_WORK)


def queues() -> Select[str, str, int]:
    """Count the videos that were not let in, by tenant and priority."""
    by = (VIDEO.c.tenant, VIDEO.c.priority)
    return select(*by, func.count()).where(QUEUED).group_by(*by)


def batch(tenant: Tenant, name: str) -> Select[str, int]:
    """Count the videos of a batch, by state."""
    own = (VIDEO.c.tenant == tenant) & (VIDEO.c.batch == name)
    return select(VIDEO.c.state, func.count()).where(own).group_by(VIDEO.c.state)


def notify(video: Video, entry: AuditEntry) -> Insert:
    """Insert what the tenant's webhooks have to hear, due at once."""
    at = entry.at.isoformat()
    told: dict[str, Any] = {
        "webhook_id": WEBHOOK.c.webhook_id,
        "video_id": literal(video.video_id),
        "number": literal(entry.number),
        "state": literal(video.state.value),
        "at": literal(at),
        "attempts": literal(0),
        "due_at": literal(at),
    }
    rows = select(*told.values()).where(WEBHOOK.c.tenant == video.tenant)
    return insert(NOTICE).from_select(list(told), rows)


def moment(at: datetime) -> str:
    """Return a time as it is kept: in this form the later is also the greater."""
    return at.astimezone(UTC).isoformat()


def _oldest_first(wanted: Any) -> Select[VideoId]:  # noqa: ANN401 - a SQL expression
    return select(VIDEO.c.video_id).where(wanted).order_by(VIDEO.c.changed_at, VIDEO.c.video_id)
