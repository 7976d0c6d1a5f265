"""The log of turns in SQL: a few columns to list by, and the whole record as JSON."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine, insert, select

from assist.adapters.sql.tables import turns
from assist.domain.turn import Turn, TurnId
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId

_record: TypeAdapter[Turn] = TypeAdapter(Turn)


class SqlTurnLog:
    """A `TurnLog` that commits before it returns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_turn(self, turn: Turn) -> None:
        """Insert a turn."""
        record: Any = _record.dump_python(turn, mode="json")
        with writing(self._engine) as connection:
            connection.execute(
                insert(turns).values(
                    id=turn.id,
                    client_id=turn.client_id,
                    asked_at=turn.asked_at,
                    on=turn.on,
                    decision=turn.decision,
                    reason=turn.reason,
                    record=record,
                )
            )

    def find_turn(self, client_id: ClientId, turn_id: TurnId) -> Turn | None:
        """Look up a client's turn."""
        query = select(turns.c.record).where(
            (turns.c.client_id == client_id) & (turns.c.id == turn_id)
        )
        with self._engine.connect() as connection:
            record = connection.scalar(query)
        return _record.validate_python(record) if record else None
