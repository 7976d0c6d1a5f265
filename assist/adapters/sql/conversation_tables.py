"""The tables of conversations; every row names its client, for row-level security later."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from assist.adapters.sql.tables import clients
from knowledge_base.adapters.sql.engine import UtcDateTime
from knowledge_base.adapters.sql.tables import metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("token_digest", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("language", String(20), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("channel_ref", Text, nullable=False),
    Column("customer", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("handoff_number", Integer),
    Column("handoffs", Integer, nullable=False),
    Column("answers_after", Integer, nullable=False),
    Column("assignee", String(32)),
    Column("assignee_name", Text, nullable=False),
    Column("assigned_at", UtcDateTime),
    Column("last_agent", String(32)),
    Column("escalated_at", UtcDateTime),
    Column("escalation_contact", Text, nullable=False),
    Column("escalation_digest", String(64)),
    Column("resolved_by", String(20)),
    Column("resolved_at", UtcDateTime),
    Column("disposition", Text, nullable=False),
    Column("wrap_up_note", Text, nullable=False),
    Column("is_confirmed", Boolean),
    Column("reopened", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("last_sequence", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "client_id", "state", "updated_at"),
    Index(None, "client_id", "updated_at"),
    Index(None, "client_id", "created_at"),
    Index(None, "assignee"),
    Index(None, "escalation_digest"),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("reason", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("skill", Text, nullable=False),
    Column("priority", String(20), nullable=False),
    Column("packet", JSON(none_as_null=True)),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("deadline_at", UtcDateTime),
    Column("is_after_hours", Boolean, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("claimed_by", String(32)),
    Column("first_reply_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(20)),
    Index(None, "client_id", "queue", "claimed_at"),
    Index(None, "client_id", "queued_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("id", String(32), nullable=False, unique=True),
    Column("author", String(20), nullable=False),
    Column("author_id", String(32)),
    Column("author_name", Text, nullable=False),
    Column("audience", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("citations", JSON, nullable=False),
    Column("turn_id", String(32)),
    Column("suggestion_id", String(32)),
    Column("decision", String(20)),
)

conversation_requests = Table(
    "conversation_requests",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("sequences", JSON, nullable=False),
    Column("awaits_reply", Boolean, nullable=False),
    Index(None, "awaits_reply"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_until", UtcDateTime),
    # Consumers know events by their ids: one must never come back for another event.
    sqlite_autoincrement=True,
)
