"""Ingestions (background jobs that take in articles) as JSON."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from assist.domain.jobs import Job, JobState
from knowledge_base.models import Audience


class IngestionMode(StrEnum):
    """What the uploaded articles are to the client's knowledge."""

    REPLACE = "replace"
    ADD = "add"


class IngestionIn(BaseModel):
    """The fields beside the files; audience and language hold where an article names none."""

    model_config = ConfigDict(extra="forbid")

    mode: IngestionMode
    audience: Audience | None = None
    language: Annotated[str, Field(pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")] = ""

    def as_payload(self, root: Path, digest: str) -> dict[str, Any]:
        """Return the job's payload; the digest tells a repeated request from another one."""
        return {
            "root": str(root),
            "mirror": self.mode is IngestionMode.REPLACE,
            "audience": self.audience or "",
            "language": self.language,
            "digest": digest,
        }

    @classmethod
    def request_body(cls, files_field: str) -> dict[str, Any]:
        """Describe the multipart form for the OpenAPI document."""
        schema = {
            "type": "object",
            "required": ["mode", files_field],
            "properties": {
                files_field: {
                    "type": "array",
                    "items": {"type": "string", "format": "binary"},
                    "description": "files named by their relative paths, or one .zip",
                },
                "mode": {"type": "string", "enum": [mode.value for mode in IngestionMode]},
                "audience": {"type": "string", "enum": [each.value for each in Audience]},
                "language": {"type": "string"},
            },
            "example": {"mode": "replace", files_field: ["articles.zip"]},
        }
        return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


class ProgressOut(BaseModel):
    """How far the job is, in the unit of its phase; 0 of 0 when unknown."""

    phase: str
    done: int
    total: int


_EXAMPLE: dict[str, Any] = {
    "id": "6c0f7a52d1e84f0c9b3e2a1d5f7c8e90",
    "state": "succeeded",
    "mode": "replace",
    "progress": {"phase": "publishing", "done": 1, "total": 1},
    "created_at": "2026-11-20T09:30:00Z",
    "started_at": "2026-11-20T09:30:00Z",
    "finished_at": "2026-11-20T09:30:07Z",
    "report": {
        "knowledge_version": 5,
        "published": True,
        "articles": {"added": 1, "changed": 2, "unchanged": 45, "removed": 0, "rejected": 0},
        "passages": 316,
        "embedded": 9,
        "rejected": [],
        "duplicates": [],
        "contradictions": [],
        "seconds": 6.8,
    },
    "error": None,
}


class IngestionOut(BaseModel):
    """An ingestion; `report` is there when it succeeded and `error` when it failed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    state: JobState
    mode: IngestionMode
    progress: ProgressOut
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    report: dict[str, Any] | None = Field(description="what went in and what was rejected, and why")
    error: str | None

    @classmethod
    def of(cls, job: Job) -> "IngestionOut":
        """Describe a job without the folder that it reads."""
        return cls(
            id=job.id,
            state=job.state,
            mode=IngestionMode.REPLACE if job.payload.get("mirror") else IngestionMode.ADD,
            progress=ProgressOut(**vars(job.progress)),
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            report=dict(job.result) if job.result else None,
            error=job.error or None,
        )


class IngestionsOut(BaseModel):
    """The newest ingestions, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_EXAMPLE]}]})

    items: list[IngestionOut]
