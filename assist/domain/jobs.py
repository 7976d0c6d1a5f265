"""Background jobs: their states and the lease that lets another worker take over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from knowledge_base.models import ClientId

JobId = NewType("JobId", str)


class JobState(StrEnum):
    """Where a job stands; succeeded and failed are final."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class JobProgress:
    """How far a job is: `done` of `total` in the unit of its phase, 0 of 0 when unknown."""

    phase: str = "waiting"
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Job:
    """A piece of work that outlives the request that asked for it.

    `payload` and `result` are plain JSON. `attempt` counts how often a worker took it and marks
    whose lease it is.
    """

    id: JobId
    client_id: ClientId
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    state: JobState = JobState.WAITING
    progress: JobProgress = field(default_factory=JobProgress)
    result: Mapping[str, Any] | None = None
    error: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    lease_until: datetime | None = None
    attempt: int = 0
