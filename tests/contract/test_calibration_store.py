"""The store of calibrations, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from assist.adapters.sql.calibrations import SqlCalibrationStore
from assist.domain.calibration import CalibrationId
from assist.ports.calibration import CalibrationStore
from tests.calibration_fakes import CALIBRATION
from tests.fakes import ACME, NOON, ZENITH

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def store(populated: Engine) -> CalibrationStore:
    return SqlCalibrationStore(populated)


def test_every_field_survives(store: CalibrationStore) -> None:
    store.add_calibration(CALIBRATION)

    assert store.find_calibration(ACME) == CALIBRATION


def test_a_client_without_one_has_none(store: CalibrationStore) -> None:
    store.add_calibration(CALIBRATION)

    assert store.find_calibration(ZENITH) is None


def test_the_latest_one_is_in_force(store: CalibrationStore) -> None:
    newer = replace(CALIBRATION, id=CalibrationId("2" * 32), created_at=LATER)
    store.add_calibration(newer)
    store.add_calibration(CALIBRATION)

    assert store.find_calibration(ACME) == newer


def test_withdrawing_brings_no_older_one_back(store: CalibrationStore) -> None:
    other = replace(CALIBRATION, id=CalibrationId("3" * 32), client_id=ZENITH)
    for each in (
        CALIBRATION,
        replace(CALIBRATION, id=CalibrationId("2" * 32), created_at=LATER),
        other,
    ):
        store.add_calibration(each)

    assert store.withdraw_calibrations(ACME, LATER)
    assert store.find_calibration(ACME) is None
    assert store.find_calibration(ZENITH) == other
    assert not store.withdraw_calibrations(ACME, LATER)


def test_after_withdrawing_a_new_one_counts(store: CalibrationStore) -> None:
    store.add_calibration(CALIBRATION)
    store.withdraw_calibrations(ACME, LATER)
    newer = replace(CALIBRATION, id=CalibrationId("2" * 32), created_at=LATER)
    store.add_calibration(newer)

    assert store.find_calibration(ACME) == newer
