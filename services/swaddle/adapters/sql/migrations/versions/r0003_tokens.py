"""The tokens of the API, and the pages of a tenant."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "token",
        sa.Column("digest", sa.String, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("tenant", "role", "holder", "expires")
        ),
    )
    op.create_index("video_of_tenant", "video", ["tenant", "video_id"])
