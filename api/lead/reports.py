"""The latest reports, kept so that the charts of a page show the numbers of that page."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from assist.domain.desk_rows import DayRange

if TYPE_CHECKING:
    from api.report_query import ReportQuery
    from assist.bootstrap import Container
    from assist.domain.desk_report import DeskReport
    from knowledge_base.models import ClientId

KEPT = 32

_Key = tuple[tuple["ClientId", ...], bool, DayRange, datetime]


class ReportShelf:
    """Keeps some reports by their clients, days and time; a page itself always makes new ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, DeskReport] = OrderedDict()
        self._lock = Lock()

    def make(self, query: ReportQuery, days: DayRange, container: Container) -> DeskReport:
        """Make a report and keep it."""
        with_overall = query.client_id is None
        report = container.reporting.report(query.client_ids, days, with_overall=with_overall)
        with self._lock:
            self._kept[query.client_ids, with_overall, days, report.as_of] = report
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return report

    def get(self, query: ReportQuery, at: datetime | None, container: Container) -> DeskReport:
        """Return the report of that time if it is still there, or else make a new one."""
        if at is not None:
            key = (query.client_ids, query.client_id is None, query.days, at)
            with self._lock:
                kept = self._kept.get(key)
            if kept is not None:
                return kept
        return self.make(query, query.days, container)
