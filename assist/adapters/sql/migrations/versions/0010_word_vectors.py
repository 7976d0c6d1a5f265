"""Vectors of single words beside those of whole texts; what was kept so far is read again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.drop_table("embeddings")
    op.create_table(
        "embeddings",
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("text_sha256", sa.String(64), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("word_starts", sa.LargeBinary, nullable=False),
        sa.Column("word_rows", sa.LargeBinary, nullable=False),
    )
