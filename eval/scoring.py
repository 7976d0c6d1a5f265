"""Grades what the assistant did with a case, by rules alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assist.domain.decision import DecisionKind
from assist.domain.turn import Turn
from eval.cases import Case, CaseKind
from knowledge_base.models import Audience


class Verdict(StrEnum):
    """What became of a case; a wrong answer is worse than none."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True)
class CaseResult:
    """A graded case. `retrieved` says whether a gold article was among the candidates."""

    case: Case
    turn: Turn
    verdict: Verdict
    retrieved: bool
    leaks: tuple[str, ...]


def grade(case: Case, turn: Turn) -> CaseResult:
    """Grade one turn.

    A case that expects an answer is right when reply and citations hold every required fact and
    no forbidden string. Every other case is right when it was not answered.
    """
    answered = turn.decision is DecisionKind.ANSWER
    said = "\n".join([turn.text, *(citation.quote for citation in turn.citations)])
    if not answered:
        verdict = Verdict.NOT_ANSWERED if case.kind.expects_answer else Verdict.RIGHT
    else:
        is_right = case.kind.expects_answer and holds_facts(said, case)
        verdict = Verdict.RIGHT if is_right else Verdict.WRONG
    candidates = {candidate.article_id for candidate in turn.candidates}
    return CaseResult(
        case, turn, verdict, bool(candidates & set(case.gold)), _leaks(turn, said, case)
    )


def holds_facts(text: str, case: Case) -> bool:
    """Say whether a text holds one string of every required group and no forbidden one."""
    folded = text.lower()
    required = all(any(fact.lower() in folded for fact in group) for group in case.must_include)
    return required and not any(string.lower() in folded for string in case.must_not)


def _leaks(turn: Turn, said: str, case: Case) -> tuple[str, ...]:
    """Name the internal articles that a public reply cites, and the secrets that it holds."""
    if turn.audience is not Audience.PUBLIC:
        return ()
    internal = [each.article_id for each in turn.citations if each.audience is Audience.INTERNAL]
    secrets = case.must_not if case.kind is CaseKind.INTERNAL_ONLY else ()
    return (*internal, *(secret for secret in secrets if secret.lower() in said.lower()))
