"""The tables of the widget: where it is shown, and what customers think."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from assist.adapters.sql.conversation_tables import conversations
from assist.adapters.sql.tables import clients
from knowledge_base.adapters.sql.engine import UtcDateTime
from knowledge_base.adapters.sql.tables import metadata

sites = Table(
    "sites",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False, index=True),
    Column("label", String(200), nullable=False),
    Column("origins", JSON, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

ratings = Table(
    "ratings",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("score", Integer, nullable=False),
    Column("comment", Text, nullable=False),
    Column("served_by", String(20), nullable=False),
    Column("rated_at", UtcDateTime, nullable=False),
    Column("reopened", Integer, nullable=False),
    Index(None, "client_id", "rated_at"),
)

message_feedback = Table(
    "message_feedback",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Index(None, "client_id", "given_at"),
)
