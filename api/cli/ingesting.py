"""`assist ingest`: reads a folder into a client's knowledge, here or through the running server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.calibrating import warn_of_change
from api.cli.ingest_report import report_text
from api.cli.output import print_json, progress_bar
from api.cli.session import (
    ClientOption,
    JsonOption,
    existing_client,
    find_long_runner,
    open_container,
)

if TYPE_CHECKING:
    from api.worker import Report
    from assist.bootstrap import Container
    from assist.domain.jobs import Job
    from knowledge_base.models import ClientId

_POLL_S = 0.3


def ingest(
    path: Annotated[Path, typer.Argument(help="Folder of articles, or one file.")],
    client: ClientOption,
    as_json: JsonOption = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 1 if a file is rejected; others are published."),
    ] = False,
    add: Annotated[
        bool, typer.Option("--add", help="Keep the articles that are not in this folder.")
    ] = False,
    audience: Annotated[
        Literal["public", "internal"] | None,
        typer.Option(help="Audience of files that do not name one."),
    ] = None,
    language: Annotated[str, typer.Option(help="Language of files that do not name one.")] = "",
) -> None:
    """Make a folder the client's knowledge and publish it.

    Exits with 1 when nothing could be published. With --strict also when a file was rejected: the
    files that could be read are published all the same.
    """
    payload = {
        "root": str(path.absolute()),
        "mirror": not add,
        "audience": audience or "",
        "language": language,
    }
    with open_container() as container:
        client_id = existing_client(container, client)
        with progress_bar() as show:
            report = ingest_anywhere(container, client_id, payload, show)
        warn_of_change(container, client_id)
    if as_json:
        print_json(report)
    else:
        typer.echo(report_text(report, client))
    if not report["published"] or (strict and report["rejected"]):
        raise typer.Exit(1)


def ingest_anywhere(
    container: Container, client_id: ClientId, payload: dict[str, Any], show: Report
) -> dict[str, Any]:
    """Ingest in this process, or as a job of the process that owns the stores."""
    from api.worker import ingest_folder

    if find_long_runner(container):
        return _ingest_as_job(container, client_id, payload, show)
    return ingest_folder(container, client_id, payload, show)


def _ingest_as_job(
    container: Container, client_id: ClientId, payload: dict[str, Any], show: Report
) -> dict[str, Any]:
    from uuid import uuid4

    from api.worker import INGEST
    from assist.domain.jobs import Job, JobId, JobState
    from ingest.sources import IngestError

    job = Job(JobId(uuid4().hex), client_id, INGEST, payload, container.clock())
    container.jobs.add_job(job)
    while job.state in {JobState.WAITING, JobState.RUNNING}:
        time.sleep(_POLL_S)
        job = _current(container, job)
        show(job.progress.phase, job.progress.done, job.progress.total)
    if job.state is JobState.FAILED:
        raise IngestError(job.error)
    return dict(job.result or {})


def _current(container: Container, job: Job) -> Job:
    """Read a job's state while there is a process that works on it."""
    from assist.domain.errors import HomeInUseError

    owner = container.home_lock.find_owner()
    current = container.jobs.find_job(job.client_id, job.id)
    if current is None or (owner is None and current.finished_at is None):
        raise HomeInUseError(
            "the server stopped before the job was done; the next `assist serve` goes on with it"
        )
    return current
