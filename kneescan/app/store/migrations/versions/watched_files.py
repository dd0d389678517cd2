"""Which files of a watched folder were there already, or were taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "watched_file",
        sa.Column("mark", sa.String(), primary_key=True),
        sa.Column("is_old", sa.Boolean(), nullable=False),
        sa.Column("seen_s", sa.Double(), nullable=False),
    )
