"""The table of calibrations: a few columns to find by, and the whole record as JSON."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table

from assist.adapters.sql.tables import clients
from knowledge_base.adapters.sql.engine import UtcDateTime
from knowledge_base.adapters.sql.tables import metadata

calibrations = Table(
    "calibrations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client_id", ForeignKey(clients.c.id), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("record", JSON, nullable=False),
    Index(None, "client_id", "created_at"),
)
