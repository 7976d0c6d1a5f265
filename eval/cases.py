"""Labelled cases: what customers ask and what an answer must hold, read from JSON lines."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class SuiteError(Exception):
    """A file of cases that cannot be used; the message names line and field."""


class CaseKind(StrEnum):
    """What a case expects of the assistant."""

    ANSWERABLE = "answerable"
    FOLLOWUP = "followup"
    FALSE_PREMISE = "false_premise"
    NEAR_MISS = "near_miss"
    INTERNAL_ONLY = "internal_only"
    HUMAN = "human"
    OFF_TOPIC = "off_topic"

    @property
    def expects_answer(self) -> bool:
        """Say whether the right thing to do is to answer."""
        return self in {CaseKind.ANSWERABLE, CaseKind.FOLLOWUP, CaseKind.FALSE_PREMISE}


class Case(BaseModel):
    """One conversation with its label.

    `turns` are the customer's messages in order, the last one is to be answered. `must_include`
    are groups of alternatives: a right answer holds at least one string of every group.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    kind: CaseKind
    turns: tuple[str, ...] = Field(min_length=1)
    gold: tuple[str, ...] = ()
    must_include: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    note: str = ""
    as_of: date | None = None


def load_cases(path: Path) -> list[Case]:
    """Read a suite. Raises `SuiteError` for the first line that is not a case."""
    cases: list[Case] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"cannot read the cases {str(path)!r}: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            cases.append(_case(path, number, line))
    ids = [case.id for case in cases]
    twice = sorted({case_id for case_id in ids if ids.count(case_id) > 1})
    if twice:
        raise SuiteError(f"{path.name}: the ids {', '.join(twice)} stand there more than once")
    return cases


def _case(path: Path, number: int, line: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the line"
        raise SuiteError(f"{path.name} line {number}: {place}: {fault['msg']}") from error
