"""Runs migrations on the engine that the caller opened."""

from alembic import context
from sqlalchemy import text

from knowledge_base.adapters.sql.engine import writing
from knowledge_base.adapters.sql.tables import metadata

with writing(context.config.attributes["engine"]) as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('assist migrations'))"))
    with context.begin_transaction():
        context.run_migrations()
