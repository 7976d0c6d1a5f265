"""The tables of the knowledge base; every row names its client, for row-level security later."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from knowledge_base.adapters.sql.engine import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

knowledge_versions = Table(
    "knowledge_versions",
    metadata,
    Column("client_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("embedding_model", String(200), nullable=False),
    Column("indexes", JSON, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("is_complete", Boolean, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("reason", String(200), nullable=False),
    ForeignKeyConstraint(
        ["client_id", "version"], ["knowledge_versions.client_id", "knowledge_versions.number"]
    ),
    Index(None, "client_id", "id"),
)

published_versions = Table(
    "published_versions",
    metadata,
    Column("client_id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(
        ["client_id", "version"], ["knowledge_versions.client_id", "knowledge_versions.number"]
    ),
)

article_revisions = Table(
    "article_revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", String(64), nullable=False),
    Column("article_id", String(200), nullable=False),
    Column("path", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("audience", String(20), nullable=False),
    Column("language", String(20), nullable=False),
    Column("effective_from", Date),
    Column("effective_until", Date),
    Column("verbatim", Boolean, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("source_url", Text, nullable=False),
    Index(None, "client_id", "article_id"),
    sqlite_autoincrement=True,
)

version_articles = Table(
    "version_articles",
    metadata,
    Column("client_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("revision_id", ForeignKey(article_revisions.c.id), primary_key=True, index=True),
    ForeignKeyConstraint(
        ["client_id", "version"], ["knowledge_versions.client_id", "knowledge_versions.number"]
    ),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", String(64), nullable=False),
    Column("revision_id", ForeignKey(article_revisions.c.id), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("section", JSON, nullable=False),
    Column("question", Text),
    Column("text", Text, nullable=False),
    # Indexes and caches are keyed by passage ids: one must never come back with another text.
    sqlite_autoincrement=True,
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("model", String(200), primary_key=True),
    Column("text_sha256", String(64), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Column("word_starts", LargeBinary, nullable=False),
    Column("word_rows", LargeBinary, nullable=False),
)
