"""The job worker on the SQL queue: outcomes, leases, interruptions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from api.worker import Handler, InterruptedJobError, JobWorker, Report
from assist.adapters.sql.clients import SqlClientDirectory
from assist.adapters.sql.jobs import SqlJobQueue
from assist.adapters.sql.schema import migrate
from assist.domain.client import ClientProfile
from assist.domain.errors import AssistError, SettingsError
from assist.domain.jobs import Job, JobId, JobProgress, JobState
from knowledge_base.adapters.sql.engine import open_engine
from knowledge_base.models import ClientId

ACME = ClientId("acme")
LEASE = timedelta(seconds=30)


@dataclass
class FakeClock:
    now: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Workplace:
    """A queue with one client, a clock to turn, and workers on both."""

    engine: Engine
    queue: SqlJobQueue
    uploads: Path
    clock: FakeClock = field(default_factory=FakeClock)

    def worker(self, handler: Handler) -> JobWorker:
        return JobWorker(
            self.queue,
            {"ingest": handler},
            clock=self.clock,
            uploads=self.uploads,
            lease_s=LEASE.total_seconds(),
            poll_s=0.01,
            save_s=0.01,
        )

    def add(self, kind: str = "ingest", name: str = "job-1") -> JobId:
        self.queue.add_job(Job(JobId(name), ACME, kind, {"root": "/articles"}, self.clock()))
        return JobId(name)

    def get(self, job_id: JobId) -> Job:
        job = self.queue.find_job(ACME, job_id)
        assert job is not None
        return job

    def take(self) -> Job:
        """Take a job as another worker does that then dies."""
        job = self.queue.claim_job(self.clock(), self.clock() + LEASE)
        assert job is not None
        return job


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    engine = open_engine(f"sqlite:///{tmp_path}/assist.db")
    migrate(engine)
    SqlClientDirectory(engine).add_client(ACME, ClientProfile(name="Acme"))
    yield Workplace(engine, SqlJobQueue(engine), tmp_path / "uploads")
    engine.dispose()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def done(_job: Job, _report: Report) -> Mapping[str, Any]:
    return {"published": True}


def never(_job: Job, _report: Report) -> Mapping[str, Any]:
    pytest.fail("the handler must not run")


def report_until_interrupted(_job: Job, report: Report) -> Mapping[str, Any]:
    step = 0
    while True:
        step += 1
        report("reading", step, 0)
        time.sleep(0.005)


def test_a_waiting_job_succeeds_with_the_result_of_its_handler(place: Workplace) -> None:
    job_id = place.add()

    assert place.worker(done).run_next()

    job = place.get(job_id)
    assert (job.state, job.result, job.attempt) == (JobState.SUCCEEDED, {"published": True}, 1)
    assert job.finished_at == place.clock()
    assert job.lease_until is None


def test_there_is_nothing_to_run_in_an_empty_queue(place: Workplace) -> None:
    assert not place.worker(never).run_next()


def test_jobs_run_in_the_order_of_their_creation(place: Workplace) -> None:
    seen: list[str] = []

    def note(job: Job, _report: Report) -> Mapping[str, Any]:
        seen.append(job.id)
        return {}

    for name in ("b", "a", "c"):
        place.add(name=name)
        place.clock.advance(1)
    worker = place.worker(note)
    while worker.run_next():
        pass

    assert seen == ["b", "a", "c"]


def test_an_expected_error_is_stored_as_its_message(place: Workplace) -> None:
    def refuse(_job: Job, _report: Report) -> Mapping[str, Any]:
        raise SettingsError("name a folder that exists")

    job_id = place.add()
    place.worker(refuse).run_next()

    job = place.get(job_id)
    assert (job.state, job.error) == (JobState.FAILED, "name a folder that exists")


def test_an_unexpected_error_is_stored_with_its_kind_and_logged(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(_job: Job, _report: Report) -> Mapping[str, Any]:
        raise ZeroDivisionError("division by zero")

    job_id = place.add()
    place.worker(break_down).run_next()

    job = place.get(job_id)
    assert job.state is JobState.FAILED
    assert job.error == "unexpected ZeroDivisionError: division by zero; the log has the details"
    assert "Traceback" in caplog.text


def test_a_job_of_an_unknown_kind_fails(place: Workplace) -> None:
    job_id = place.add(kind="translate")
    place.worker(never).run_next()

    assert place.get(job_id).state is JobState.FAILED
    assert "translate" in place.get(job_id).error


def test_progress_is_saved_while_the_work_goes_on(place: Workplace) -> None:
    job_id = place.add()

    def work(_job: Job, report: Report) -> Mapping[str, Any]:
        report("embedding", 3, 7)
        wait_until(lambda: place.get(job_id).progress == JobProgress("embedding", 3, 7))
        assert place.get(job_id).state is JobState.RUNNING
        return {}

    place.worker(work).run_next()

    assert place.get(job_id).state is JobState.SUCCEEDED
    assert place.get(job_id).progress == JobProgress("embedding", 3, 7)


def test_the_lease_is_renewed_while_slow_work_reports_nothing(place: Workplace) -> None:
    job_id = place.add()
    lease_ends = place.clock() + LEASE

    def work_slowly(_job: Job, _report: Report) -> Mapping[str, Any]:
        place.clock.advance(20)
        wait_until(lambda: (place.get(job_id).lease_until or lease_ends) > lease_ends)
        place.clock.advance(15)
        assert place.queue.claim_job(place.clock(), place.clock() + LEASE) is None
        return {}

    place.worker(work_slowly).run_next()

    assert place.get(job_id).state is JobState.SUCCEEDED


def test_a_job_whose_worker_died_is_taken_again_when_its_lease_ends(place: Workplace) -> None:
    job_id = place.add()
    place.take()

    assert not place.worker(never).run_next()
    place.clock.advance(31)
    assert place.worker(done).run_next()

    assert (place.get(job_id).state, place.get(job_id).attempt) == (JobState.SUCCEEDED, 2)


def test_a_job_that_killed_three_workers_fails_without_a_fourth_try(place: Workplace) -> None:
    job_id = place.add()
    for _ in range(3):
        place.take()
        place.clock.advance(31)

    place.worker(never).run_next()

    assert place.get(job_id).state is JobState.FAILED
    assert "cut off 3 times" in place.get(job_id).error


def test_a_result_is_not_saved_after_the_lease_was_lost(place: Workplace) -> None:
    job_id = place.add()

    def be_suspended(_job: Job, _report: Report) -> Mapping[str, Any]:
        place.clock.advance(31)
        return _taken_by_another(place)

    place.worker(be_suspended).run_next()

    job = place.get(job_id)
    assert (job.state, job.attempt, job.result) == (JobState.RUNNING, 2, None)


def test_work_ends_at_its_next_report_after_the_lease_was_lost(place: Workplace) -> None:
    place.add()
    ended: list[str] = []

    def go_on(job: Job, report: Report) -> Mapping[str, Any]:
        place.clock.advance(31)
        _taken_by_another(place)
        try:
            return report_until_interrupted(job, report)
        except InterruptedJobError:
            ended.append(job.id)
            raise

    place.worker(go_on).run_next()

    assert ended == ["job-1"]


def _taken_by_another(place: Workplace) -> Mapping[str, Any]:
    """Take the job over, whether or not its late worker has renewed the lease meanwhile."""
    while place.queue.claim_job(place.clock(), place.clock() + LEASE) is None:
        place.clock.advance(31)
    return {"published": True}


def test_a_stop_gives_the_job_back_and_keeps_its_upload(place: Workplace) -> None:
    job_id = place.add()
    upload = place.uploads / job_id
    upload.mkdir(parents=True)
    worker = place.worker(report_until_interrupted)
    worker.start()
    wait_until(lambda: place.get(job_id).progress.done > 0)

    worker.stop()

    assert (place.get(job_id).state, place.get(job_id).lease_until) == (JobState.WAITING, None)
    assert upload.is_dir()
    assert place.worker(done).run_next()


@pytest.mark.parametrize("handler", [done, None], ids=["succeeded", "failed"])
def test_the_upload_of_a_finished_job_is_removed(place: Workplace, handler: Handler | None) -> None:
    job_id = place.add(kind="ingest" if handler else "unknown")
    other = place.uploads / "other"
    for folder in (place.uploads / job_id, other):
        (folder / "faq").mkdir(parents=True)

    place.worker(handler or never).run_next()

    assert not (place.uploads / job_id).exists()
    assert other.is_dir()


def test_a_running_worker_takes_new_jobs_until_it_is_stopped(place: Workplace) -> None:
    worker = place.worker(done)
    worker.start()
    job_id = place.add()
    worker.wake()
    wait_until(lambda: place.get(job_id).state is JobState.SUCCEEDED)
    worker.check()

    worker.stop()
    with pytest.raises(AssistError, match="does not run"):
        worker.check()
    late = place.add(name="late")

    assert place.get(late).state is JobState.WAITING


def test_a_queue_that_fails_is_asked_again(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    class FailingOnce(SqlJobQueue):
        claims = 0

        def claim_job(self, now: datetime, lease_until: datetime) -> Job | None:
            self.claims += 1
            if self.claims == 1:
                raise ConnectionError("the database restarts")
            return super().claim_job(now, lease_until)

    place = replace(place, queue=FailingOnce(place.engine))
    job_id = place.add()
    worker = place.worker(done)
    worker.start()
    wait_until(lambda: place.get(job_id).state is JobState.SUCCEEDED)
    worker.stop()

    assert "trying again" in caplog.text
