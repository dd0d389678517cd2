"""How a video was filmed, where its file may be wrong about it; and with what each job measures."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there was measured as the files say."""
    for table in ("video", "job"):
        columns: tuple[sa.Column[Any], ...] = (
            sa.Column("recorded_fps", sa.Double()),
            sa.Column("rotate_deg", sa.Integer(), nullable=False, server_default="0"),
        )
        for column in columns:
            op.add_column(table, column)
    op.add_column("job", sa.Column("who", sa.String(), nullable=False, server_default=""))
