"""People: users, the clients they serve, and their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply the change."""
    _create_users()
    _create_sessions()


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("skills", sa.JSON, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("disabled_at", _TIME),
        sa.Column("password_hash", sa.String(250)),
    )
    op.create_table(
        "user_clients",
        _user_column(primary_key=True),
        sa.Column(
            "client_id",
            sa.String(64),
            sa.ForeignKey("clients.id"),
            primary_key=True,
            nullable=False,
            index=True,
        ),
    )


def _create_sessions() -> None:
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.String(32), primary_key=True),
        _user_column(index=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
    )
    op.create_table(
        "user_presence",
        _user_column(primary_key=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("attempted_at", _TIME, nullable=False, index=True),
        sa.Index(None, "who", "attempted_at"),
    )


def _user_column(*, primary_key: bool = False, index: bool | None = None) -> sa.Column[str]:
    user = sa.ForeignKey("users.id")
    return sa.Column(
        "user_id", sa.String(32), user, primary_key=primary_key, nullable=False, index=index
    )
