"""Calibrations in SQL."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine, insert, select, update

from assist.adapters.sql.calibration_tables import calibrations
from assist.domain.calibration import Calibration
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId

_record: TypeAdapter[Calibration] = TypeAdapter(Calibration)
_column = calibrations.c

KEPT = 256
"""Calibrations that stay read."""


class SqlCalibrationStore:
    """A `CalibrationStore` that forgets none.

    Which one is in force is asked each time, what it holds is read once: records never change.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read = lru_cache(KEPT)(self._read_record)

    def add_calibration(self, calibration: Calibration) -> None:
        """Insert a calibration."""
        record: Any = _record.dump_python(calibration, mode="json")
        with writing(self._engine) as connection:
            connection.execute(
                insert(calibrations).values(
                    id=calibration.id,
                    client_id=calibration.client_id,
                    created_at=calibration.created_at,
                    record=record,
                )
            )

    def find_calibration(self, client_id: ClientId) -> Calibration | None:
        """Look up the newest one, unless it was withdrawn."""
        own = (_column.client_id == client_id) & _column.withdrawn_at.is_(None)
        newest = (_column.created_at.desc(), _column.id)
        query = select(_column.id).where(own).order_by(*newest).limit(1)
        with self._engine.connect() as connection:
            found = connection.scalar(query)
        return self._read(found) if found else None

    def _read_record(self, calibration_id: str) -> Calibration:
        query = select(_column.record).where(_column.id == calibration_id)
        with self._engine.connect() as connection:
            return _record.validate_python(connection.scalar(query))

    def withdraw_calibrations(self, client_id: ClientId, at: datetime) -> bool:
        """Mark all that are in force or would come back into force."""
        own = (_column.client_id == client_id) & _column.withdrawn_at.is_(None)
        with writing(self._engine) as connection:
            result = connection.execute(update(calibrations).where(own).values(withdrawn_at=at))
        return bool(result.rowcount)
