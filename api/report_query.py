"""Which clients and which days a report is about, for the HTTP routes and the lead's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, Query
from starlette.exceptions import HTTPException

from api.auth import Access, ContainerDep, Reporter
from assist.bootstrap import Container
from assist.domain.desk_rows import DayRange
from knowledge_base.models import ClientId

DEFAULT_DAYS = 28
MAX_DAYS = 366
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)


@dataclass(frozen=True)
class ReportQuery:
    """The clients of a report, its days, and today; `client_id` when one client was chosen."""

    client_ids: tuple[ClientId, ...]
    client_id: ClientId | None
    days: DayRange
    today: date


def read_query(
    access: Access, container: Container, client: str, first: date | None, last: date | None
) -> ReportQuery:
    """Check what was asked for; without days it is the last four weeks.

    Today is the chosen client's own day, or that of UTC. Raises 404 for a client whom the caller
    does not serve, and 422 for days that make no range.
    """
    served = tuple(sorted(access.client_ids()))
    client_id = _served(client, served)
    now = container.clock()
    hours = container.clients.get(client_id).hours if client_id else None
    today = hours.day_of(now) if hours else now.date()
    until = last or today
    since = first or until - timedelta(days=DEFAULT_DAYS - 1)
    _check(since, until)
    chosen = (client_id,) if client_id else served
    return ReportQuery(chosen, client_id, DayRange(since, until), today)


def _query(
    access: Reporter,
    container: ContainerDep,
    client: Annotated[
        str, Query(description="id of one client; all that the caller serves when left out")
    ] = "",
    first: Annotated[
        date | None,
        Query(alias="from", description=f"first day; {DEFAULT_DAYS} days in all when left out"),
    ] = None,
    last: Annotated[
        date | None, Query(alias="to", description="last day, included; today when left out")
    ] = None,
) -> ReportQuery:
    """Read what a route was asked for."""
    return read_query(access, container, client, first, last)


AskedReport = Annotated[ReportQuery, Depends(_query)]


def _served(client: str, served: tuple[ClientId, ...]) -> ClientId | None:
    if not client:
        return None
    if client not in served:
        raise HTTPException(404, f"There is no client {client!r} that you serve.")
    return ClientId(client)


def _check(since: date, until: date) -> None:
    if not FIRST_DAY <= since <= LAST_DAY or not FIRST_DAY <= until <= LAST_DAY:
        raise HTTPException(422, f"`from` and `to` must be days from {FIRST_DAY} to {LAST_DAY}.")
    if since > until:
        raise HTTPException(422, f"`from` ({since}) must not be after `to` ({until}).")
    if (until - since).days >= MAX_DAYS:
        raise HTTPException(
            422, f"The range {since} to {until} is too long; ask for at most {MAX_DAYS} days."
        )
