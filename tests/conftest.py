"""What several suites share: databases, the real model, and services that may be absent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge_base.ports import Embedder

POSTGRES_URL = os.environ.get(
    "ASSIST_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test"
)


@pytest.fixture(scope="session")
def absent() -> Callable[[str], NoReturn]:
    """Say that a service cannot be had: a skip on a laptop, a failure where all must be there."""

    def skip_or_fail(reason: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    return skip_or_fail


@pytest.fixture(scope="session")
def real_embedder() -> Embedder:
    """Open the default model, which the first run on a machine exports for some ten seconds."""
    from assist.bootstrap import Settings
    from knowledge_base.factory import open_embedder

    return open_embedder("all-MiniLM-L6-v2", Settings().model_cache)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file, which tests copy."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def sqlite_engine(migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """Open an empty SQLite database."""
    from knowledge_base.adapters.sql.engine import open_engine

    path = shutil.copy(migrated_file, tmp_path / "assist.db")
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def new_postgres_schema(absent: Callable[[str], NoReturn]) -> Iterator[Callable[[], str]]:
    """Make addresses of empty PostgreSQL schemas, which are dropped at the end.

    Their sessions show times in a zone that is not UTC.
    """
    from sqlalchemy import make_url, text
    from sqlalchemy.exc import OperationalError

    from knowledge_base.adapters.sql.engine import open_engine

    made: list[str] = []
    try:
        engine = open_engine(POSTGRES_URL)
        engine.connect().close()
    except (OperationalError, ModuleNotFoundError) as error:
        absent(f"no PostgreSQL at {POSTGRES_URL!r} (ASSIST_TEST_POSTGRES_URL): {error}")

    def new_schema() -> str:
        made.append(f"test_{uuid4().hex[:12]}")
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {made[-1]}"))
        options = f"-csearch_path={made[-1]} -ctimezone=Asia/Tokyo"
        url = make_url(POSTGRES_URL).update_query_dict({"options": options})
        return url.render_as_string(hide_password=False)

    yield new_schema
    with engine.begin() as connection:
        for schema in made:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(new_postgres_schema: Callable[[], str]) -> Iterator[Engine]:
    """Migrate one PostgreSQL schema."""
    engine = _migrate(new_postgres_schema())
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(migrated_postgres: Engine) -> Iterator[Engine]:
    """Open a PostgreSQL schema, and empty it afterwards."""
    from knowledge_base.adapters.sql.tables import metadata

    yield migrated_postgres
    with migrated_postgres.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Open an empty database of each kind."""
    name = {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}[request.param]
    engine: Engine = request.getfixturevalue(name)
    return engine


def _migrate(url: str) -> Engine:
    from assist.adapters.sql.schema import migrate
    from knowledge_base.adapters.sql.engine import open_engine

    engine = open_engine(url)
    migrate(engine)
    return engine
