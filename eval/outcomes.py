"""What answering without limits would have done with each case: the raw material of thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from assist.domain.decision import DecisionKind
from assist.domain.policy import AnswerPolicy
from eval.cases import Case, CaseKind
from eval.running import run_cases
from eval.scoring import CaseResult, Verdict
from knowledge_base.models import ClientId

if TYPE_CHECKING:
    from assist.bootstrap import Container


@dataclass(frozen=True)
class Outcome:
    """One case: the confidence of the answer it would get, and whether that answer is right.

    `confidence` is `None` for what is answered at no threshold, such as a wish for a person.
    """

    case_id: str
    kind: CaseKind
    confidence: float | None
    is_right: bool = False

    def is_answered(self, threshold: float) -> bool:
        """Say whether the case is answered at a threshold."""
        return self.confidence is not None and self.confidence >= threshold


def outcome_of(result: CaseResult) -> Outcome:
    """Read the outcome off a case that was answered without limits."""
    answered = result.turn.decision is DecisionKind.ANSWER
    return Outcome(
        result.case.id,
        result.case.kind,
        result.turn.confidence if answered else None,
        answered and result.verdict is Verdict.RIGHT,
    )


def answer_without_limits(
    container: Container,
    client_id: ClientId,
    cases: Iterable[Case],
    *,
    today: date,
    policy: AnswerPolicy | None = None,
) -> Iterator[CaseResult]:
    """Answer the cases whatever the confidence; no turn is recorded.

    Failures in a row never hand over then, as a threshold may make them: it answers no more than
    this, so the wrong answers counted here are an upper limit.
    """
    limitless = replace(policy or container.policy, answer_threshold=0.0, verbatim_threshold=0.0)
    yield from run_cases(container.answering_with(limitless), client_id, cases, today=today)
