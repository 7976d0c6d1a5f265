"""Chooses the threshold that keeps a wrong-answer budget; pure.

The rate that is bounded is that of wrong answers among all questions of the suite's kinds in their
mix, answered or not: a question that is not answered cannot be answered wrongly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from assist.domain.calibration import Budget, CaseCounts, CurvePoint, ProbabilityMap, log_odds
from assist.domain.errors import CalibrationError
from eval.bounds import least_cases, upper_bound
from eval.outcomes import Outcome

FIT_EVERY = 4
"""Every fourth case fits the map, the others certify the threshold: the two numbers of the map need
fewer cases than the bound."""

GRID = 1000
"""Thresholds are tried in steps of a thousandth. Recorded confidences are rounded to 1e-4, which is
finer, so a case counts as answered at every threshold at which it may be."""

USEFUL = 0.1
"""The least share of the answerable questions for which a threshold is offered instead."""

_STEPS = 50
_NARROW = 1e-9


@dataclass(frozen=True)
class Calibrated:
    """A threshold that keeps the budget, with what shows it."""

    chosen: CurvePoint
    map: ProbabilityMap
    counts: CaseCounts
    curve: tuple[CurvePoint, ...]


def calibrate(outcomes: Sequence[Outcome], budget: Budget) -> Calibrated:
    """Choose the lowest threshold that keeps the budget.

    Thresholds are tested from the highest down and the first that may break the budget ends it
    (fixed-sequence testing; Angelopoulos et al. 2021, "Learn then Test"), so with the budget's
    confidence over the draw of cases the chosen one keeps it. Raises `CalibrationError` when there
    are too few cases, or when nothing could be answered.
    """
    check_enough(len(outcomes), budget)
    fit, certify = split(outcomes)
    curve = tuple(risk_curve(certify, budget.confidence))
    counts = CaseCounts(len(fit), len(certify), _answerable(certify))
    return Calibrated(_choose(curve, budget, counts), fit_map(fit), counts, curve)


def check_enough(cases: int, budget: Budget) -> None:
    """Raise `CalibrationError` when even faultless answers to so many cases would not do."""
    needed = needed_cases(budget)
    if cases >= needed:
        return
    certified = cases - cases // FIT_EVERY
    possible = upper_bound(0, certified, budget.confidence) if certified else 1.0
    raise CalibrationError(
        f"{cases} labelled cases are too few for at most {budget.max_wrong:.1%} wrong answers with "
        f"{budget.confidence:.0%} confidence: at least {needed} are needed, and twice as many "
        f"leave room for some wrong ones. With {cases} cases the least that can be shown is "
        f"--max-wrong {_round_up(possible)}"
    )


def needed_cases(budget: Budget) -> int:
    """Return the least number of labelled cases with which a budget can be shown to be kept."""
    needed = least_cases(budget.max_wrong, budget.confidence)
    total = needed
    while total - total // FIT_EVERY < needed:
        total += 1
    return total


def split(outcomes: Sequence[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    """Divide the cases into those that fit and those that certify.

    By a hash of the id within each kind: the same cases always divide alike, and each kind has its
    share in both.
    """
    order = sorted(outcomes, key=lambda each: (each.kind, _hash(each.case_id)))
    fit = order[FIT_EVERY - 1 :: FIT_EVERY]
    chosen = {each.case_id for each in fit}
    return fit, [each for each in order if each.case_id not in chosen]


def risk_curve(outcomes: Sequence[Outcome], confidence: float) -> Iterator[CurvePoint]:
    """Yield what thresholds do, from the highest to the lowest; only those that change something.

    Of thresholds that answer the same cases, the lowest is given.
    """
    ranked = sorted(
        (each for each in outcomes if each.confidence is not None),
        key=lambda each: -(each.confidence or 0.0),
    )
    right = wrong = place = 0
    for step in range(GRID, -1, -1):
        while place < len(ranked) and ranked[place].is_answered(step / GRID):
            right, wrong = right + ranked[place].is_right, wrong + (not ranked[place].is_right)
            place += 1
        is_lowest = not step or (
            place < len(ranked) and ranked[place].is_answered((step - 1) / GRID)
        )
        if is_lowest:
            bound = upper_bound(wrong, len(outcomes), confidence)
            yield CurvePoint(step / GRID, right, wrong, bound)


def fit_map(outcomes: Sequence[Outcome]) -> ProbabilityMap:
    """Fit how often answers of a confidence are right, by Platt's method with his soft targets.

    Newton's method on two parameters; without right or wrong answers to learn from, or when the
    fit would call surer answers worse, nothing is changed.
    """
    import numpy as np

    answered = [each for each in outcomes if each.confidence is not None]
    right = sum(each.is_right for each in answered)
    wrong = len(answered) - right
    if not right or not wrong:
        return ProbabilityMap()
    x = np.array([(log_odds(each.confidence or 0.0), 1.0) for each in answered])
    targets = np.array([each.is_right for each in answered], dtype=float)
    y = np.where(targets > 0, (right + 1) / (right + 2), 1 / (wrong + 2))
    weights = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-x @ weights))
        hessian = x.T @ (x * (chance * (1 - chance))[:, None]) + _NARROW * np.eye(2)
        step = np.linalg.solve(hessian, x.T @ (y - chance))
        weights += np.clip(step, -1, 1)
        if np.abs(step).max() < _NARROW:
            break
    slope, intercept = (float(weight) for weight in weights)
    return ProbabilityMap(slope, intercept) if slope > 0 else ProbabilityMap()


def _choose(curve: Sequence[CurvePoint], budget: Budget, counts: CaseCounts) -> CurvePoint:
    kept: CurvePoint | None = None
    for point in curve:
        if point.wrong_bound > budget.max_wrong:
            break
        kept = point
    if kept is not None and kept.right:
        return kept
    offer = _best_offer(curve, counts)
    raise CalibrationError(
        f"no threshold answers anything and keeps at most {budget.max_wrong:.1%} wrong answers "
        f"with {budget.confidence:.0%} confidence on these {counts.certified} cases; {offer}"
    )


def _best_offer(curve: Sequence[CurvePoint], counts: CaseCounts) -> str:
    """Say what the least rate is at which a useful share of the answerable cases is answered."""
    useful = [point for point in curve if point.right >= max(1, USEFUL * counts.answerable)]
    if not useful:
        return "hardly one is answered rightly at any threshold: look at the knowledge first"
    best = min(useful, key=lambda point: (point.wrong_bound, -point.right))
    return (
        f"the best that can be kept is --max-wrong {_round_up(best.wrong_bound)}, which answers "
        f"{best.right / counts.answerable:.0%} of the answerable questions rightly"
    )


def _round_up(rate: float) -> str:
    return f"{min(1.0, math.ceil(rate * 1000) / 1000):.3f}"


def _answerable(outcomes: Sequence[Outcome]) -> int:
    return sum(each.kind.expects_answer for each in outcomes)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
