"""Histories for reports: kept in memory, or written to the tables as they would have happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, insert

from assist.adapters.sql.conversation_tables import conversations, handoffs, messages
from assist.adapters.sql.suggestion_tables import suggestions
from assist.adapters.sql.widget_tables import message_feedback, ratings
from assist.domain.conversation import Author, ConversationId, ConversationState
from assist.domain.decision import DecisionKind
from assist.domain.desk_report import DeskNow, SuggestionCounts
from assist.domain.desk_rows import ConversationRow, HandoffRow, RatingRow, ResolutionRow
from assist.domain.suggestion import Outcome
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId
from tests.fakes import ACME


@dataclass(frozen=True)
class SuggestionRow:
    """A suggestion and what became of it."""

    client_id: ClientId
    created_at: datetime
    outcome: Outcome | None = None
    edit_distance: float | None = None


@dataclass
class MemoryHistory:
    """A `DeskHistory` of rows."""

    rows: list[ConversationRow] = field(default_factory=list)
    suggestions: list[SuggestionRow] = field(default_factory=list)

    def list_started(
        self, client_ids: Sequence[ClientId], since: datetime, until: datetime
    ) -> Sequence[ConversationId]:
        found = [
            row
            for row in self.rows
            if row.client_id in client_ids and since <= row.created_at < until
        ]
        return [row.id for row in sorted(found, key=lambda row: (row.created_at, row.id))]

    def read_rows(self, ids: Sequence[ConversationId]) -> Sequence[ConversationRow]:
        by_id = {row.id: row for row in self.rows}
        return [by_id[each] for each in ids if each in by_id]

    def count_suggestions(
        self, client_ids: Sequence[ClientId], since: datetime, until: datetime
    ) -> SuggestionCounts:
        found = [
            each
            for each in self.suggestions
            if each.client_id in client_ids and since <= each.created_at < until
        ]
        counts = {
            outcome.value: sum(each.outcome is outcome for each in found) for outcome in Outcome
        }
        edits = [each.edit_distance or 0 for each in found if each.outcome is Outcome.EDITED]
        mean = sum(edits) / len(edits) if edits else None
        return SuggestionCounts(len(found), **counts, edit_distance=mean)

    def count_open(self, client_ids: Sequence[ClientId]) -> Mapping[ClientId, DeskNow]:
        def count(client_id: ClientId, state: ConversationState) -> int:
            return sum(row.client_id == client_id and row.state is state for row in self.rows)

        return {
            client_id: DeskNow(
                count(client_id, ConversationState.QUEUED),
                count(client_id, ConversationState.WITH_AGENT),
                count(client_id, ConversationState.WAITING_ON_CLIENT),
            )
            for client_id in client_ids
        }


def write_history(
    engine: Engine, rows: Iterable[ConversationRow], offered: Iterable[SuggestionRow] = ()
) -> None:
    """Write rows to the tables, with as many messages as they count."""
    with writing(engine) as connection:
        for row in rows:
            connection.execute(insert(conversations).values(_conversation_values(row)))
            _write_messages(connection, row)
            for number, each in enumerate(row.handoffs, start=1):
                connection.execute(insert(handoffs).values(_handoff_values(row, number, each)))
            if row.rating:
                _write_rating(connection, row)
        for number, suggestion in enumerate(offered):
            connection.execute(insert(suggestions).values(_suggestion_values(suggestion, number)))


def _conversation_values(row: ConversationRow) -> dict[str, Any]:
    resolution = row.resolution
    return {
        "id": row.id,
        "client_id": row.client_id,
        "token_digest": "",
        "created_at": row.created_at,
        "language": row.language,
        "channel": row.channel,
        "channel_ref": "",
        "customer": {},
        "state": row.state,
        "handoff_number": len(row.handoffs) or None,
        "handoffs": len(row.handoffs),
        "answers_after": 0,
        "assignee_name": "",
        "last_agent": "agent-1" if row.was_claimed else None,
        "escalation_contact": "",
        "resolved_by": resolution.by if resolution else None,
        "resolved_at": resolution.at if resolution else None,
        "disposition": resolution.disposition if resolution else "",
        "wrap_up_note": "",
        "is_confirmed": resolution.confirmed if resolution else None,
        "reopened": row.reopened,
        "revision": 0,
        "last_sequence": 0,
        "updated_at": row.last_message_at,
    }


def _write_messages(connection: Connection, row: ConversationRow) -> None:
    """Write the messages by author; only the assistant's last one decides."""
    authors = [
        *[Author.CUSTOMER] * row.customer_messages,
        *[Author.ASSISTANT] * row.assistant_messages,
        *[Author.AGENT] * row.agent_messages,
    ]
    last_reply = row.customer_messages + row.assistant_messages
    for sequence, author in enumerate(authors, start=1):
        decision = None
        if author is Author.ASSISTANT and sequence == last_reply:
            decision = DecisionKind.ANSWER if row.answered else DecisionKind.ABSTAIN
        add_message(connection, row, sequence, author, row.last_message_at, decision=decision)
    if row.helpful is not None:
        connection.execute(
            insert(message_feedback).values(
                conversation_id=row.id,
                sequence=last_reply,
                client_id=row.client_id,
                helpful=row.helpful,
                given_at=row.last_message_at,
            )
        )


def add_message(
    connection: Connection,
    row: ConversationRow,
    sequence: int,
    author: Author,
    at: datetime,
    *,
    decision: DecisionKind | None = None,
    audience: str = "public",
) -> None:
    """Write one message."""
    connection.execute(
        insert(messages).values(
            conversation_id=row.id,
            sequence=sequence,
            client_id=row.client_id,
            id=uuid4().hex,
            author=author,
            author_name="",
            audience=audience,
            text="Hello",
            created_at=at,
            citations=[],
            decision=decision,
        )
    )


def _handoff_values(row: ConversationRow, number: int, each: HandoffRow) -> dict[str, Any]:
    return {
        "conversation_id": row.id,
        "number": number,
        "client_id": row.client_id,
        "reason": each.reason,
        "queue": each.queue,
        "skill": "",
        "priority": each.priority,
        "queued_at": each.queued_at,
        "deadline_at": each.deadline_at,
        "is_after_hours": each.is_after_hours,
        "claimed_at": each.claimed_at,
        "first_reply_at": each.first_reply_at,
        "ended_at": each.ended_at,
        "outcome": each.outcome or None,
    }


def _write_rating(connection: Connection, row: ConversationRow) -> None:
    assert row.rating
    connection.execute(
        insert(ratings).values(
            conversation_id=row.id,
            client_id=row.client_id,
            score=row.rating.score,
            comment="",
            served_by=row.rating.served_by,
            rated_at=row.last_message_at,
            reopened=0,
        )
    )


def _suggestion_values(each: SuggestionRow, number: int) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "client_id": each.client_id,
        "thread": f"thread-{number}",
        "created_at": each.created_at,
        "agent": "",
        "reason": "",
        "record": {},
        "outcome": each.outcome,
        "edit_distance": each.edit_distance,
        "outcome_reason": "",
        "number": number,
    }


START = datetime(2026, 11, 18, 9, tzinfo=UTC)


def full_row() -> ConversationRow:
    """Return a conversation in which every field says something."""

    def moment(minutes: int) -> datetime:
        return START + timedelta(minutes=minutes)

    handoff = HandoffRow(
        "complaint",
        "complaints",
        "high",
        moment(5),
        moment(10),
        is_after_hours=True,
        claimed_at=moment(6),
        first_reply_at=moment(7),
        ended_at=moment(30),
        outcome="handed_back",
    )
    return ConversationRow(
        ConversationId("c1"),
        ACME,
        START,
        ConversationState.RESOLVED,
        moment(40),
        language="es",
        channel="widget",
        customer_messages=3,
        assistant_messages=2,
        agent_messages=1,
        was_claimed=True,
        answered=True,
        helpful=False,
        resolution=ResolutionRow("agent", moment(41), "action taken", confirmed=True),
        reopened=1,
        handoffs=(handoff, HandoffRow("reopened", "general", "high", moment(35))),
        rating=RatingRow(4, "human"),
    )
