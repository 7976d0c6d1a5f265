"""The tables of the BPO's people, who may serve several clients."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from assist.adapters.sql.tables import clients
from knowledge_base.adapters.sql.engine import UtcDateTime
from knowledge_base.adapters.sql.tables import metadata

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("skills", JSON, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("password_hash", String(250)),
)

user_clients = Table(
    "user_clients",
    metadata,
    Column("user_id", ForeignKey(users.c.id), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), primary_key=True, index=True),
)

user_sessions = Table(
    "user_sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", ForeignKey(users.c.id), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

user_presence = Table(
    "user_presence",
    metadata,
    Column("user_id", ForeignKey(users.c.id), primary_key=True),
    Column("status", String(20), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", String(64), nullable=False),
    Column("attempted_at", UtcDateTime, nullable=False, index=True),
    Index(None, "who", "attempted_at"),
)
