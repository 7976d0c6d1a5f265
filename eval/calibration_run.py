"""Calibrates one client on a file of cases, over exactly the path that answers its customers."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from assist.domain.calibration import Budget, Calibration, CalibrationId
from assist.domain.errors import CalibrationError
from eval.calibrating import calibrate, check_enough
from eval.cases import load_cases
from eval.outcomes import answer_without_limits, outcome_of
from knowledge_base.models import ClientId

if TYPE_CHECKING:
    from assist.bootstrap import Container


def calibrate_client(
    container: Container, client_id: ClientId, suite: Path, budget: Budget, *, today: date
) -> Calibration:
    """Return a calibration, not yet in force. Raises `CalibrationError` and `SuiteError`."""
    version = container.publications.find_published(client_id)
    if version is None:
        raise CalibrationError(
            f"the client {client_id!r} has no published knowledge; "
            f"`assist ingest FOLDER --client {client_id}` first"
        )
    cases = load_cases(suite)
    check_enough(len(cases), budget)
    results = answer_without_limits(container, client_id, cases, today=today)
    found = calibrate([outcome_of(result) for result in results], budget)
    return Calibration(
        id=CalibrationId(uuid4().hex),
        client_id=client_id,
        created_at=container.clock(),
        policy=container.policy,
        knowledge_version=version.number,
        suite=suite.name,
        suite_digest=sha256(suite.read_bytes()).hexdigest(),
        budget=budget,
        counts=found.counts,
        chosen=found.chosen,
        map=found.map,
        curve=found.curve,
    )
