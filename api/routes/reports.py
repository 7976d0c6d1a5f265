"""Reports on the desk: figures, and one row per conversation."""

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from api.auth import ContainerDep
from api.report_query import AskedReport
from api.schemas.report_csv import COLUMNS, csv_lines
from api.schemas.reports import DeskReportOut

router = APIRouter(prefix="/reports", tags=["Reports"])

_COLUMN_LIST = "\n".join(f"- `{column.name}`: {column.description}" for column in COLUMNS)


@router.get("/desk")
def report_on_desk(query: AskedReport, container: ContainerDep) -> DeskReportOut:
    """Return the figures of the conversations that started in a range of days.

    Days are those of each client's time zone, and of UTC for all clients together. A share of
    nothing, and a time that was never taken, is null.
    """
    report = container.reporting.report(
        query.client_ids, query.days, with_overall=query.client_id is None
    )
    profiles = {each: container.clients.get(each) for each in query.client_ids}
    return DeskReportOut.of(report, profiles)


@router.get(
    "/conversations.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    description=(
        "Return one row per conversation that started in a range of days, as CSV in UTF-8. Times "
        "are in UTC. A text that a spreadsheet would run as a formula begins with an apostrophe."
        f"\n\n{_COLUMN_LIST}"
    ),
)
def download_conversations(query: AskedReport, container: ContainerDep) -> StreamingResponse:
    """Stream the rows; the file is named after its days."""
    rows = container.reporting.rows(query.client_ids, query.days)
    name = f"conversations-{query.days.first}-{query.days.last}.csv"
    return StreamingResponse(
        csv_lines(rows, container.clock()),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
