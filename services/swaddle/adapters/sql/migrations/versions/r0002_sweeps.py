"""How often the commands of a stalled video were repeated."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"


def upgrade() -> None:
    """Count from here."""
    op.add_column("video", sa.Column("sweeps", sa.Integer, nullable=False, server_default="0"))
