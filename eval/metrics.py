"""Rates over graded cases with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from eval.cases import CaseKind
from eval.scoring import CaseResult, Verdict

_Z95 = 1.959964


@dataclass(frozen=True)
class Rate:
    """`count` of `total`, with the Wilson interval at 95 %."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """The share in [0, 1]; NaN for no cases."""
        return self.count / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson score interval (Wilson 1927)."""
        if not self.total:
            return (0.0, 1.0)
        n, p, z = self.total, self.value, _Z95
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return (max(0.0, centre - half), min(1.0, centre + half))

    def __str__(self) -> str:
        if not self.total:
            return "no cases"
        low, high = self.interval
        return f"{self.value:6.1%}  ({self.count}/{self.total}, 95 % {low:.1%} to {high:.1%})"


@dataclass(frozen=True)
class Figures:
    """The figures of a run.

    `right_by_kind` holds, for kinds that expect an answer, right answers, and for the others,
    cases not answered. `wrong` counts wrong answers among all given ones.
    """

    right_by_kind: dict[CaseKind, Rate]
    wrong: Rate
    answered: Rate
    retrieved: Rate
    leaks: Rate
    median_ms: float
    p95_ms: float


def summarise(results: Sequence[CaseResult]) -> Figures:
    """Count a run's results."""
    kinds = {kind: [each for each in results if each.case.kind is kind] for kind in CaseKind}
    answered = [each for each in results if each.turn.citations]
    expecting = [each for each in results if each.case.kind.expects_answer]
    wrong = [each for each in answered if each.verdict is Verdict.WRONG]
    times = sorted(each.turn.total_ms for each in results) or [math.nan]
    return Figures(
        right_by_kind={
            kind: Rate(sum(each.verdict is Verdict.RIGHT for each in own), len(own))
            for kind, own in kinds.items()
            if own
        },
        wrong=Rate(len(wrong), len(answered)),
        answered=Rate(sum(bool(each.turn.citations) for each in expecting), len(expecting)),
        retrieved=Rate(sum(each.retrieved for each in expecting), len(expecting)),
        leaks=Rate(sum(bool(each.leaks) for each in results), len(results)),
        median_ms=times[len(times) // 2],
        p95_ms=times[int(len(times) * 0.95)],
    )
