"""How many wait, and how long others have waited, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, and_, func, or_, select

from assist.adapters.sql.conversation_lists import priority_rank, rank_of
from assist.adapters.sql.conversation_rows import with_handoff
from assist.adapters.sql.conversation_tables import conversations, handoffs
from assist.domain.conversation import ConversationState, Handoff
from knowledge_base.models import ClientId

_column = handoffs.c


class SqlQueueFigures:
    """`QueueFigures` counted from the handoffs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count_ahead(self, client_id: ClientId, handoff: Handoff) -> int:
        """Count the more urgent ones, and those as urgent that have waited longer."""
        rank = rank_of(handoff.priority)
        comes_before = or_(
            priority_rank < rank,
            and_(priority_rank == rank, _column.queued_at < handoff.queued_at),
        )
        query = (
            select(func.count())
            .select_from(with_handoff)
            .where(
                conversations.c.client_id == client_id,
                conversations.c.state == ConversationState.QUEUED,
                _column.queue == handoff.queue,
                comes_before,
            )
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def list_waits_s(self, client_id: ClientId, queue: str, limit: int) -> Sequence[float]:
        """List those that were claimed last."""
        query = (
            select(_column.queued_at, _column.claimed_at)
            .where(
                _column.client_id == client_id,
                _column.queue == queue,
                _column.claimed_at.is_not(None),
                _column.is_after_hours.is_(False),
            )
            .order_by(_column.claimed_at.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [
                (claimed_at - queued_at).total_seconds()
                for queued_at, claimed_at in connection.execute(query)
            ]
