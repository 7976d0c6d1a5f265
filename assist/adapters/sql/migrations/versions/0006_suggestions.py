"""Suggestions to agents and canned responses."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(32), primary_key=True),
        _client_column(),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id")),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("outcome", sa.String(20)),
        sa.Column("ended_at", _TIME),
        sa.Column("edit_distance", sa.Float),
        sa.Column("outcome_reason", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Index(None, "client_id", "thread", "number"),
        sa.Index(None, "client_id", "created_at"),
    )
    op.create_table(
        "canned_responses",
        sa.Column("id", sa.String(32), primary_key=True),
        _client_column(),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.UniqueConstraint("client_id", "title"),
    )


def _client_column() -> sa.Column[str]:
    return sa.Column("client_id", sa.String(64), sa.ForeignKey("clients.id"), nullable=False)
