"""Brings the database's tables to the version that this code needs."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError

import assist.adapters.sql.calibration_tables
import assist.adapters.sql.conversation_tables
import assist.adapters.sql.people_tables
import assist.adapters.sql.suggestion_tables
import assist.adapters.sql.tables
import assist.adapters.sql.webhook_tables
import assist.adapters.sql.widget_tables  # noqa: F401 - registers the tables in the metadata
from assist.domain.errors import SettingsError

HEAD = "0010"
"""The newest migration; a test compares it with the migrations folder."""


def migrate(engine: Engine) -> None:
    """Run the missing migrations; costs one query when there are none.

    Raises `SettingsError` when the database cannot be reached or is newer than this code.
    """
    try:
        current = current_revision(engine)
    except OperationalError as error:
        raise SettingsError(
            f"the database {engine.url.render_as_string()!r} cannot be reached: "
            f"{str(error.orig).strip()}; start it, or correct ASSIST_DATABASE_URL"
        ) from error
    if current == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SettingsError(
            f"the database is at version {current!r}, which this installation does not know; "
            "install the newer version of bpo-assist again"
        ) from error


def current_revision(engine: Engine) -> str | None:
    """Return the database's migration, or `None` for an empty database."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
