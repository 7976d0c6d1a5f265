"""The conversations that somebody has to look after, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, case, exists, or_, select

from assist.adapters.sql.conversation_rows import (
    read_conversation,
    read_exchange,
    select_conversations,
)
from assist.adapters.sql.conversation_tables import (
    conversation_requests,
    conversations,
    handoffs,
)
from assist.domain.conversation import Conversation, ConversationState
from assist.domain.exchange import Exchange, QueuePlace
from assist.domain.rules import Priority
from knowledge_base.models import ClientId

_column = conversations.c
_ranks = {str(priority): rank for rank, priority in enumerate(Priority)}
_queued_at = handoffs.c.queued_at
priority_rank = case(_ranks, value=handoffs.c.priority)
"""Sorts the most urgent handoffs first."""


class SqlConversationLists:
    """`ConversationLists` read from the conversations and their requests."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list_queued(
        self, client_id: ClientId, after: QueuePlace | None, limit: int
    ) -> Sequence[Conversation]:
        """List a page of the queue."""
        waits = and_(
            _column.client_id == client_id,
            _column.state == ConversationState.QUEUED,
            _follows(after),
        )
        order = (priority_rank, _queued_at, _column.id)
        query = select_conversations().where(waits).order_by(*order).limit(limit)
        with self._engine.connect() as connection:
            return [read_conversation(row) for row in connection.execute(query).mappings()]

    def list_unanswered(self) -> Sequence[Exchange]:
        """List what a crash between a message and its reply left behind."""
        query = select(conversation_requests).where(conversation_requests.c.awaits_reply)
        with self._engine.connect() as connection:
            requests = connection.execute(query).mappings().all()
            return [
                read_exchange(connection, request["conversation_id"], dict(request))
                for request in requests
            ]

    def list_idle(self, client_id: ClientId, until: datetime, limit: int) -> Sequence[Conversation]:
        """List by the last change."""
        owed = exists().where(
            conversation_requests.c.conversation_id == _column.id,
            conversation_requests.c.awaits_reply,
        )
        is_idle = and_(
            _column.client_id == client_id,
            _column.state == ConversationState.ASSISTANT,
            _column.updated_at <= until,
            ~owed,
        )
        order = (_column.updated_at, _column.id)
        query = select_conversations().where(is_idle).order_by(*order).limit(limit)
        with self._engine.connect() as connection:
            return [read_conversation(row) for row in connection.execute(query).mappings()]


def rank_of(priority: Priority) -> int:
    """Return what `priority_rank` is for a priority."""
    return _ranks[str(priority)]


def _follows(place: QueuePlace | None) -> ColumnElement[bool]:
    if place is None:
        return priority_rank >= 0
    rank = rank_of(place.priority)
    is_later = or_(
        _queued_at > place.queued_at,
        and_(_queued_at == place.queued_at, _column.id > place.conversation_id),
    )
    return or_(priority_rank > rank, and_(priority_rank == rank, is_later))
