"""The tables of suggestions and canned responses."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from assist.adapters.sql.conversation_tables import conversations
from assist.adapters.sql.tables import clients
from knowledge_base.adapters.sql.engine import UtcDateTime
from knowledge_base.adapters.sql.tables import metadata

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("conversation_id", ForeignKey(conversations.c.id)),
    Column("thread", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("agent", String(200), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("record", JSON, nullable=False),
    Column("outcome", String(20)),
    Column("ended_at", UtcDateTime),
    Column("edit_distance", Float),
    Column("outcome_reason", Text, nullable=False),
    # Times can be equal: the number tells which of a thread is the newest.
    Column("number", Integer, nullable=False),
    Index(None, "client_id", "thread", "number"),
    Index(None, "client_id", "created_at"),
)

canned_responses = Table(
    "canned_responses",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("language", String(20), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("client_id", "title"),
)
