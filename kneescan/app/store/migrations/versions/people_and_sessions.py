"""What is noted of a person and a session, and how much of a video is kept."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    columns: tuple[tuple[str, sa.Column[Any]], ...] = (
        ("person", sa.Column("keep", sa.String())),
        ("person", sa.Column("keep_after_days", sa.Integer())),
        ("person", sa.Column("deleted_s", sa.Double())),
        ("session", sa.Column("pain", sa.Integer())),
        *(
            ("session", sa.Column(name, sa.String(), nullable=False, server_default=""))
            for name in ("shoes", "brace", "clothing", "plan", "notes")
        ),
        ("session", sa.Column("is_repeat", sa.Boolean(), nullable=False, server_default="0")),
        ("session", sa.Column("deleted_s", sa.Double())),
        ("video", sa.Column("kept", sa.String(), nullable=False, server_default="original")),
        ("video", sa.Column("keep_next", sa.String())),
        ("video", sa.Column("keep_trouble", sa.String())),
        ("video", sa.Column("recorded_s", sa.Double())),
    )
    for table, column in columns:
        op.add_column(table, column)
