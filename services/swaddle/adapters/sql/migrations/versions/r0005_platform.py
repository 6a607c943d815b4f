"""What a platform adds: queues, batches, consents, second attempts, webhooks."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"


def upgrade() -> None:
    """Whatever is under way was let in; nobody said anything about consents."""
    for column in (
        sa.Column("waiting", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("retries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failed_in", sa.String),
        sa.Column("batch", sa.String, nullable=False, server_default=""),
        sa.Column("consent", sa.JSON, nullable=False, server_default="{}"),
        sa.Column("priority", sa.String, nullable=False, server_default="interactive"),
    ):
        op.add_column("video", column)
    op.create_index("video_of_queue", "video", ["tenant", "priority", "at_rest", "waiting"])
    op.create_index("video_of_batch", "video", ["tenant", "batch", "state"])
    _make_webhooks()


def _make_webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("webhook_id", sa.String, primary_key=True),
        sa.Column("tenant", sa.String, nullable=False),
        sa.Column("url", sa.String, nullable=False),
    )
    op.create_index("webhook_of_tenant", "webhook", ["tenant"])
    op.create_table(
        "notice",
        sa.Column(
            "webhook_id",
            sa.String,
            sa.ForeignKey("webhook.webhook_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("video_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("state", "at")),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.String, nullable=False),
    )
    op.create_index("notice_due", "notice", ["due_at"])
