"""Probes of the process."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from assist.domain.errors import HomeInUseError
from tests.api.installation import SOUTH, FakeEmbedder, Installation, make_article


def test_the_process_is_up(http: TestClient) -> None:
    response = http.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_complete_installation_is_ready(http: TestClient) -> None:
    response = http.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "checks": {
            name: {"ok": True, "reason": ""}
            for name in ("database", "stores", "model", "worker", "knowledge")
        },
    }


def test_a_part_that_fails_makes_the_process_not_ready_and_keeps_its_secrets(
    installation: Installation,
) -> None:
    def check_worker() -> None:
        raise HomeInUseError("see /srv/secret")

    app = create_app(installation.container, check_worker=check_worker)
    response = TestClient(app).get("/readyz")
    checks = response.json()["checks"]
    assert response.status_code == 503
    assert not response.json()["ready"]
    assert checks["worker"]["reason"].startswith("the worker cannot be used")
    assert checks["database"]["ok"]
    assert "secret" not in response.text


def test_a_database_that_fails_makes_the_process_not_ready(
    http: TestClient, installation: Installation
) -> None:
    vars(installation.container)["keys"] = None
    response = http.get("/readyz")
    assert response.status_code == 503
    assert not response.json()["checks"]["database"]["ok"]


def test_knowledge_of_another_model_makes_the_process_not_ready_naming_the_client(
    http: TestClient, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.publish(SOUTH, make_article("delivery", "Delivery takes 3 days."))
    assert http.get("/readyz").status_code == 200

    monkeypatch.setattr(FakeEmbedder, "name", "new")
    response = http.get("/readyz")
    check = response.json()["checks"]["knowledge"]
    assert response.status_code == 503
    assert check == {"ok": False, "reason": "south: embedded with another model, ingest it again"}
