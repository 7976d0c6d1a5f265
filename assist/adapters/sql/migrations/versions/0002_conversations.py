"""Conversations: their messages, the requests that made them, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply the change."""
    _create_conversations()
    _create_requests()
    _create_outbox()


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(32), primary_key=True),
        _client_column(),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("handoff_reason", sa.Text),
        sa.Column("handoff_queue", sa.Text),
        sa.Column("handoff_priority", sa.String(20)),
        sa.Column("queued_at", _TIME),
        sa.Column("last_sequence", sa.Integer, nullable=False),
        sa.Index(None, "client_id", "state", "queued_at"),
    )
    op.create_table(
        "messages",
        _conversation_column(primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        _client_column(),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("author", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("citations", sa.JSON, nullable=False),
        sa.Column("turn_id", sa.String(32)),
    )


def _create_requests() -> None:
    op.create_table(
        "conversation_requests",
        _conversation_column(primary_key=True),
        sa.Column("key", sa.String(250), primary_key=True),
        _client_column(),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("sequences", sa.JSON, nullable=False),
        sa.Column("awaits_reply", sa.Boolean, nullable=False),
        sa.Index(None, "awaits_reply"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        _client_column(),
        _conversation_column(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("claimed_until", _TIME),
        sqlite_autoincrement=True,
    )


def _client_column() -> sa.Column[str]:
    return sa.Column("client_id", sa.String(64), sa.ForeignKey("clients.id"), nullable=False)


def _conversation_column(*, primary_key: bool = False) -> sa.Column[str]:
    conversation = sa.ForeignKey("conversations.id")
    return sa.Column(
        "conversation_id", sa.String(32), conversation, primary_key=primary_key, nullable=False
    )
