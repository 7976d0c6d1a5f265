"""The migrations make the tables that the code declares, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

import assist.adapters.sql
from assist.adapters.sql.schema import HEAD, current_revision, migrate
from assist.domain.errors import SettingsError
from knowledge_base.adapters.sql.engine import open_engine
from knowledge_base.adapters.sql.tables import metadata

MIGRATE = """
import sys
from assist.adapters.sql.schema import migrate
from knowledge_base.adapters.sql.engine import open_engine
engine = open_engine(sys.argv[1])
engine.connect().close()
print("ready", flush=True)
sys.stdin.read()
migrate(engine)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/assist.db"
    new_schema: Callable[[], str] = request.getfixturevalue("new_postgres_schema")
    return new_schema()


@pytest.fixture
def new_engine(new_url: str) -> Iterator[Engine]:
    engine = open_engine(new_url)
    yield engine
    engine.dispose()


def test_migrations_make_the_declared_tables(new_engine: Engine) -> None:
    migrate(new_engine)

    with new_engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    assert inspect(new_engine).has_table("turns")


def test_keys_have_the_same_names_as_in_the_declaration(new_engine: Engine) -> None:
    migrate(new_engine)

    found = inspect(new_engine)
    for table in metadata.sorted_tables:
        declared = {constraint.name for constraint in table.foreign_key_constraints}
        assert {key["name"] for key in found.get_foreign_keys(table.name)} == declared


def test_a_migrated_database_stays_as_it_is(new_engine: Engine) -> None:
    migrate(new_engine)
    with new_engine.begin() as connection:
        connection.execute(text("INSERT INTO embeddings VALUES ('model', 'digest', '1', '2', '3')"))

    migrate(new_engine)

    assert current_revision(new_engine) == HEAD
    with new_engine.connect() as connection:
        assert connection.scalar(text("SELECT model FROM embeddings")) == "model"


def test_an_empty_database_has_no_revision(new_engine: Engine) -> None:
    assert current_revision(new_engine) is None


def test_a_database_of_a_newer_installation_is_refused(new_engine: Engine) -> None:
    migrate(new_engine)
    with new_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SettingsError, match=r"'9999'.*install the newer version"):
        migrate(new_engine)


def test_the_newest_migration_is_the_one_that_the_code_needs() -> None:
    config = Config()
    folder = Path(assist.adapters.sql.__path__[0], "migrations")
    config.set_main_option("script_location", str(folder))

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


@pytest.mark.slow
def test_processes_that_migrate_at_the_same_time_both_succeed(new_url: str) -> None:
    command = [sys.executable, "-c", MIGRATE, new_url]
    with ExitStack() as stack:
        both = [
            stack.enter_context(Popen(command, stdin=PIPE, stdout=PIPE, text=True))
            for _ in range(2)
        ]
        assert [_pipe(process.stdout).readline() for process in both] == ["ready\n"] * 2
        for process in both:
            _pipe(process.stdin).close()

    assert [process.returncode for process in both] == [0, 0]


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
