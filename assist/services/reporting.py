"""Reports to leads: reads narrow rows in pieces, so that a long range needs little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from assist.domain.desk_report import DeskNow, DeskReport, Tally
from assist.domain.desk_rows import ConversationRow, DayRange
from assist.ports import Clock
from assist.ports.reporting import DeskHistory
from assist.services.clients import ClientService
from knowledge_base.models import ClientId

ROWS_AT_ONCE = 1000


class ReportingService:
    """Figures and rows of the conversations that started within a range of days."""

    def __init__(self, history: DeskHistory, clients: ClientService, clock: Clock) -> None:
        self._history = history
        self._clients = clients
        self._clock = clock

    def report(
        self, client_ids: Sequence[ClientId], days: DayRange, *, with_overall: bool = True
    ) -> DeskReport:
        """Count each client in days of its own time zone, and all of them in days of UTC."""
        now = self._clock()
        tallies = {each: Tally(days, now, self._zone(each)) for each in client_ids}
        overall = Tally(days, now) if with_overall else None
        for row in self._rows(client_ids, days):
            tallies[row.client_id].add(row)
            if overall:
                overall.add(row)
        return self._report(days, now, tallies, overall)

    def rows(self, client_ids: Sequence[ClientId], days: DayRange) -> Iterator[ConversationRow]:
        """Return the conversations of each client's own days, the oldest first."""
        bounds = {each: days.bounds(self._zone(each)) for each in client_ids}
        for row in self._rows(client_ids, days):
            since, until = bounds[row.client_id]
            if since <= row.created_at < until:
                yield row

    def _report(
        self,
        days: DayRange,
        now: datetime,
        tallies: Mapping[ClientId, Tally],
        overall: Tally | None,
    ) -> DeskReport:
        open_now = self._history.count_open(list(tallies))
        clients = {
            client_id: tally.figures(
                self._history.count_suggestions([client_id], *days.bounds(tally.zone)),
                open_now.get(client_id, DeskNow()),
            )
            for client_id, tally in tallies.items()
        }
        together = None
        if overall:
            offered = self._history.count_suggestions(list(tallies), *days.bounds(UTC))
            together = overall.figures(offered, DeskNow.total(open_now.values()))
        return DeskReport(days, now, clients, together)

    def _rows(self, client_ids: Sequence[ClientId], days: DayRange) -> Iterator[ConversationRow]:
        """Read everything that may count for one of the clients or for all of them."""
        zones: list[tzinfo] = [UTC, *(self._zone(each) for each in client_ids)]
        bounds = [days.bounds(zone) for zone in zones]
        since, until = min(start for start, _ in bounds), max(end for _, end in bounds)
        ids = self._history.list_started(client_ids, since, until)
        for first in range(0, len(ids), ROWS_AT_ONCE):
            yield from self._history.read_rows(ids[first : first + ROWS_AT_ONCE])

    def _zone(self, client_id: ClientId) -> tzinfo:
        return ZoneInfo(self._clients.get(client_id).hours.time_zone)
