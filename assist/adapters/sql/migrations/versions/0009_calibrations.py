"""Calibrations: thresholds that keep a wrong-answer budget, with their evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply the change."""
    client = sa.ForeignKey("clients.id")
    op.create_table(
        "calibrations",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("client_id", sa.String(64), client, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("withdrawn_at", _TIME),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Index(None, "client_id", "created_at"),
    )
