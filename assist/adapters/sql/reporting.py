"""What reports read of conversations, in SQL: narrow columns of a few conversations at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, case, func, select

from assist.adapters.sql.conversation_tables import conversations, handoffs, messages
from assist.adapters.sql.suggestion_tables import suggestions
from assist.adapters.sql.widget_tables import message_feedback, ratings
from assist.domain.conversation import Author, ConversationId, ConversationState
from assist.domain.decision import DecisionKind
from assist.domain.desk_report import DeskNow, SuggestionCounts
from assist.domain.desk_rows import ConversationRow, HandoffRow, RatingRow, ResolutionRow
from assist.domain.suggestion import Outcome
from knowledge_base.models import Audience, ClientId

_conversation = conversations.c
_message = messages.c
_HANDOFF_COLUMNS = (
    handoffs.c.reason,
    handoffs.c.queue,
    handoffs.c.priority,
    handoffs.c.queued_at,
    handoffs.c.deadline_at,
    handoffs.c.is_after_hours,
    handoffs.c.claimed_at,
    handoffs.c.first_reply_at,
    handoffs.c.ended_at,
    handoffs.c.outcome,
)


@dataclass(frozen=True)
class _Said:
    """Who wrote how often in one conversation, when last, and how the assistant's part ended."""

    customer: int = 0
    assistant: int = 0
    agent: int = 0
    last_at: datetime | None = None
    answered: bool = False
    helpful: bool | None = None


_NOTHING_SAID = _Said()


class SqlDeskHistory:
    """`DeskHistory` on the tables of conversations, ratings and suggestions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list_started(
        self, client_ids: Sequence[ClientId], since: datetime, until: datetime
    ) -> Sequence[ConversationId]:
        """List the ids alone, so that no transaction lasts as long as a download."""
        query = (
            select(_conversation.id)
            .where(
                _conversation.client_id.in_(client_ids),
                _conversation.created_at >= since,
                _conversation.created_at < until,
            )
            .order_by(_conversation.created_at, _conversation.id)
        )
        with self._engine.connect() as connection:
            return [ConversationId(each) for each in connection.scalars(query)]

    def read_rows(self, ids: Sequence[ConversationId]) -> Sequence[ConversationRow]:
        """Read a few conversations with what belongs to them."""
        with self._engine.connect() as connection:
            said = _read_said(connection, ids)
            handed = _read_handoffs(connection, ids)
            found = {
                row.id: _conversation_row(row, said.get(row.id, _NOTHING_SAID), handed[row.id])
                for row in _read_conversations(connection, ids)
            }
        return [found[each] for each in ids if each in found]

    def count_suggestions(
        self, client_ids: Sequence[ClientId], since: datetime, until: datetime
    ) -> SuggestionCounts:
        """Count by outcome."""
        column = suggestions.c
        query = (
            select(column.outcome, func.count(), func.avg(column.edit_distance))
            .where(
                column.client_id.in_(client_ids),
                column.created_at >= since,
                column.created_at < until,
            )
            .group_by(column.outcome)
        )
        with self._engine.connect() as connection:
            found = {outcome: (number, mean) for outcome, number, mean in connection.execute(query)}
        counts = {outcome.value: found.get(outcome, (0, None))[0] for outcome in Outcome}
        offered = sum(number for number, _ in found.values())
        edit_distance = found.get(Outcome.EDITED, (0, None))[1]
        return SuggestionCounts(offered, **counts, edit_distance=edit_distance)

    def count_open(self, client_ids: Sequence[ClientId]) -> Mapping[ClientId, DeskNow]:
        """Count by state."""
        query = (
            select(_conversation.client_id, _conversation.state, func.count())
            .where(
                _conversation.client_id.in_(client_ids),
                _conversation.state != ConversationState.RESOLVED,
            )
            .group_by(_conversation.client_id, _conversation.state)
        )
        counts: dict[ClientId, dict[str, int]] = defaultdict(dict)
        with self._engine.connect() as connection:
            for client_id, state, number in connection.execute(query):
                counts[client_id][state] = number
        return {client_id: _desk_now(states) for client_id, states in counts.items()}


def _desk_now(states: Mapping[str, int]) -> DeskNow:
    return DeskNow(
        states.get(ConversationState.QUEUED, 0),
        states.get(ConversationState.WITH_AGENT, 0),
        states.get(ConversationState.WAITING_ON_CLIENT, 0),
    )


def _read_conversations(connection: Connection, ids: Sequence[ConversationId]) -> Iterable[Any]:
    query = (
        select(
            _conversation.id,
            _conversation.client_id,
            _conversation.created_at,
            _conversation.state,
            _conversation.language,
            _conversation.channel,
            _conversation.last_agent,
            _conversation.assignee,
            _conversation.resolved_by,
            _conversation.resolved_at,
            _conversation.disposition,
            _conversation.is_confirmed,
            _conversation.reopened,
            ratings.c.score,
            ratings.c.served_by,
        )
        .outerjoin_from(conversations, ratings, ratings.c.conversation_id == _conversation.id)
        .where(_conversation.id.in_(ids))
    )
    return connection.execute(query)


def _read_said(
    connection: Connection, ids: Sequence[ConversationId]
) -> Mapping[ConversationId, _Said]:
    feedback = select(
        message_feedback.c.conversation_id, message_feedback.c.sequence, message_feedback.c.helpful
    ).where(message_feedback.c.conversation_id.in_(ids))
    marks = {(each, sequence): helpful for each, sequence, helpful in connection.execute(feedback)}
    return {
        row.conversation_id: _Said(
            customer=row.customer,
            assistant=row.assistant,
            agent=row.agent,
            last_at=row.last_at,
            answered=row.last_reply is not None and row.last_reply == row.last_answer,
            helpful=marks.get((row.conversation_id, row.last_reply)),
        )
        for row in connection.execute(_summary(ids))
    }


def _summary(ids: Sequence[ConversationId]) -> Any:
    """Select who wrote how often, the last time, and the last reply that is no small talk."""
    is_answer = _message.decision == DecisionKind.ANSWER
    is_reply = _message.decision != DecisionKind.SMALLTALK
    return (
        select(
            _message.conversation_id,
            _count_of(Author.CUSTOMER).label("customer"),
            _count_of(Author.ASSISTANT).label("assistant"),
            _count_of(Author.AGENT).label("agent"),
            func.max(_message.created_at).label("last_at"),
            func.max(case((is_reply, _message.sequence))).label("last_reply"),
            func.max(case((is_answer, _message.sequence))).label("last_answer"),
        )
        .where(_message.conversation_id.in_(ids), _message.audience == Audience.PUBLIC)
        .group_by(_message.conversation_id)
    )


def _count_of(author: Author) -> ColumnElement[int]:
    return func.count(case((_message.author == author, 1)))


def _read_handoffs(
    connection: Connection, ids: Sequence[ConversationId]
) -> Mapping[ConversationId, list[HandoffRow]]:
    handed: dict[ConversationId, list[HandoffRow]] = defaultdict(list)
    query = (
        select(handoffs.c.conversation_id, *_HANDOFF_COLUMNS)
        .where(handoffs.c.conversation_id.in_(ids))
        .order_by(handoffs.c.conversation_id, handoffs.c.number)
    )
    for row in connection.execute(query).mappings():
        values = {column.name: row[column] for column in _HANDOFF_COLUMNS}
        outcome = row[handoffs.c.outcome] or ""
        handed[row["conversation_id"]].append(HandoffRow(**{**values, "outcome": outcome}))
    return handed


def _conversation_row(row: Any, said: _Said, handed: Sequence[HandoffRow]) -> ConversationRow:
    is_rated = row.score is not None
    return ConversationRow(
        id=row.id,
        client_id=row.client_id,
        created_at=row.created_at,
        state=ConversationState(row.state),
        last_message_at=said.last_at or row.created_at,
        language=row.language,
        channel=row.channel,
        customer_messages=said.customer,
        assistant_messages=said.assistant,
        agent_messages=said.agent,
        was_claimed=row.last_agent is not None or row.assignee is not None,
        answered=said.answered,
        helpful=said.helpful,
        resolution=_resolution(row),
        reopened=row.reopened,
        handoffs=tuple(handed),
        rating=RatingRow(row.score, row.served_by) if is_rated else None,
    )


def _resolution(row: Any) -> ResolutionRow | None:
    if row.resolved_by is None:
        return None
    return ResolutionRow(row.resolved_by, row.resolved_at, row.disposition, row.is_confirmed)
