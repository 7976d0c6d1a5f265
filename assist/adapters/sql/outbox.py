"""The outbox in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, RowMapping, delete, or_, select, update

from assist.adapters.sql.conversation_tables import outbox
from assist.domain.conversation import ConversationState
from assist.domain.exchange import Event, EventId, EventKind
from knowledge_base.adapters.sql.engine import writing

_column = outbox.c


class SqlOutbox:
    """An `Outbox` from which acknowledged events are deleted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim_events(self, now: datetime, until: datetime, limit: int) -> Sequence[Event]:
        """Take events in one transaction, passing over those that another one is taking.

        It looks first without locking, as mostly nothing has happened.
        """
        is_free = or_(_column.claimed_until.is_(None), _column.claimed_until < now)
        query = select(outbox).where(is_free).order_by(_column.id).limit(limit)
        with self._engine.connect() as connection:
            if connection.execute(query.limit(1)).first() is None:
                return []
        with writing(self._engine) as connection:
            locked = query.with_for_update(skip_locked=True)
            events = [_event(row) for row in connection.execute(locked).mappings()]
            taken = _column.id.in_([event.id for event in events])
            connection.execute(update(outbox).where(taken).values(claimed_until=until))
        return events

    def acknowledge(self, event_ids: Sequence[EventId]) -> None:
        """Delete events."""
        with writing(self._engine) as connection:
            connection.execute(delete(outbox).where(_column.id.in_(event_ids)))


def _event(row: RowMapping) -> Event:
    return Event(
        EventId(row["id"]),
        row["client_id"],
        row["conversation_id"],
        EventKind(row["kind"]),
        row["sequence"],
        ConversationState(row["state"]),
        row["created_at"],
    )
