"""How the database behaves under several writers and across restarts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from knowledge_base.adapters.sql.engine import UtcDateTime, open_engine, writing
from knowledge_base.models import KnowledgeBaseError
from tests.fakes import NOON

counters = Table(
    "counters",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("counted_at", UtcDateTime),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/folder/that/is/new/counters.db")
    counters.metadata.create_all(engine)
    with writing(engine) as connection:
        connection.execute(insert(counters).values(id=1, value=0))
    yield engine
    engine.dispose()


def count_one(engine: Engine) -> None:
    with writing(engine) as connection:
        value = connection.scalar(select(counters.c.value)) or 0
        connection.execute(update(counters).values(value=value + 1))


def test_writers_that_read_first_wait_for_each_other_and_lose_nothing(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(lambda _: count_one(engine), range(40)))

    with engine.connect() as connection:
        assert connection.scalar(select(counters.c.value)) == 40


def test_a_reader_sees_the_last_commit_while_another_one_writes(engine: Engine) -> None:
    with writing(engine) as writer, engine.connect() as reader:
        writer.execute(update(counters).values(value=7))

        assert reader.scalar(select(counters.c.value)) == 0


def test_the_settings_are_those_that_durability_needs(engine: Engine) -> None:
    with engine.connect() as connection:
        settings = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    full, on = 2, 1
    assert settings == ["wal", full, on]


def test_an_error_takes_the_whole_transaction_back(engine: Engine) -> None:
    def count_and_fail() -> None:
        with writing(engine) as connection:
            connection.execute(update(counters).values(value=7))
            connection.execute(insert(counters).values(id=1, value=0))

    with pytest.raises(IntegrityError):
        count_and_fail()

    with engine.connect() as connection:
        assert connection.scalar(select(counters.c.value)) == 0


def test_times_are_kept_and_compared_in_utc(engine: Engine) -> None:
    new_york = timezone(timedelta(hours=-5))
    with writing(engine) as connection:
        connection.execute(update(counters).values(counted_at=NOON.astimezone(new_york)))

    with engine.connect() as connection:
        found: datetime | None = connection.scalar(
            select(counters.c.counted_at).where(counters.c.counted_at <= NOON)
        )

    assert found == NOON
    assert found.tzinfo is UTC


@pytest.mark.parametrize("url", ["", "assist.db", "C:\\assist.db", "nosuch://host/name"])
def test_what_is_no_address_is_refused_with_examples(url: str) -> None:
    with pytest.raises(KnowledgeBaseError, match=r"is no database address; use sqlite:////"):
        open_engine(url)


def test_an_error_does_not_tell_the_values_of_its_statement(engine: Engine) -> None:
    statement = text("INSERT INTO counters (id, value, note) VALUES (1, 1, :words)")
    with pytest.raises(OperationalError) as caught, writing(engine) as connection:
        connection.execute(statement, {"words": "what a customer said"})

    assert "INSERT INTO counters" in str(caught.value)
    assert "customer" not in str(caught.value)
