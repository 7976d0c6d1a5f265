"""A client's wrong-answer budget: the threshold that keeps it, and the evidence for that."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from assist.domain.policy import AnswerPolicy
from knowledge_base.models import ClientId

CalibrationId = NewType("CalibrationId", str)

_LEAST = 1e-6


@dataclass(frozen=True)
class ProbabilityMap:
    """Turns a raw confidence into the chance of being right; never lowers a higher one.

    A logistic curve over the log-odds of the confidence (Platt 1999); the defaults change nothing.
    """

    slope: float = 1.0
    intercept: float = 0.0

    def calibrated(self, confidence: float) -> float:
        """Return the estimated chance that an answer of this confidence is right."""
        return 1 / (1 + math.exp(-(self.slope * log_odds(confidence) + self.intercept)))


def log_odds(confidence: float) -> float:
    """Return the log-odds of a probability; 0 and 1 count as nearly so."""
    kept = min(max(confidence, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


@dataclass(frozen=True)
class CurvePoint:
    """What a threshold does with the certifying cases.

    `wrong_bound` is the highest share of all questions that may be answered wrongly.
    """

    threshold: float
    right: int
    wrong: int
    wrong_bound: float

    @property
    def answered(self) -> int:
        """How many cases are answered."""
        return self.right + self.wrong


@dataclass(frozen=True)
class Budget:
    """What a client accepts: at most this share of all questions answered wrongly, this surely."""

    max_wrong: float
    confidence: float


@dataclass(frozen=True)
class CaseCounts:
    """How many cases the fit and the certificate rest on; `answerable` are of the latter."""

    fitted: int
    certified: int
    answerable: int


@dataclass(frozen=True)
class Calibration:
    """A stored threshold with its evidence.

    `policy` is what the cases were answered with, apart from its thresholds. `suite` names the
    file of cases and `suite_digest` is the SHA-256 of its content. `chosen` is a point of `curve`,
    which goes from the highest threshold to the lowest.
    """

    id: CalibrationId
    client_id: ClientId
    created_at: datetime
    policy: AnswerPolicy
    knowledge_version: int
    suite: str
    suite_digest: str
    budget: Budget
    counts: CaseCounts
    chosen: CurvePoint
    map: ProbabilityMap
    curve: tuple[CurvePoint, ...]

    def holds_for(self, policy: AnswerPolicy) -> bool:
        """Say whether answers are still found and decided as they were when this was measured."""
        return _knobs(policy) == _knobs(self.policy)


@dataclass(frozen=True)
class ClientPolicy:
    """The policy that answers a client's customers, and the calibration behind it, if any."""

    policy: AnswerPolicy
    calibration: Calibration | None = None

    def chance(self, confidence: float) -> float | None:
        """Return the calibrated chance of being right; `None` when nothing is calibrated."""
        return self.calibration.map.calibrated(confidence) if self.calibration else None


def policy_for(default: AnswerPolicy, calibration: Calibration | None) -> ClientPolicy:
    """Put a calibration's threshold into the policy.

    Verbatim answers count as answers, so they get it too. When the policy has changed since, the
    evidence is for other answers: the stricter of both thresholds holds until calibrated again.
    """
    if calibration is None:
        return ClientPolicy(default)
    least = calibration.chosen.threshold
    is_current = calibration.holds_for(default)
    return ClientPolicy(
        replace(
            default,
            name=f"{default.name}/{calibration.id[:8]}",
            answer_threshold=least if is_current else max(least, default.answer_threshold),
            verbatim_threshold=least if is_current else max(least, default.verbatim_threshold),
        ),
        calibration,
    )


def staleness(
    calibration: Calibration, default: AnswerPolicy, published_version: int | None
) -> Iterable[str]:
    """Name what has changed since a calibration, so that its promise is no longer proven."""
    if published_version != calibration.knowledge_version:
        now = "none" if published_version is None else str(published_version)
        yield f"knowledge version {calibration.knowledge_version} was measured, {now} answers now"
    if not calibration.holds_for(default):
        yield (
            f"the policy {calibration.policy.name!r} was measured, {default.name!r} answers now: "
            "the stricter threshold of both holds"
        )


def _knobs(policy: AnswerPolicy) -> AnswerPolicy:
    return replace(policy, answer_threshold=0, verbatim_threshold=0, draft_threshold=0)
