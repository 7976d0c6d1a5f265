"""The assistant's tables, in the same metadata as the knowledge base's."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from knowledge_base.adapters.sql.engine import UtcDateTime
from knowledge_base.adapters.sql.tables import metadata

clients = Table(
    "clients",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("profile", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scope", String(20), nullable=False),
    Column("label", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

turns = Table(
    "turns",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("on", Date, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("record", JSON, nullable=False),
    Index(None, "client_id", "asked_at"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("phase", String(40), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("result", JSON),
    Column("error", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("attempt", Integer, nullable=False),
    Index(None, "client_id", "created_at"),
    Index(None, "state", "created_at"),
)
