"""What reports read of the stores: in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from assist.adapters.sql.reporting import SqlDeskHistory
from assist.adapters.sql.widget_tables import message_feedback
from assist.domain.conversation import Author, ConversationId, ConversationState
from assist.domain.decision import DecisionKind
from assist.domain.desk_report import DeskNow, SuggestionCounts
from assist.domain.desk_rows import ConversationRow
from assist.domain.suggestion import Outcome
from assist.ports.reporting import DeskHistory
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId
from tests.fakes import ACME, ZENITH
from tests.reporting_fakes import (
    START,
    MemoryHistory,
    SuggestionRow,
    add_message,
    full_row,
    write_history,
)

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
NOBODY = ClientId("nobody")

Open = Callable[..., DeskHistory]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Open:
    """Return a function that opens a history of each kind with these rows."""

    def open_history(
        rows: Iterable[ConversationRow] = (), offered: Iterable[SuggestionRow] = ()
    ) -> DeskHistory:
        if request.param == "memory":
            return MemoryHistory(list(rows), list(offered))
        engine = request.getfixturevalue(
            {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}[request.param]
        )
        _add_clients(engine)
        write_history(engine, rows, offered)
        return SqlDeskHistory(engine)

    return open_history


def _add_clients(engine: Engine) -> None:
    from assist.adapters.sql.clients import SqlClientDirectory
    from assist.domain.client import ClientProfile

    for client_id in (ACME, ZENITH):
        SqlClientDirectory(engine).add_client(client_id, ClientProfile(name=client_id))


def started(name: str, after: timedelta, client_id: ClientId = ACME) -> ConversationRow:
    at = START + after
    return ConversationRow(ConversationId(name), client_id, at, ConversationState.QUEUED, at)


def test_every_field_of_a_conversation_is_read(opened: Open) -> None:
    rows = [full_row(), started("bare", SECOND)]
    assert list(opened(rows).read_rows([row.id for row in rows])) == rows


def test_rows_come_in_the_order_of_their_ids_and_unknown_ones_are_left_out(opened: Open) -> None:
    rows = [started("a", DAY), started("b", SECOND)]
    asked = [ConversationId("b"), ConversationId("gone"), ConversationId("a")]
    assert [row.id for row in opened(rows).read_rows(asked)] == ["b", "a"]


def test_what_started_is_listed_by_time_within_the_bounds_and_of_the_clients(opened: Open) -> None:
    history = opened(
        [
            started("late", DAY),
            started("b", SECOND),
            started("a", SECOND),
            started("first", timedelta()),
            started("other", SECOND, ZENITH),
            started("early", -SECOND),
        ]
    )

    assert list(history.list_started([ACME], START, START + DAY)) == ["first", "a", "b"]
    both = history.list_started([ACME, ZENITH], START + SECOND, START + DAY)
    assert list(both) == ["a", "b", "other"]
    assert list(history.list_started([], START, START + DAY)) == []


def test_suggestions_are_counted_by_outcome_within_the_bounds(opened: Open) -> None:
    history = opened(
        offered=[
            SuggestionRow(ACME, START, Outcome.EDITED, 0.5),
            SuggestionRow(ACME, START, Outcome.EDITED, 0.1),
            SuggestionRow(ACME, START, Outcome.ACCEPTED, 0.0),
            SuggestionRow(ACME, START),
            SuggestionRow(ZENITH, START, Outcome.REJECTED),
            SuggestionRow(ACME, START + DAY, Outcome.IGNORED),
        ]
    )

    counts = history.count_suggestions([ACME], START, START + DAY)

    assert replace(counts, edit_distance=None) == SuggestionCounts(4, accepted=1, edited=2)
    assert counts.edit_distance == pytest.approx(0.3)
    assert history.count_suggestions([NOBODY], START, START + DAY) == SuggestionCounts()


def test_what_is_open_is_counted_by_client_whenever_it_started(opened: Open) -> None:
    states = [
        (ACME, ConversationState.QUEUED),
        (ACME, ConversationState.QUEUED),
        (ACME, ConversationState.WITH_AGENT),
        (ACME, ConversationState.RESOLVED),
        (ACME, ConversationState.ASSISTANT),
        (ZENITH, ConversationState.WAITING_ON_CLIENT),
    ]
    rows = [
        replace(started(str(number), number * DAY, client_id), state=state)
        for number, (client_id, state) in enumerate(states)
    ]

    counts = opened(rows).count_open([ACME, ZENITH])

    assert counts[ACME] == DeskNow(waiting=2, with_agent=1)
    assert counts[ZENITH] == DeskNow(waiting_on_client=1)


def test_small_talk_after_it_does_not_hide_the_last_answer(engine: Engine) -> None:
    row = started("a", SECOND)
    _add_clients(engine)
    write_history(engine, [row])
    said = [DecisionKind.ABSTAIN, DecisionKind.ANSWER, DecisionKind.SMALLTALK]
    with writing(engine) as connection:
        for sequence, decision in enumerate(said, start=1):
            at = row.created_at + sequence * SECOND
            add_message(connection, row, sequence, Author.ASSISTANT, at, decision=decision)
        feedback = {"conversation_id": row.id, "client_id": ACME, "given_at": START}
        given = [{**feedback, "sequence": 1, "helpful": False}]
        connection.execute(insert(message_feedback).values(given))

    [read] = SqlDeskHistory(engine).read_rows([row.id])

    assert (read.answered, read.helpful) == (True, None)
    assert read.assistant_messages == 3
    assert read.last_message_at == row.created_at + 3 * SECOND


def test_a_note_among_agents_is_no_message_to_the_customer(engine: Engine) -> None:
    row = started("a", SECOND)
    _add_clients(engine)
    write_history(engine, [row])
    with writing(engine) as connection:
        add_message(connection, row, 1, Author.AGENT, START + DAY, audience="internal")

    [read] = SqlDeskHistory(engine).read_rows([row.id])

    assert (read.agent_messages, read.last_message_at) == (0, row.created_at)
