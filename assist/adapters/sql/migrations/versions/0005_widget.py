"""The widget: sites, ratings, and feedback on messages."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply the change."""
    _create_sites()
    _create_ratings()
    _create_feedback()
    op.add_column("messages", sa.Column("decision", sa.String(20)))


def _create_sites() -> None:
    op.create_table(
        "sites",
        sa.Column("key", sa.String(40), primary_key=True),
        _client_column(index=True),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("origins", sa.JSON, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )


def _create_ratings() -> None:
    op.create_table(
        "ratings",
        _conversation_column(),
        _client_column(),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("served_by", sa.String(20), nullable=False),
        sa.Column("rated_at", _TIME, nullable=False),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.Index(None, "client_id", "rated_at"),
    )


def _create_feedback() -> None:
    op.create_table(
        "message_feedback",
        _conversation_column(),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        _client_column(),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("given_at", _TIME, nullable=False),
        sa.Index(None, "client_id", "given_at"),
    )


def _client_column(*, index: bool | None = None) -> sa.Column[str]:
    client = sa.ForeignKey("clients.id")
    return sa.Column("client_id", sa.String(64), client, nullable=False, index=index)


def _conversation_column() -> sa.Column[str]:
    conversation = sa.ForeignKey("conversations.id")
    return sa.Column(
        "conversation_id", sa.String(32), conversation, primary_key=True, nullable=False
    )
