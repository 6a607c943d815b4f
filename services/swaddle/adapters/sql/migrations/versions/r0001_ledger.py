"""The first ledger: videos, outcomes, subjects, tracks, audit."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from swaddle.adapters.sql.dialect import append_only, set_once

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the tables, and what guards them."""
    _video()
    _outcome()
    _subject()
    _audit()
    database = op.get_bind().dialect.name
    guards = (*set_once(database, "subject", "identity_id"), *append_only(database, "audit"))
    for statement in guards:
        op.execute(statement)


def _text(name: str, *, key: bool = False, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=key, nullable=null)


def _number(name: str, *, key: bool = False, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=key, nullable=null)


def _of_video() -> sa.Column[str]:
    return sa.Column("video_id", sa.String, sa.ForeignKey("video.video_id"), primary_key=True)


def _video() -> None:
    values = (
        *("source", "order", "layout", "segments", "open_edges", "portraits", "linked_plan"),
        *("candidates", "plan", "stale", "output", "findings", "certificate"),
    )
    op.create_table(
        "video",
        _text("video_id", key=True),
        _text("tenant"),
        _text("state"),
        _text("asked_by", null=True),
        _number("link_round"),
        _number("revision"),
        _number("repairs"),
        _text("verdict", null=True),
        _text("reviewer"),
        _text("reason"),
        _text("error"),
        *(sa.Column(name, sa.JSON(none_as_null=True)) for name in values),
        sa.Column("at_rest", sa.Boolean, nullable=False),
        _text("changed_at"),
    )
    op.create_index("video_waiting", "video", ["at_rest", "changed_at"])


def _outcome() -> None:
    op.create_table(
        "outcome",
        _of_video(),
        _text("stage", key=True),
        _number("round", key=True),
        _number("part", key=True),
        _text("blob_key"),
        sa.Column("size", sa.BigInteger, nullable=False),
        _text("sha256"),
    )


def _subject() -> None:
    op.create_table(
        "subject",
        _of_video(),
        _text("subject_id", key=True),
        _number("position"),
        _text("identity_id", null=True),
        _number("attempt", null=True),
        sa.UniqueConstraint("video_id", "identity_id", name="one_subject_per_identity"),
    )
    op.create_table(
        "track",
        _text("video_id", key=True),
        _text("track_id", key=True),
        _text("subject_id"),
        _number("position"),
        sa.ForeignKeyConstraint(
            ["video_id", "subject_id"],
            ["subject.video_id", "subject.subject_id"],
            name="track_of_subject",
        ),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        _of_video(),
        _number("number", key=True),
        _text("at"),
        _text("event"),
        _text("detail"),
        _text("previous"),
        _text("digest"),
    )
