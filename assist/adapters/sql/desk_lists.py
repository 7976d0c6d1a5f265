"""The views of the desk, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    RowMapping,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)

from assist.adapters.sql.conversation_lists import priority_rank, rank_of
from assist.adapters.sql.conversation_rows import (
    read_conversation,
    read_handoff,
    read_message,
    select_conversations,
)
from assist.adapters.sql.conversation_tables import conversations, handoffs, messages
from assist.domain.conversation import (
    Author,
    ConversationId,
    ConversationState,
    Handoff,
    Message,
)
from assist.domain.desk import (
    Change,
    DeskEntry,
    DeskPlace,
    DeskQuery,
    DeskView,
    WaitingPlace,
    Watermark,
)
from assist.domain.people import UserId
from knowledge_base.models import Audience, ClientId

_column = conversations.c
_is_open = _column.state != ConversationState.RESOLVED


class SqlDeskLists:
    """`DeskLists` read from the conversations, their handoffs and messages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list_entries(
        self, query: DeskQuery, after: DeskPlace | None, limit: int
    ) -> Sequence[DeskEntry]:
        """List a view; every one but the queue begins with the newest change."""
        visible = _column.client_id.in_(query.client_ids)
        lacks_skill = _lacks_skill(query)
        rows = select_conversations().where(visible, _in_view(query)).limit(limit)
        if query.view is DeskView.WAITING:
            rows = rows.order_by(priority_rank, lacks_skill, handoffs.c.queued_at, _column.id)
        else:
            rows = rows.order_by(_column.updated_at.desc(), _column.id.desc())
        if isinstance(after, WaitingPlace):
            rows = rows.where(_waits_behind(after, lacks_skill))
        elif after is not None:
            rows = rows.where(_is_earlier(after))
        return self._read(rows)

    def list_changes(
        self, client_ids: Collection[ClientId], after: Watermark, limit: int
    ) -> Sequence[Change]:
        """List by the time of the last change, without what the conversations hold."""
        query = (
            select(_column.id, _column.updated_at, _column.revision)
            .where(_column.client_id.in_(client_ids), _is_later(after))
            .order_by(_column.updated_at, _column.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [
                Change(Watermark(row.updated_at, ConversationId(row.id)), row.revision)
                for row in connection.execute(query)
            ]

    def read_entries(self, ids: Sequence[ConversationId]) -> Sequence[DeskEntry]:
        """Look the conversations up."""
        found = self._read(select_conversations().where(_column.id.in_(ids))) if ids else []
        places = {each: place for place, each in enumerate(ids)}
        return sorted(found, key=lambda entry: places[entry.conversation.id])

    def list_handoffs(self, conversation_id: ConversationId) -> Sequence[Handoff]:
        """List by number."""
        own = handoffs.c.conversation_id == conversation_id
        query = select(handoffs).where(own).order_by(handoffs.c.number)
        with self._engine.connect() as connection:
            return [read_handoff(row) for row in connection.execute(query).mappings()]

    def count_open(self, user_ids: Collection[UserId]) -> Mapping[UserId, int]:
        """Count by assignee."""
        query = (
            select(_column.assignee, func.count())
            .where(_column.assignee.in_(user_ids), _is_open)
            .group_by(_column.assignee)
        )
        with self._engine.connect() as connection:
            return {UserId(user_id): count for user_id, count in connection.execute(query)}

    def _read(self, query: Select[Any]) -> list[DeskEntry]:
        with self._engine.connect() as connection:
            found = [read_conversation(row) for row in connection.execute(query).mappings()]
        last = self._last_messages([each.id for each in found])
        return [DeskEntry(each, last.get(each.id)) for each in found]

    def _last_messages(self, ids: Collection[ConversationId]) -> dict[ConversationId, Message]:
        """Read what was said last in each conversation; notices and notes are not sayings."""
        if not ids:
            return {}
        newest = (
            select(messages.c.conversation_id, func.max(messages.c.sequence).label("sequence"))
            .where(
                messages.c.conversation_id.in_(ids),
                messages.c.audience == Audience.PUBLIC,
                messages.c.author != Author.SYSTEM,
            )
            .group_by(messages.c.conversation_id)
            .subquery()
        )
        is_newest = and_(
            messages.c.conversation_id == newest.c.conversation_id,
            messages.c.sequence == newest.c.sequence,
        )
        query = select(messages).join(newest, is_newest)
        with self._engine.connect() as connection:
            rows: Sequence[RowMapping] = connection.execute(query).mappings().all()
        return {row["conversation_id"]: read_message(row) for row in rows}


def _in_view(query: DeskQuery) -> ColumnElement[bool]:
    match query.view:
        case DeskView.WAITING:
            return _column.state == ConversationState.QUEUED
        case DeskView.MINE:
            own = _column.assignee == query.user_id if query.user_id else false()
            return and_(_is_open, own)
        case DeskView.OPEN if query.untouched_until:
            is_with_people = _column.state != ConversationState.ASSISTANT
            return and_(_is_open, or_(is_with_people, _column.updated_at > query.untouched_until))
        case DeskView.OPEN:
            return _is_open
        case DeskView.RESOLVED:
            return _column.state == ConversationState.RESOLVED


def _lacks_skill(query: DeskQuery) -> ColumnElement[int]:
    """Return 1 for what needs a skill that the agent has not, else 0."""
    if query.skills is None:
        return literal(0)
    return case((handoffs.c.skill.in_(query.skills | {""}), 0), else_=1)


def _waits_behind(place: WaitingPlace, lacks_skill: ColumnElement[int]) -> ColumnElement[bool]:
    """Return what follows a place in the order of the queue."""
    rank, lacks = rank_of(place.priority), int(place.lacks_skill)
    queued_at = handoffs.c.queued_at
    is_same_time = queued_at == place.queued_at
    comes_later = or_(
        queued_at > place.queued_at, and_(is_same_time, _column.id > place.conversation_id)
    )
    return or_(
        priority_rank > rank,
        and_(priority_rank == rank, lacks_skill > lacks),
        and_(priority_rank == rank, lacks_skill == lacks, comes_later),
    )


def _is_earlier(mark: Watermark) -> ColumnElement[bool]:
    return or_(
        _column.updated_at < mark.updated_at,
        and_(_column.updated_at == mark.updated_at, _column.id < mark.conversation_id),
    )


def _is_later(mark: Watermark) -> ColumnElement[bool]:
    return or_(
        _column.updated_at > mark.updated_at,
        and_(_column.updated_at == mark.updated_at, _column.id > mark.conversation_id),
    )
