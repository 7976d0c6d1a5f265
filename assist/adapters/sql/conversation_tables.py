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
    Column("state", String(20), nullable=False),
    Column("handoff_reason", Text),
    Column("handoff_queue", Text),
    Column("handoff_priority", String(20)),
    Column("queued_at", UtcDateTime),
    Column("last_sequence", Integer, nullable=False),
    Index(None, "client_id", "state", "queued_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("id", String(32), nullable=False, unique=True),
    Column("author", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("citations", JSON, nullable=False),
    Column("turn_id", String(32)),
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
