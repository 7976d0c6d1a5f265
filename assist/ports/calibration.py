"""What the assistant needs from outside to keep what was measured for a client."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from assist.domain.calibration import Calibration
from knowledge_base.models import ClientId


class CalibrationStore(Protocol):
    """The calibrations of clients; the latest one is in force until it is withdrawn."""

    def add_calibration(self, calibration: Calibration) -> None:
        """Store a calibration, which is in force from now on."""

    def find_calibration(self, client_id: ClientId) -> Calibration | None:
        """Return a client's calibration in force."""

    def withdraw_calibrations(self, client_id: ClientId, at: datetime) -> bool:
        """Put none in force any more; say whether there was one. They stay on record."""
