"""Webhooks and what was delivered to them, reply links, and connected Chatwoot desks."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply the change."""
    _create_webhooks()
    _create_deliveries()
    _create_escalations()
    _create_chatwoot()


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(32), primary_key=True),
        _client_column(),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.String(200), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("include_internal", sa.Boolean, nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("disabled_at", _TIME),
        sa.Column("disabled_reason", sa.Text, nullable=False),
        sa.Index(None, "client_id"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        _client_column(),
        _conversation_column(),
        sa.Column("target_kind", sa.String(20), nullable=False),
        sa.Column("target_id", sa.String(64), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("event_kind", sa.String(40), nullable=False),
        sa.Column("event_sequence", sa.Integer, nullable=False),
        sa.Column("event_state", sa.String(20), nullable=False),
        sa.Column("event_at", _TIME, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.Column("lease_until", _TIME),
        sa.UniqueConstraint("target_kind", "target_id", "part", "event_id"),
        sa.Index(None, "state", "next_at"),
        sa.Index(None, "conversation_id", "state"),
        sa.Index(None, "target_kind", "target_id", "state"),
        sqlite_autoincrement=True,
    )


def _create_escalations() -> None:
    op.create_table(
        "contact_secrets",
        _client_column(primary_key=True),
        sa.Column("secret", sa.String(200), nullable=False),
    )
    op.create_table(
        "reply_links",
        sa.Column("digest", sa.String(64), primary_key=True),
        _client_column(),
        _conversation_column(),
        sa.Column("escalated_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Index(None, "conversation_id"),
    )


def _create_chatwoot() -> None:
    op.create_table(
        "chatwoot_desks",
        sa.Column("key", sa.String(64), primary_key=True),
        _client_column(),
        sa.Column("base_url", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("api_token", sa.String(200), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("signing_secret", sa.String(200), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Index(None, "client_id"),
    )
    desk = sa.ForeignKey("chatwoot_desks.key")
    op.create_table(
        "chatwoot_links",
        sa.Column("desk_key", sa.String(64), desk, primary_key=True),
        sa.Column("remote_id", sa.Integer, primary_key=True, autoincrement=False),
        _client_column(),
        _conversation_column(unique=True),
        sa.Column("remote_status", sa.String(20), nullable=False),
    )


def _client_column(*, primary_key: bool = False) -> sa.Column[str]:
    client = sa.ForeignKey("clients.id")
    return sa.Column("client_id", sa.String(64), client, primary_key=primary_key, nullable=False)


def _conversation_column(*, unique: bool = False) -> sa.Column[str]:
    conversation = sa.ForeignKey("conversations.id")
    return sa.Column(
        "conversation_id", sa.String(32), conversation, nullable=False, unique=unique or None
    )
