"""Whether what is not to be kept of a video is gone."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"


def upgrade() -> None:
    """Nothing is cleared yet."""
    op.add_column(
        "video", sa.Column("cleared", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index("video_to_clear", "video", ["cleared", "state", "changed_at"])
