"""Ingestions: uploads of articles that a background job takes in."""

import hashlib
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.auth import ClientTrainer, ContainerDep
from api.schemas.ingestions import IngestionIn, IngestionOut, IngestionsOut
from api.uploads import MAX_FILES, StoredUpload, UploadedFile, UploadError, stored_upload
from api.worker import INGEST, UPLOADS
from assist.bootstrap import Container
from assist.domain.jobs import Job, JobId
from knowledge_base.models import ClientId

PATH = "/ingestions"

_FILES = "files"
_accepting = Lock()

router = APIRouter(prefix=PATH, tags=["Ingestion"])


async def _form(request: Request, caller: ClientTrainer) -> AsyncIterator[FormData]:
    """Read the upload once the caller is checked: a form parameter would be read before that."""
    del caller
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise HTTPException(415, "Send the files as `Content-Type: multipart/form-data`.")
    async with request.form(max_files=MAX_FILES, max_fields=10) as form:
        yield form


@router.post(
    "",
    status_code=202,
    openapi_extra={"requestBody": IngestionIn.request_body(_FILES)},
    responses={202: {"headers": {"Location": {"schema": {"type": "string"}}}}},
)
def start_ingestion(
    form: Annotated[FormData, Depends(_form)],
    caller: ClientTrainer,
    container: ContainerDep,
    request: Request,
    response: Response,
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> IngestionOut:
    """Take in articles: files with their relative paths as names, or one zip.

    `replace` makes the upload the client's whole knowledge, `add` leaves the other articles as
    they are. A repeated `Idempotency-Key` returns the job of the first upload.
    """
    options, files = _read_form(form)
    uploads = container.settings.home.absolute() / UPLOADS
    limit = container.settings.upload_bytes
    job_id = _job_id(caller.client_id, idempotency_key)
    with stored_upload(uploads, files, max_bytes=limit) as stored:
        payload = options.as_payload(uploads / job_id, stored.digest)
        job = Job(job_id, caller.client_id, INGEST, payload, container.clock())
        job = _accept(container, job, stored)
    request.app.state.wake_worker()
    response.headers["Location"] = f"{request.url.path}/{job.id}"
    return IngestionOut.of(job)


@router.get("")
def list_ingestions(
    caller: ClientTrainer,
    container: ContainerDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> IngestionsOut:
    """List the newest ingestions, newest first."""
    jobs = container.jobs.list_jobs(caller.client_id, limit)
    return IngestionsOut(items=[IngestionOut.of(job) for job in jobs if job.kind == INGEST])


@router.get("/{ingestion_id}")
def get_ingestion(
    ingestion_id: str, caller: ClientTrainer, container: ContainerDep
) -> IngestionOut:
    """Return an ingestion's state, progress and, at its end, its report or error."""
    job = container.jobs.find_job(caller.client_id, JobId(ingestion_id))
    if job is None or job.kind != INGEST:
        raise HTTPException(404, f"There is no ingestion {ingestion_id!r}.")
    return IngestionOut.of(job)


def _read_form(form: FormData) -> tuple[IngestionIn, Sequence[UploadedFile]]:
    fields: dict[str, Any] = {name: value for name, value in form.items() if name != _FILES}
    try:
        options = IngestionIn.model_validate(fields)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error
    files = [_uploaded(part) for part in form.getlist(_FILES) if isinstance(part, UploadFile)]
    if not files:
        raise UploadError(f"send at least one file in the field {_FILES!r}")
    return options, files


def _uploaded(part: UploadFile) -> UploadedFile:
    """Look at the name as it was sent: the form's parser cuts Windows paths down silently."""
    if "\\" in part.headers.get("content-disposition", ""):
        raise UploadError(f"{part.filename!r} was sent with a backslash; part folders by '/'")
    return UploadedFile(part.filename or "", part.file)


def _job_id(client_id: ClientId, idempotency_key: str) -> JobId:
    """Derive the id from the idempotency key, so that the jobs' own table remembers it."""
    if not idempotency_key:
        return JobId(uuid4().hex)
    return JobId(hashlib.sha256(f"{client_id}\n{idempotency_key}".encode()).hexdigest()[:32])


def _accept(container: Container, job: Job, stored: StoredUpload) -> Job:
    """Keep the upload and queue the job, or return the job that the same request started."""
    with _accepting:
        known = container.jobs.find_job(job.client_id, job.id)
        if known is None:
            folder = Path(job.payload["root"])
            shutil.rmtree(folder, ignore_errors=True)  # a crash before `add_job` left it
            stored.folder.rename(folder)
            container.jobs.add_job(job)
            return job
    if known.payload != job.payload:
        raise HTTPException(422, "This Idempotency-Key was used for another upload; use a new one.")
    return known
