"""A calibration for tests to store and to change."""

from __future__ import annotations

from assist.domain.calibration import (
    Budget,
    Calibration,
    CalibrationId,
    CaseCounts,
    CurvePoint,
    ProbabilityMap,
)
from assist.domain.policy import AnswerPolicy
from tests.fakes import ACME, NOON

CHOSEN = CurvePoint(threshold=0.62, right=40, wrong=1, wrong_bound=0.0312)
CALIBRATION = Calibration(
    id=CalibrationId("1" * 32),
    client_id=ACME,
    created_at=NOON,
    policy=AnswerPolicy(),
    knowledge_version=3,
    suite="cases.jsonl",
    suite_digest="ab" * 32,
    budget=Budget(0.04, 0.95),
    counts=CaseCounts(fitted=50, certified=150, answerable=100),
    chosen=CHOSEN,
    map=ProbabilityMap(1.2, -0.4),
    curve=(CurvePoint(0.9, 0, 0, 0.0198), CHOSEN, CurvePoint(0.0, 70, 40, 0.33)),
)
