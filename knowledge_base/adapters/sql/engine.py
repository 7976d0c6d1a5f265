"""Opens the database with the settings that durability needs; SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, DateTime, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import TypeDecorator

from knowledge_base.models import KnowledgeBaseError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.engine.interfaces import Dialect

BUSY_TIMEOUT_S = 30.0


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware UTC time; SQLite forgets the zone and PostgreSQL returns its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store the time in UTC."""
        del dialect
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        del dialect
        if value and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC) if value else None


def open_engine(url: str) -> Engine:
    """Open a database; the folder of a SQLite file is created.

    SQLite runs in WAL mode with `synchronous=FULL`, so that a committed row survives a power loss,
    and writers begin with BEGIN IMMEDIATE, because a deferred transaction that reads and then
    writes fails at once when another one writes.
    """
    # Parameters hold customers' words, and the texts of errors reach the log.
    try:
        parsed = make_url(url)
        if not parsed.drivername.startswith("sqlite"):
            return create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
        timeout = {"timeout": BUSY_TIMEOUT_S}
        engine = create_engine(parsed, hide_parameters=True, connect_args=timeout)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise KnowledgeBaseError(
            f"{url!r} is no database address; use sqlite:////path/file.db or "
            "postgresql+psycopg://user@host/name"
        ) from error
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """Open a transaction that is going to write."""
    return engine.execution_options(assist_writes=True).begin()


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("assist_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
