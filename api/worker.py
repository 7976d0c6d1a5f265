"""Runs background jobs one after another in a thread; several processes may share the queue."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

from assist.domain.errors import AssistError
from assist.domain.jobs import Job, JobProgress, JobState
from ingest.sources import IngestError
from knowledge_base.models import Audience, ClientId, KnowledgeBaseError

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from assist.ports import Clock, JobQueue

INGEST = "ingest"
UPLOADS = "uploads"
MAX_ATTEMPTS = 3

LEASE_S = 30.0
POLL_S = 1.0
SAVE_S = 0.5
STOP_WAIT_S = 20.0
"""How long a stop waits for a job to notice: between two reports lie seconds of work."""

Report = Callable[[str, int, int], None]
"""Called with the phase, how much is done and how much there is to do."""

Handler = Callable[[Job, Report], Mapping[str, Any]]
"""Does the work of a job and returns its result as plain JSON."""

_logger = logging.getLogger(__name__)


class InterruptedJobError(Exception):
    """Ends a job's work at its next report: the lease was lost or the worker is stopping."""


class JobWorker:
    """Takes jobs from the queue until it is stopped.

    A job whose process died is taken again when its lease ends, `MAX_ATTEMPTS` times in all; a
    job that a stop interrupts goes back to the queue.
    """

    def __init__(
        self,
        queue: JobQueue,
        handlers: Mapping[str, Handler],
        *,
        clock: Clock,
        uploads: Path,
        lease_s: float = LEASE_S,
        poll_s: float = POLL_S,
        save_s: float = SAVE_S,
    ) -> None:
        self._queue = queue
        self._handlers = handlers
        self._clock = clock
        self._uploads = uploads
        self._lease = timedelta(seconds=lease_s)
        self._poll_s = poll_s
        self._save_s = save_s
        self._stopping = Event()
        self._wake = Event()
        self._thread = Thread(target=self._run, name="job-worker", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to work in a thread."""
        self._thread.start()

    def wake(self) -> None:
        """Look for a job now instead of at the next poll."""
        self._wake.set()

    def check(self) -> None:
        """Raise `AssistError` when the thread does not work."""
        if not self._thread.is_alive():
            raise AssistError("the job worker does not run; restart the server")

    def stop(self, wait_s: float = STOP_WAIT_S) -> None:
        """Take no further job, interrupt the current one and give it back to the queue."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(wait_s)
        if self._thread.is_alive():
            _logger.warning("a job did not stop within %s s; the next start repeats it", wait_s)

    def _run(self) -> None:
        """Work until a stop is requested; a failing queue is tried again."""
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                is_idle = not self.run_next()
            except Exception:
                _logger.exception("the job queue cannot be used; trying again")
                is_idle = True
            if is_idle:
                self._wake.wait(self._poll_s)

    def run_next(self) -> bool:
        """Run the next job; say whether there was one."""
        now = self._clock()
        job = self._queue.claim_job(now, now + self._lease)
        if job:
            self._run_job(job)
        return job is not None

    def _run_job(self, job: Job) -> None:
        lease = _Lease(self._queue, job, self._clock, self._lease, self._stopping)
        with lease.kept(every_s=self._save_s):
            outcome = self._outcome(job, lease.report)
        is_final = outcome["state"] is not JobState.WAITING
        finished_at: datetime | None = self._clock() if is_final else None
        done = replace(lease.job, **outcome, finished_at=finished_at, lease_until=None)
        if self._queue.save_job(done) and is_final:
            shutil.rmtree(self._uploads / job.id, ignore_errors=True)

    def _outcome(self, job: Job, report: Report) -> dict[str, Any]:
        """Return the fields of the job that its work decides."""
        if job.attempt > MAX_ATTEMPTS:
            return _failed(
                f"the work was cut off {MAX_ATTEMPTS} times by a stop or a crash of its process; "
                "look at the log and start it again"
            )
        if job.kind not in self._handlers:
            return _failed(f"no worker knows jobs of the kind {job.kind!r}")
        try:
            return {"state": JobState.SUCCEEDED, "result": self._handlers[job.kind](job, report)}
        except InterruptedJobError:
            return {"state": JobState.WAITING}
        except (AssistError, IngestError, KnowledgeBaseError) as error:
            return _failed(str(error))
        except Exception as error:
            _logger.exception("job %s failed", job.id)
            return _failed(f"unexpected {type(error).__name__}: {error}; the log has the details")


class _Lease:
    """Keeps a job's lease and saves its progress from a timer thread, however slow the work is."""

    def __init__(
        self, queue: JobQueue, job: Job, clock: Clock, length: timedelta, stopping: Event
    ) -> None:
        self.job = job
        self._queue = queue
        self._clock = clock
        self._length = length
        self._stopping = stopping
        self._progress = job.progress
        self._is_lost = False

    def report(self, phase: str, done: int, total: int) -> None:
        """Note progress; it is saved soon. Raises `InterruptedJobError` when work is to end."""
        if self._is_lost or self._stopping.is_set():
            raise InterruptedJobError
        self._progress = JobProgress(phase, done, total)

    @contextmanager
    def kept(self, *, every_s: float) -> Iterator[None]:
        """Renew the lease while the block runs."""
        ended = Event()
        thread = Thread(target=self._keep, args=(ended, every_s), name="job-lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.job = replace(self.job, progress=self._progress)

    def _keep(self, ended: Event, every_s: float) -> None:
        while not ended.wait(every_s) and not self._is_lost:
            try:
                self._renew()
            except Exception:
                _logger.exception("could not renew the lease of job %s", self.job.id)

    def _renew(self) -> None:
        """Save when there is progress or a third of the lease is over."""
        now = self._clock()
        assert self.job.lease_until is not None  # noqa: S101 - claiming a job sets it
        is_due = self.job.lease_until - now < self._length * 2 / 3
        if is_due or self._progress != self.job.progress:
            self.job = replace(self.job, progress=self._progress, lease_until=now + self._length)
            self._is_lost = not self._queue.save_job(self.job)


def build_worker(container: Container) -> JobWorker:
    """Build the worker of an installation; its process must own the stores."""
    return JobWorker(
        container.jobs,
        {INGEST: lambda job, report: ingest_folder(container, job.client_id, job.payload, report)},
        clock=container.clock,
        uploads=container.settings.home / UPLOADS,
    )


def ingest_folder(
    container: Container, client_id: ClientId, payload: Mapping[str, Any], report: Report
) -> dict[str, Any]:
    """Ingest as a job's payload says and return the report as JSON.

    Raises `IngestError` when nothing can be published.
    """
    from ingest.pipeline import ingest
    from ingest.reading import IngestRequest
    from ingest.sources import IngestError

    root = Path(payload["root"])
    request = IngestRequest(
        client_id,
        root,
        mirror=payload["mirror"],
        audience=Audience(payload["audience"]) if payload["audience"] else None,
        language=payload["language"],
        client_name=container.clients.get(client_id).name,
    )
    try:
        return ingest(request, container.knowledge_base, progress=report).as_json()
    except IngestError as error:
        if not root.is_relative_to(container.settings.home):
            raise
        # The folder of an upload means nothing to who uploaded it.
        raise IngestError(str(error).replace(repr(str(root)), "the upload")) from error


def _failed(error: str) -> dict[str, Any]:
    return {"state": JobState.FAILED, "error": error}
