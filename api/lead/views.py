"""The lead's page and its charts; whoever may not see it is told so."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.auth import SESSION_COOKIE, Access, ContainerDep, find_access
from api.lead import charts, wording
from api.lead.charts import Size, Theme
from api.lead.lines import groups, headline
from api.lead.reports import ReportShelf
from api.pages.assets import open_templates
from api.report_query import AskedReport, ReportQuery, read_query
from api.schemas.report_csv import COLUMNS
from assist.bootstrap import Container
from assist.domain.client import ClientProfile
from assist.domain.desk_report import DeskReport, Figures
from assist.domain.desk_rows import DayRange
from assist.domain.people import Permission
from knowledge_base.models import ClientId

_log = logging.getLogger("api.lead")

PATH = "/lead"
PRESETS = {"Today": 1, "7 days": 7, "28 days": 28, "90 days": 90}

_CHART_CACHE = "private, max-age=86400"

_templates = open_templates(Path(__file__).parent)

router = APIRouter(prefix=PATH, include_in_schema=False)


@dataclass(frozen=True)
class Preset:
    """A range of days that one click chooses."""

    label: str
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class ClientRow:
    """One client beside the others."""

    name: str
    address: str
    figures: Figures


@router.get("")
def show_report(
    request: Request,
    container: ContainerDep,
    client: str = "",
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
) -> Response:
    """Show the figures; without a session the sign-in comes first."""
    access = find_access(container, request.cookies.get(SESSION_COOKIE, ""))
    if access is None or access.user is None:
        here = quote(f"{PATH}?{request.url.query}" if request.url.query else PATH, safe="")
        return RedirectResponse(f"/sign-in?next={here}")
    page: dict[str, Any] = {"user": access.user}
    if not access.allows(Permission.REPORT):
        return _render(request, page | {"state": "refused"}, 403)
    page |= {"clients": _profiles(access, container), "today": container.clock().date()}
    try:
        query = read_query(access, container, client, _day("from", first), _day("to", last))
    except HTTPException as error:
        return _render(
            request, page | {"state": "invalid", "problem": error.detail}, error.status_code
        )
    page |= {"query": query, "presets": _presets(query), "parameters": _parameters(query)}
    try:
        page |= _contents(query, container, request.app.state.lead_reports)
    except Exception:  # noqa: BLE001 - the reader gets a page with a retry, the operator the traceback
        _log.exception("the report could not be made")
        return _render(request, page | {"state": "failed"}, 500)
    return _render(request, page)


@router.get("/charts/{name}.svg")
def draw_chart(
    name: str,
    request: Request,
    query: AskedReport,
    container: ContainerDep,
    at: datetime | None = None,
    theme: Theme = Theme.LIGHT,
    size: Size = Size.WIDE,
) -> Response:
    """Draw a chart of the report that the page showed at that time, or else of a new one.

    It runs in a worker thread, and the address names all that it shows: browsers may keep it.
    """
    if name not in _CHARTS:
        raise HTTPException(404, f"There is no chart {name!r}; there are {', '.join(_CHARTS)}.")
    read, draw = _CHARTS[name]
    shelf: ReportShelf = request.app.state.lead_reports
    figures = _shown(shelf.get(query, at, container))
    headers = {"Cache-Control": _CHART_CACHE}
    return Response(draw(read(figures), theme, size), media_type="image/svg+xml", headers=headers)


_CHARTS = {
    "days": (charts.day_rows, charts.draw_days),
    "reasons": (charts.reason_rows, charts.draw_reasons),
}


def _render(request: Request, page: dict[str, Any], status: int = 200) -> Response:
    context = {"state": "ready", "wording": wording, "readable": charts.readable} | page
    return _templates.TemplateResponse(request, "lead.html", context, status_code=status)


def _contents(query: ReportQuery, container: Container, shelf: ReportShelf) -> dict[str, Any]:
    """Compute what the page shows of the range, beside the range before it."""
    report = shelf.make(query, query.days, container)
    before = shelf.make(query, query.days.previous(), container)
    figures = _shown(report)
    return {
        "report": report,
        "before": before.days,
        "figures": figures,
        "headline": headline(figures, _shown(before)),
        "groups": groups(figures, _shown(before)),
        "client_rows": _client_rows(query, report, container),
        "zone": _zone(query, container),
        "outcomes": charts.OUTCOME_LABELS,
        "columns": COLUMNS,
        "charts": {name: _addresses(name, query, report) for name in _CHARTS},
    }


def _shown(report: DeskReport) -> Figures:
    """Return the figures of all clients together, or of the only one."""
    return report.overall or next(iter(report.clients.values()))


def _profiles(access: Access, container: Container) -> list[tuple[ClientId, ClientProfile]]:
    return [(each, container.clients.get(each)) for each in sorted(access.client_ids())]


def _zone(query: ReportQuery, container: Container) -> str:
    if query.client_id is None:
        return "UTC"
    return container.clients.get(query.client_id).hours.time_zone


def _client_rows(query: ReportQuery, report: DeskReport, container: Container) -> list[ClientRow]:
    if report.overall is None:
        return []
    return [
        ClientRow(
            container.clients.get(client_id).name,
            _address(query.days, client_id),
            figures,
        )
        for client_id, figures in report.clients.items()
    ]


def _presets(query: ReportQuery) -> list[Preset]:
    ranges = {
        label: DayRange(query.today - timedelta(days=days - 1), query.today)
        for label, days in PRESETS.items()
    }
    return [
        Preset(label, _address(days, query.client_id), days == query.days)
        for label, days in ranges.items()
    ]


def _parameters(query: ReportQuery) -> str:
    return _address(query.days, query.client_id).removeprefix("?")


def _address(days: DayRange, client_id: ClientId | None) -> str:
    client = {"client": client_id} if client_id else {}
    return "?" + urlencode({**client, "from": days.first, "to": days.last})


def _addresses(name: str, query: ReportQuery, report: DeskReport) -> dict[str, str]:
    """Return a chart's address for each theme and width, as `light_wide`."""
    at = urlencode({"at": report.as_of.isoformat()})
    base = f"{PATH}/charts/{name}.svg?{_parameters(query)}&{at}"
    return {
        f"{theme}_{size}": f"{base}&theme={theme}&size={size}" for theme in Theme for size in Size
    }


def _day(name: str, text: str) -> date | None:
    """Read a day of the address. Raises 422."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"`{name}` ({text[:40]!r}) is no day; write it as 2026-11-20."
        raise HTTPException(422, message) from error
