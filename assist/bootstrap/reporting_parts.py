"""The parts that report to leads."""

from __future__ import annotations

from functools import cached_property

from assist.adapters.sql.reporting import SqlDeskHistory
from assist.bootstrap.base_parts import BaseParts
from assist.ports.reporting import DeskHistory
from assist.services.reporting import ReportingService


class ReportingParts(BaseParts):
    """The parts that report to leads."""

    @cached_property
    def reporting(self) -> ReportingService:
        """Figures of the desk."""
        history: DeskHistory = SqlDeskHistory(self.engine)
        return ReportingService(history, self.clients, self.clock)
