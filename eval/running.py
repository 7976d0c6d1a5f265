"""Runs cases through the assistant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from assist.domain.turn import Question
from assist.services.answering import AnsweringService
from eval.cases import Case
from eval.scoring import CaseResult, grade
from knowledge_base.models import Audience, ClientId


def run_cases(
    answering: AnsweringService,
    client_id: ClientId,
    cases: Iterable[Case],
    *,
    today: date,
    audience: Audience = Audience.PUBLIC,
) -> Iterator[CaseResult]:
    """Answer each case as a customer's conversation and grade the last turn."""
    for case in cases:
        question = Question(client_id, case.turns, audience, case.as_of or today)
        yield grade(case, answering.converse(question))
