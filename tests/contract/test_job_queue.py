"""The job queue, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from assist.adapters.sql.jobs import SqlJobQueue
from assist.domain.jobs import Job, JobId, JobProgress, JobState
from assist.ports import JobQueue
from knowledge_base.models import ClientId
from tests.fakes import ACME, NOON, ZENITH

LEASE = timedelta(seconds=30)
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def queue(populated: Engine) -> JobQueue:
    return SqlJobQueue(populated)


def job(name: str, client_id: ClientId = ACME, created_at: datetime = NOON) -> Job:
    payload = {"root": "/articles", "mirror": True, "audience": "", "language": "en"}
    return Job(JobId(name), client_id, "ingest", payload, created_at)


def claim(queue: JobQueue, now: datetime) -> Job | None:
    return queue.claim_job(now, now + LEASE)


def test_every_field_of_a_job_survives(queue: JobQueue) -> None:
    queue.add_job(job("one"))
    claimed = claim(queue, LATER)
    assert claimed is not None
    result: dict[str, Any] = {"added": ["a"], "seconds": 0.25, "version": None}
    done = replace(
        claimed,
        state=JobState.SUCCEEDED,
        progress=JobProgress("embedding", 3, 4),
        result=result,
        error="none",
        finished_at=LATER + LEASE,
        lease_until=None,
    )

    assert queue.save_job(done)

    assert queue.find_job(ACME, JobId("one")) == done


def test_jobs_are_claimed_oldest_first_whatever_their_client(queue: JobQueue) -> None:
    queue.add_job(job("second", created_at=NOON + timedelta(seconds=1)))
    queue.add_job(job("first", ZENITH))

    claimed = [claim(queue, LATER), claim(queue, LATER), claim(queue, LATER)]

    assert [each.id if each else None for each in claimed] == ["first", "second", None]


def test_a_claim_marks_the_job_as_running_under_a_lease(queue: JobQueue) -> None:
    queue.add_job(job("one"))

    claimed = claim(queue, LATER)

    assert claimed == queue.find_job(ACME, JobId("one"))
    assert claimed is not None
    assert (claimed.state, claimed.attempt) == (JobState.RUNNING, 1)
    assert (claimed.started_at, claimed.lease_until) == (LATER, LATER + LEASE)


def test_a_job_is_not_claimed_again_within_its_lease(queue: JobQueue) -> None:
    queue.add_job(job("one"))
    claim(queue, NOON)

    assert claim(queue, NOON + LEASE) is None


def test_a_job_whose_lease_ended_is_claimed_again(queue: JobQueue) -> None:
    queue.add_job(job("one"))
    claim(queue, NOON)

    again = claim(queue, NOON + LEASE + timedelta(milliseconds=1))

    assert again is not None
    assert (again.attempt, again.started_at) == (2, NOON)


def test_the_worker_that_lost_the_lease_cannot_save(queue: JobQueue) -> None:
    queue.add_job(job("one"))
    slow = claim(queue, NOON)
    fast = claim(queue, NOON + 2 * LEASE)
    assert slow is not None

    assert not queue.save_job(replace(slow, state=JobState.FAILED, error="late"))

    assert queue.find_job(ACME, JobId("one")) == fast


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.FAILED])
def test_a_finished_job_is_never_claimed(queue: JobQueue, state: JobState) -> None:
    queue.add_job(job("one"))
    claimed = claim(queue, NOON)
    assert claimed is not None
    queue.save_job(replace(claimed, state=state))

    assert claim(queue, NOON + 10 * LEASE) is None


def test_a_job_given_back_is_claimed_at_once(queue: JobQueue) -> None:
    queue.add_job(job("one"))
    claimed = claim(queue, NOON)
    assert claimed is not None
    queue.save_job(replace(claimed, state=JobState.WAITING, lease_until=None))

    assert claim(queue, NOON) is not None


def test_the_job_of_another_client_is_not_found(queue: JobQueue) -> None:
    queue.add_job(job("one"))

    assert queue.find_job(ZENITH, JobId("one")) is None
    assert queue.list_jobs(ZENITH, 10) == []


def test_jobs_are_listed_newest_first_up_to_the_limit(queue: JobQueue) -> None:
    for minute in range(3):
        queue.add_job(job(f"job-{minute}", created_at=NOON + timedelta(minutes=minute)))

    assert [each.id for each in queue.list_jobs(ACME, 2)] == ["job-2", "job-1"]


def test_workers_that_claim_at_the_same_time_get_different_jobs(queue: JobQueue) -> None:
    names = {f"job-{number}" for number in range(8)}
    for name in names:
        queue.add_job(job(name))

    with ThreadPoolExecutor(4) as workers:
        claimed = list(workers.map(lambda _: claim(queue, LATER), range(10)))

    assert sorted(each.id for each in claimed if each) == sorted(names)


def test_a_job_needs_its_client(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        SqlJobQueue(engine).add_job(job("one"))
