"""The tables of what is told to other systems; every row names its client."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
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

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("secret", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("include_internal", Boolean, nullable=False),
    Column("description", String(200), nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("disabled_reason", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False),
    Column("target_kind", String(20), nullable=False),
    Column("target_id", String(64), nullable=False),
    Column("part", String(20), nullable=False),
    Column("event_id", Integer, nullable=False),
    Column("event_kind", String(40), nullable=False),
    Column("event_sequence", Integer, nullable=False),
    Column("event_state", String(20), nullable=False),
    Column("event_at", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    UniqueConstraint("target_kind", "target_id", "part", "event_id"),
    Index(None, "state", "next_at"),
    Index(None, "conversation_id", "state"),
    Index(None, "target_kind", "target_id", "state"),
    # Receivers know deliveries by their ids: one must never come back for another delivery.
    sqlite_autoincrement=True,
)

contact_secrets = Table(
    "contact_secrets",
    metadata,
    Column("client_id", ForeignKey(clients.c.id), primary_key=True),
    Column("secret", String(200), nullable=False),
)

reply_links = Table(
    "reply_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    Column("escalated_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

chatwoot_desks = Table(
    "chatwoot_desks",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False, index=True),
    Column("base_url", Text, nullable=False),
    Column("account_id", Integer, nullable=False),
    Column("api_token", String(200), nullable=False),
    Column("token_digest", String(64), nullable=False),
    Column("signing_secret", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

chatwoot_links = Table(
    "chatwoot_links",
    metadata,
    Column("desk_key", ForeignKey(chatwoot_desks.c.key), primary_key=True),
    Column("remote_id", Integer, primary_key=True, autoincrement=False),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, unique=True),
    Column("remote_status", String(20), nullable=False),
)
