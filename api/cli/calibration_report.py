"""A calibration as a trainer reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from assist.domain.calibration import Calibration, CurvePoint
from assist.domain.policy import AnswerPolicy

ROWS = 12
"""The most rows of the curve in a terminal; `--json` has them all."""


def report(calibration: Calibration) -> str:
    """Describe what is promised, on what evidence, and the curve around the chosen point."""
    return "\n".join([*_promise(calibration), "", *_curve(calibration)])


def uncalibrated(client: str, policy: AnswerPolicy) -> str:
    """Say what answers without a calibration."""
    return (
        f"{client!r} is not calibrated: the default threshold {policy.answer_threshold:.2f} "
        "answers, which promises no rate of wrong answers; "
        f"`assist calibrate --client {client} --suite FILE` chooses one that does"
    )


def as_json_value(
    client: str, calibration: Calibration | None, policy: AnswerPolicy, warnings: Sequence[str]
) -> dict[str, Any]:
    """Return a calibration with all its evidence as JSON; `null` and the default without one."""
    record: dict[str, Any] | None = None
    if calibration is not None:
        record = asdict(calibration)
        record["created_at"] = calibration.created_at.isoformat()
    threshold = calibration.chosen.threshold if calibration else policy.answer_threshold
    return {
        "client": client,
        "calibrated": calibration is not None,
        "answer_threshold": threshold,
        "calibration": record,
        "warnings": list(warnings),
    }


def _promise(calibration: Calibration) -> Iterator[str]:
    budget, chosen, counts = calibration.budget, calibration.chosen, calibration.counts
    yield (
        f"{calibration.client_id!r} answers from confidence {chosen.threshold:.3f} on: at most "
        f"{budget.max_wrong:.1%} of all questions are answered wrongly, with "
        f"{budget.confidence:.0%} confidence"
    )
    yield (
        f"  evidence: {counts.certified} cases, {chosen.wrong} answered wrongly: at most "
        f"{chosen.wrong_bound:.2%} of all questions"
    )
    given = f"{chosen.wrong / chosen.answered:.1%}" if chosen.answered else "none"
    yield f"  of {chosen.answered} given answers: {given} wrong"
    answerable = max(1, counts.answerable)
    yield (
        f"  of {counts.answerable} answerable questions: {chosen.right / answerable:.0%} "
        "answered rightly"
    )
    yield (
        f"  suite {calibration.suite} ({calibration.suite_digest[:12]}), "
        f"{counts.fitted + counts.certified} cases, {counts.fitted} of them for the fit"
    )
    yield (
        f"  knowledge version {calibration.knowledge_version}, policy "
        f"{calibration.policy.name}, {calibration.created_at:%Y-%m-%d %H:%M} UTC"
    )
    yield "  it holds for questions like those of the suite, in its mix of kinds"


def _curve(calibration: Calibration) -> Iterator[str]:
    total, answerable = calibration.counts.certified, max(1, calibration.counts.answerable)
    yield f"  {'threshold':>9}  {'answered':>8}  {'right':>6}  {'wrong':>6}  {'at most':>7}"
    yield f"  {'':>9}  {'of all':>8}  {'of ans.':>6} {'of all':>7}  {'of all':>7}"
    for point in _shown(calibration):
        mark = "  <- chosen" if point == calibration.chosen else ""
        yield (
            f"  {point.threshold:>9.3f}  {point.answered / total:>8.1%}  "
            f"{point.right / answerable:>6.1%}  {point.wrong / total:>6.1%}  "
            f"{point.wrong_bound:>7.1%}{mark}"
        )


def _shown(calibration: Calibration) -> list[CurvePoint]:
    """Thin the curve out evenly; the chosen point stays."""
    curve = calibration.curve
    step = max(1, -(-len(curve) // ROWS))
    last = len(curve) - 1
    return [
        point
        for place, point in enumerate(curve)
        if place % step == 0 or place == last or point == calibration.chosen
    ]
