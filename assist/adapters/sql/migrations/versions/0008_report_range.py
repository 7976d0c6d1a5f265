"""Conversations by when they started, for reports over a range of days."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index(
        "ix_conversations_client_id_created_at", "conversations", ["client_id", "created_at"]
    )
