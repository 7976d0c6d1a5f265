"""Reads the questions of `assist ask`; a fault is named with its line and field."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.schemas.answers import MAX_MESSAGES, Message


class BadBatchError(ValueError):
    """A line that is no question; the message names the line and the field."""


class BatchLine(BaseModel):
    """A conversation whose last message is to be answered; other fields of a line are ignored."""

    model_config = ConfigDict(frozen=True, strict=True)

    id: str | int
    turns: Annotated[list[Message], Field(min_length=1, max_length=MAX_MESSAGES)]
    as_of: date | None = None


def parse_batch(content: bytes) -> list[BatchLine]:
    """Read all lines; empty ones are passed over. Raises `BadBatchError` for the first bad one."""
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    return [
        _parse(line, f"line {number}: ")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def parse_question(question: str) -> BatchLine:
    """Check a single question by the same rules. Raises `BadBatchError`."""
    try:
        return BatchLine(id=0, turns=[question])
    except ValidationError as error:
        raise BadBatchError(f"the question: {error.errors()[0]['msg']}") from error


def _parse(line: bytes, place: str) -> BatchLine:
    try:
        return BatchLine.model_validate_json(line)
    except ValidationError as error:
        faults = (
            ".".join(str(part) for part in fault["loc"]) + f": {fault['msg']}"
            for fault in error.errors()
        )
        raise BadBatchError(place + "; ".join(fault.lstrip(": ") for fault in faults)) from error
