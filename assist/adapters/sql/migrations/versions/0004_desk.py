"""The desk: who has a conversation, its handoffs, and how it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_OLD_INDEX = "ix_conversations_client_id_state_queued_at"

_BEFORE_ALL = "1970-01-01 00:00:00+00:00"


def upgrade() -> None:
    """Apply the change."""
    _create_handoffs()
    _add_columns()
    _move_handoffs()
    _replace_columns()
    _extend_messages()


def _create_handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column(
            "conversation_id",
            sa.String(32),
            sa.ForeignKey("conversations.id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.String(64), sa.ForeignKey("clients.id"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("skill", sa.Text, nullable=False),
        sa.Column("priority", sa.String(20), nullable=False),
        sa.Column("packet", sa.JSON),
        sa.Column("queued_at", _TIME, nullable=False),
        sa.Column("deadline_at", _TIME),
        sa.Column("is_after_hours", sa.Boolean, nullable=False),
        sa.Column("claimed_at", _TIME),
        sa.Column("claimed_by", sa.String(32)),
        sa.Column("first_reply_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("outcome", sa.String(20)),
        sa.Index(None, "client_id", "queue", "claimed_at"),
        sa.Index(None, "client_id", "queued_at"),
    )


def _add_columns() -> None:
    """Add columns one by one: SQLite cannot rebuild a table to which others refer."""
    for column in (
        sa.Column("channel", sa.String(20), nullable=False, server_default="api"),
        sa.Column("channel_ref", sa.Text, nullable=False, server_default=""),
        sa.Column("customer", sa.JSON, nullable=False, server_default="{}"),
        sa.Column("handoff_number", sa.Integer),
        sa.Column("handoffs", sa.Integer, nullable=False, server_default="0"),
        sa.Column("answers_after", sa.Integer, nullable=False, server_default="0"),
        sa.Column("assignee", sa.String(32)),
        sa.Column("assignee_name", sa.Text, nullable=False, server_default=""),
        sa.Column("assigned_at", _TIME),
        sa.Column("last_agent", sa.String(32)),
        sa.Column("escalated_at", _TIME),
        sa.Column("escalation_contact", sa.Text, nullable=False, server_default=""),
        sa.Column("escalation_digest", sa.String(64)),
        sa.Column("resolved_by", sa.String(20)),
        sa.Column("resolved_at", _TIME),
        sa.Column("disposition", sa.Text, nullable=False, server_default=""),
        sa.Column("wrap_up_note", sa.Text, nullable=False, server_default=""),
        sa.Column("is_confirmed", sa.Boolean),
        sa.Column("reopened", sa.Integer, nullable=False, server_default="0"),
        sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
        sa.Column("updated_at", _TIME, nullable=False, server_default=_BEFORE_ALL),
    ):
        op.add_column("conversations", column)


def _move_handoffs() -> None:
    """Give handoffs rows of their own, and date what was there before."""
    op.execute(
        "INSERT INTO handoffs (conversation_id, number, client_id, reason, queue, skill, priority,"
        " queued_at, is_after_hours) SELECT id, 1, client_id, handoff_reason, handoff_queue, '',"
        " handoff_priority, queued_at, false FROM conversations WHERE handoff_reason IS NOT NULL"
    )
    op.execute("UPDATE conversations SET updated_at = created_at")
    op.execute(
        "UPDATE conversations SET handoff_number = 1, handoffs = 1 WHERE handoff_reason IS NOT NULL"
    )
    op.execute(
        "UPDATE conversations SET resolved_by = 'agent', resolved_at = created_at"
        " WHERE state = 'resolved'"
    )


def _replace_columns() -> None:
    op.drop_index(_OLD_INDEX, "conversations")
    for name in ("handoff_reason", "handoff_queue", "handoff_priority", "queued_at"):
        op.drop_column("conversations", name)
    for columns in (
        ["client_id", "state", "updated_at"],
        ["client_id", "updated_at"],
        ["assignee"],
        ["escalation_digest"],
    ):
        op.create_index(None, "conversations", columns)


def _extend_messages() -> None:
    for column in (
        sa.Column("author_id", sa.String(32)),
        sa.Column("author_name", sa.Text, nullable=False, server_default=""),
        sa.Column("audience", sa.String(20), nullable=False, server_default="public"),
        sa.Column("suggestion_id", sa.String(32)),
    ):
        op.add_column("messages", column)
