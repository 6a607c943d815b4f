"""
The tables of the ledger. `migrations` makes them; a test compares the two.

What promise 2 says of subjects, identities and tracks stands here as constraints.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

METADATA: Final = MetaData()


def _value(name: str) -> Column[object]:
    """Return a column for a small structured value; absent values are NULL."""
    return Column(name, JSON(none_as_null=True))


def _of_video() -> Column[str]:
    return Column("video_id", String, ForeignKey("video.video_id"), primary_key=True)


VIDEO: Final = Table(
    "video",
    METADATA,
    Column("video_id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("state", String, nullable=False),
    Column("asked_by", String),
    Column("link_round", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("repairs", Integer, nullable=False),
    Column("sweeps", Integer, nullable=False, server_default="0"),
    Column("cleared", Boolean, nullable=False, server_default=false()),
    Column("waiting", Boolean, nullable=False, server_default=false()),
    Column("retries", Integer, nullable=False, server_default="0"),
    Column("failed_in", String),
    Column("batch", String, nullable=False, server_default=""),
    Column("consent", JSON, nullable=False, server_default="{}"),
    Column("verdict", String),
    Column("reviewer", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("error", String, nullable=False),
    _value("source"),
    _value("order"),
    _value("layout"),
    _value("segments"),
    _value("open_edges"),
    _value("portraits"),
    _value("linked_plan"),
    _value("candidates"),
    _value("plan"),
    _value("stale"),
    _value("output"),
    _value("findings"),
    _value("certificate"),
    # What is asked for: a part of the order, `Video.at_rest`, and the time of the last change
    # (UTC, ISO 8601).
    Column("priority", String, nullable=False, server_default="interactive"),
    Column("at_rest", Boolean, nullable=False),
    Column("changed_at", String, nullable=False),
    Index("video_waiting", "at_rest", "changed_at"),
    Index("video_of_tenant", "tenant", "video_id"),
    Index("video_to_clear", "cleared", "state", "changed_at"),
    Index("video_of_queue", "tenant", "priority", "at_rest", "waiting"),
    Index("video_of_batch", "tenant", "batch", "state"),
)

OUTCOME: Final = Table(
    "outcome",
    METADATA,
    _of_video(),
    Column("stage", String, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("blob_key", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
)

SUBJECT: Final = Table(
    "subject",
    METADATA,
    _of_video(),
    Column("subject_id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    # Both NULL until an identity is accepted; from then on the identity stays.
    Column("identity_id", String),
    Column("attempt", Integer),
    UniqueConstraint("video_id", "identity_id", name="one_subject_per_identity"),
)

TRACK: Final = Table(
    "track",
    METADATA,
    Column("video_id", String, primary_key=True),
    Column("track_id", String, primary_key=True),
    Column("subject_id", String, nullable=False),
    Column("position", Integer, nullable=False),
    ForeignKeyConstraint(
        ["video_id", "subject_id"],
        ["subject.video_id", "subject.subject_id"],
        name="track_of_subject",
    ),
)

AUDIT: Final = Table(
    "audit",
    METADATA,
    _of_video(),
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("event", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("digest", String, nullable=False),
)

TOKEN: Final = Table(
    "token",
    METADATA,
    # SHA-256 of the token, in hexadecimal digits: it is long and random, so that is enough.
    Column("digest", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("role", String, nullable=False),
    Column("holder", String, nullable=False),
    Column("expires", String, nullable=False),
)

WEBHOOK: Final = Table(
    "webhook",
    METADATA,
    Column("webhook_id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("url", String, nullable=False),
    Index("webhook_of_tenant", "tenant"),
)

# What a webhook has not heard yet: a row for every video that came to rest, written with it.
NOTICE: Final = Table(
    "notice",
    METADATA,
    Column(
        "webhook_id",
        String,
        ForeignKey("webhook.webhook_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("video_id", String, primary_key=True),
    # Of the entry in the audit chain.
    Column("number", Integer, primary_key=True),
    Column("state", String, nullable=False),
    Column("at", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", String, nullable=False),
    Index("notice_due", "due_at"),
)
