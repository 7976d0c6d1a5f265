"""Keys: every route refuses what its scope does not include."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from assist.domain.keys import KeyScope
from tests.api.installation import NORTH, NOW, SOUTH, Installation

CUSTOMER, AGENT, TRAINER = KeyScope.CUSTOMER, KeyScope.AGENT, KeyScope.TRAINER

ROUTES: list[tuple[str, str, KeyScope, Any]] = [
    ("post", "/v1/ask", CUSTOMER, {"question": "How long?"}),
    ("post", "/v1/ask/stream", CUSTOMER, {"question": "How long?"}),
    ("get", "/v1/client", CUSTOMER, None),
    ("post", "/v1/conversations", CUSTOMER, {}),
    ("post", "/v1/conversations/{conversation_id}/messages", CUSTOMER, {"text": "How long?"}),
    ("get", "/v1/conversations/{conversation_id}/messages", CUSTOMER, None),
    ("get", "/v1/conversations/{conversation_id}/events", CUSTOMER, None),
    ("post", "/v1/conversations/{conversation_id}/handoff", CUSTOMER, None),
    ("get", "/v1/conversations", AGENT, None),
    ("post", "/v1/conversations/{conversation_id}/reply", AGENT, {"text": "Hello."}),
    ("post", "/v1/conversations/{conversation_id}/handback", AGENT, None),
    ("post", "/v1/conversations/{conversation_id}/resolve", AGENT, None),
    ("get", "/v1/turns/{turn_id}", AGENT, None),
    ("get", "/v1/knowledge", AGENT, None),
    ("get", "/v1/knowledge/versions", AGENT, None),
    ("get", "/v1/knowledge/articles", AGENT, None),
    ("get", "/v1/knowledge/articles/{article_id}", AGENT, None),
    ("post", "/v1/knowledge/search", AGENT, {"query": "delivery"}),
    ("post", "/v1/knowledge/publish", TRAINER, {"version": 1}),
    ("post", "/v1/knowledge/rollback", TRAINER, None),
    ("post", "/v1/ingestions", TRAINER, None),
    ("get", "/v1/ingestions", TRAINER, None),
    ("get", "/v1/ingestions/{ingestion_id}", TRAINER, None),
]

every_route = pytest.mark.parametrize(("method", "path", "scope", "body"), ROUTES)


def test_the_table_above_names_every_route_under_v1(http: TestClient) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    served = {(method, path) for path in paths for method in paths[path] if "/v1/" in path}
    assert served == {(method, path) for method, path, _, _ in ROUTES}


@every_route
def test_a_route_needs_a_key(
    http: TestClient, method: str, path: str, scope: KeyScope, body: Any
) -> None:
    del scope
    response = http.request(method, path, json=body)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"


@every_route
def test_a_route_refuses_a_smaller_scope_and_no_other(
    http: TestClient,
    installation: Installation,
    method: str,
    path: str,
    scope: KeyScope,
    body: Any,
) -> None:
    for held in KeyScope:
        response = http.request(method, path, json=body, headers=installation.headers(held))
        assert (response.status_code == 403) is not held.includes(scope)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", "Bearer  ", "Basic {secret}", "{secret}"]
)
def test_anything_but_a_known_bearer_key_is_refused(
    http: TestClient, installation: Installation, header: str
) -> None:
    secret = installation.secrets[NORTH, TRAINER]
    headers = {"Authorization": header.format(secret=secret)}
    assert http.get("/v1/client", headers=headers).status_code == 401


def test_a_revoked_key_stops_at_once(http: TestClient, installation: Installation) -> None:
    key, secret = installation.container.keys.issue(NORTH, CUSTOMER)
    headers = {"Authorization": f"Bearer {secret}"}
    assert http.get("/v1/client", headers=headers).status_code == 200
    installation.container.keys.revoke(NORTH, key.id)
    assert http.get("/v1/client", headers=headers).status_code == 401


def test_a_key_stops_when_it_expires(http: TestClient, installation: Installation) -> None:
    now = NOW
    keys = installation.container.keys
    keys._clock = lambda: now
    _, secret = keys.issue(NORTH, CUSTOMER, valid_for=timedelta(hours=1))
    headers = {"Authorization": f"Bearer {secret}"}
    assert http.get("/v1/client", headers=headers).status_code == 200
    now += timedelta(hours=1)
    assert http.get("/v1/client", headers=headers).status_code == 401


def test_a_key_opens_its_own_client_whatever_the_request_says(
    http: TestClient, installation: Installation
) -> None:
    headers = {**installation.headers(CUSTOMER, SOUTH), "X-Client": "north"}
    client = http.get("/v1/client?client=north&client_id=north", headers=headers).json()
    assert client["id"] == "south"


def test_the_client_shows_the_public_part_of_its_profile(
    http: TestClient, installation: Installation
) -> None:
    rule = {"name": "legal", "any_of": ["solicitor"]}
    profile = {"name": "North", "starters": ["How long?"], "handoff_rules": [rule]}
    installation.container.clients.update(NORTH, profile)
    client = http.get("/v1/client", headers=installation.headers(CUSTOMER)).json()
    assert set(client) == {
        "id",
        "name",
        "language",
        "greeting",
        "brand",
        "contacts",
        "hours",
        "starters",
    }
    assert client["starters"] == ["How long?"]
