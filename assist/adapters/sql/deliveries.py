"""The queue of deliveries in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    RowMapping,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from assist.adapters.sql.webhook_tables import deliveries
from assist.domain.conversation import ConversationState
from assist.domain.deliveries import Delivery, DeliveryId, DeliveryState, Target, TargetKind
from assist.domain.exchange import Event, EventId, EventKind
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId

_column = deliveries.c
_earlier = deliveries.alias("earlier")
_busy = deliveries.alias("busy")


class SqlDeliveryQueue:
    """A `DeliveryQueue` and `DeliveryArchive` on one table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_deliveries(self, event: Event, targets: Sequence[Target], now: datetime) -> None:
        """Insert what is not there, in one transaction."""
        known = select(_column.target_kind, _column.target_id, _column.part).where(
            _column.event_id == event.id, _column.conversation_id == event.conversation_id
        )
        with writing(self._engine) as connection:
            there = {tuple(row) for row in connection.execute(known)}
            rows = [
                _new_values(event, target, now)
                for target in targets
                if (target.kind, target.id, target.part) not in there
            ]
            if rows:
                connection.execute(insert(deliveries), rows)

    def claim_delivery(self, now: datetime, lease_until: datetime) -> Delivery | None:
        """Take one in one transaction; looks first without locking, as mostly nothing is due."""
        query = select(deliveries).where(_is_free(now)).order_by(_column.id).limit(1)
        with self._engine.connect() as connection:
            if connection.execute(query).first() is None:
                return None
        with writing(self._engine) as connection:
            locked = query.with_for_update(skip_locked=True, of=deliveries)
            row = connection.execute(locked).mappings().first()
            if row is None:
                return None
            taken = _column.id == row["id"]
            connection.execute(update(deliveries).where(taken).values(lease_until=lease_until))
        return _delivery(row)

    def save_delivery(self, delivery: Delivery) -> None:
        """Write the outcome."""
        values = {
            "state": delivery.state,
            "attempt": delivery.attempt,
            "status": delivery.status,
            "error": delivery.error,
            "next_at": delivery.next_at,
            "finished_at": delivery.finished_at,
            "lease_until": None,
        }
        with writing(self._engine) as connection:
            own = _column.id == delivery.id
            connection.execute(update(deliveries).where(own).values(values))

    def list_deliveries(
        self, client_id: ClientId, target: Target, state: DeliveryState | None, limit: int
    ) -> Sequence[Delivery]:
        """List newest first."""
        query = select(deliveries).where(
            _column.client_id == client_id,
            _column.target_kind == target.kind,
            _column.target_id == target.id,
        )
        if state:
            query = query.where(_column.state == state)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_column.id.desc()).limit(limit))
            return [_delivery(row) for row in rows.mappings()]

    def find_delivery(self, client_id: ClientId, delivery_id: DeliveryId) -> Delivery | None:
        """Look up a client's delivery."""
        query = select(deliveries).where(_column.client_id == client_id, _column.id == delivery_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _delivery(row) if row else None

    def list_of_event(self, event: Event) -> Sequence[Delivery]:
        """List an event's deliveries."""
        query = select(deliveries).where(
            _column.conversation_id == event.conversation_id, _column.event_id == event.id
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_column.id))
            return [_delivery(row) for row in rows.mappings()]

    def prune(self, before: datetime) -> int:
        """Delete finished deliveries."""
        old = _column.finished_at < before
        with writing(self._engine) as connection:
            return int(connection.execute(delete(deliveries).where(old)).rowcount)


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Say which deliveries are due, in their turn, and their receivers not busy."""
    receiver = (_column.target_kind, _column.target_id)
    is_earlier = and_(
        _earlier.c.conversation_id == _column.conversation_id,
        _earlier.c.target_kind == receiver[0],
        _earlier.c.target_id == receiver[1],
        _earlier.c.state == DeliveryState.WAITING,
        _earlier.c.id < _column.id,
    )
    is_busy = and_(
        _busy.c.target_kind == receiver[0],
        _busy.c.target_id == receiver[1],
        _busy.c.state == DeliveryState.WAITING,
        _busy.c.lease_until >= now,
    )
    return and_(
        _column.state == DeliveryState.WAITING,
        _column.next_at <= now,
        or_(_column.lease_until.is_(None), _column.lease_until < now),
        ~exists().where(is_earlier),
        ~exists().where(is_busy),
    )


def _new_values(event: Event, target: Target, now: datetime) -> dict[str, Any]:
    return {
        "client_id": event.client_id,
        "conversation_id": event.conversation_id,
        "target_kind": target.kind,
        "target_id": target.id,
        "part": target.part,
        "event_id": event.id,
        "event_kind": event.kind,
        "event_sequence": event.sequence,
        "event_state": event.state,
        "event_at": event.created_at,
        "state": DeliveryState.WAITING,
        "attempt": 0,
        "error": "",
        "created_at": now,
        "next_at": now,
    }


def _delivery(row: RowMapping) -> Delivery:
    event = Event(
        EventId(row["event_id"]),
        row["client_id"],
        row["conversation_id"],
        EventKind(row["event_kind"]),
        row["event_sequence"],
        ConversationState(row["event_state"]),
        row["event_at"],
    )
    return Delivery(
        DeliveryId(row["id"]),
        event,
        Target(TargetKind(row["target_kind"]), row["target_id"], row["part"]),
        row["created_at"],
        row["next_at"],
        DeliveryState(row["state"]),
        row["attempt"],
        row["status"],
        row["error"],
        row["finished_at"],
    )
