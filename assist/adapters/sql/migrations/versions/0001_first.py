"""The first tables: knowledge, clients, keys, turns and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_CLIENT = sa.String(64)
_VERSION_KEY = ["knowledge_versions.client_id", "knowledge_versions.number"]


def upgrade() -> None:
    """Apply the change."""
    _create_versions()
    _create_articles()
    _create_clients()
    _create_turns_and_jobs()


def _create_versions() -> None:
    op.create_table(
        "knowledge_versions",
        sa.Column("client_id", _CLIENT, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("embedding_model", sa.String(200), nullable=False),
        sa.Column("indexes", sa.JSON, nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("is_complete", sa.Boolean, nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("client_id", _CLIENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("published_at", _TIME, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["client_id", "version"], _VERSION_KEY),
        sa.Index(None, "client_id", "id"),
    )
    op.create_table(
        "published_versions",
        sa.Column("client_id", _CLIENT, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["client_id", "version"], _VERSION_KEY),
    )


def _create_articles() -> None:
    op.create_table(
        "article_revisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("client_id", _CLIENT, nullable=False),
        sa.Column("article_id", sa.String(200), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("effective_from", sa.Date),
        sa.Column("effective_until", sa.Date),
        sa.Column("verbatim", sa.Boolean, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("source_url", sa.Text, nullable=False),
        sa.Index(None, "client_id", "article_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "version_articles",
        sa.Column("client_id", _CLIENT, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        _revision_column(primary_key=True),
        sa.ForeignKeyConstraint(["client_id", "version"], _VERSION_KEY),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("client_id", _CLIENT, nullable=False),
        _revision_column(),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("section", sa.JSON, nullable=False),
        sa.Column("question", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "embeddings",
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("text_sha256", sa.String(64), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )


def _create_clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", _CLIENT, primary_key=True),
        sa.Column("profile", sa.JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(32), primary_key=True),
        _client_column(index=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME),
        sa.Column("revoked_at", _TIME),
    )


def _create_turns_and_jobs() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.String(32), primary_key=True),
        _client_column(),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Index(None, "client_id", "asked_at"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        _client_column(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("phase", sa.String(40), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("result", sa.JSON),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("started_at", _TIME),
        sa.Column("finished_at", _TIME),
        sa.Column("lease_until", _TIME),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Index(None, "client_id", "created_at"),
        sa.Index(None, "state", "created_at"),
    )


def _client_column(*, index: bool = False) -> sa.Column[str]:
    client = sa.ForeignKey("clients.id")
    return sa.Column("client_id", _CLIENT, client, nullable=False, index=index)


def _revision_column(*, primary_key: bool = False) -> sa.Column[int]:
    revision = sa.ForeignKey("article_revisions.id")
    return sa.Column(
        "revision_id", sa.Integer, revision, primary_key=primary_key, nullable=False, index=True
    )
