"""The job queue in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, RowMapping, insert, or_, select, update

from assist.adapters.sql.tables import jobs
from assist.domain.jobs import Job, JobId, JobProgress, JobState
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId

_column = jobs.c


class SqlJobQueue:
    """A `JobQueue` on one table; claiming locks the row where the database can."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_job(self, job: Job) -> None:
        """Insert a job."""
        with writing(self._engine) as connection:
            connection.execute(insert(jobs).values(_values(job)))

    def find_job(self, client_id: ClientId, job_id: JobId) -> Job | None:
        """Look up a client's job."""
        query = select(jobs).where((_column.client_id == client_id) & (_column.id == job_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _job(row) if row else None

    def list_jobs(self, client_id: ClientId, limit: int) -> Sequence[Job]:
        """List newest first."""
        query = select(jobs).where(_column.client_id == client_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_column.created_at.desc()).limit(limit))
            return [_job(row) for row in rows.mappings()]

    def claim_job(self, now: datetime, lease_until: datetime) -> Job | None:
        """Take a job in one transaction."""
        abandoned = (_column.state == JobState.RUNNING) & (_column.lease_until < now)
        query = (
            select(jobs)
            .where(or_(_column.state == JobState.WAITING, abandoned))
            .order_by(_column.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with writing(self._engine) as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            claim = {
                "state": JobState.RUNNING,
                "started_at": row["started_at"] or now,
                "lease_until": lease_until,
                "attempt": row["attempt"] + 1,
            }
            connection.execute(update(jobs).where(_column.id == row["id"]).values(claim))
        return _job({**row, **claim})

    def save_job(self, job: Job) -> bool:
        """Write only while the lease is this attempt's."""
        own = (_column.id == job.id) & (_column.attempt == job.attempt)
        with writing(self._engine) as connection:
            result = connection.execute(update(jobs).where(own).values(_values(job)))
        return bool(result.rowcount)


def _values(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "client_id": job.client_id,
        "kind": job.kind,
        "payload": dict(job.payload),
        "state": job.state,
        "phase": job.progress.phase,
        "done": job.progress.done,
        "total": job.progress.total,
        "result": None if job.result is None else dict(job.result),
        "error": job.error,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "lease_until": job.lease_until,
        "attempt": job.attempt,
    }


def _job(row: RowMapping | dict[str, Any]) -> Job:
    values = {name: value for name, value in row.items() if name not in {"phase", "done", "total"}}
    progress = JobProgress(row["phase"], row["done"], row["total"])
    return Job(**values | {"state": JobState(row["state"]), "progress": progress})
