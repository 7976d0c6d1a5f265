"""API keys: which ones are taken, when they stop, and which client they open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from assist.domain.keys import KeyScope
from tests.api.installation import NORTH, NOW, SOUTH, Installation

CUSTOMER, AGENT, TRAINER = KeyScope.CUSTOMER, KeyScope.AGENT, KeyScope.TRAINER


def test_whoever_sends_no_key_is_told_which_header_it_goes_in(http: TestClient) -> None:
    response = http.get("/v1/client")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"


def test_a_key_of_a_smaller_scope_is_told_which_one_it_takes(
    http: TestClient, installation: Installation
) -> None:
    response = http.get("/v1/ingestions", headers=installation.headers(AGENT))
    assert response.status_code == 403
    assert response.json()["detail"] == "This needs a key of scope 'trainer'; yours is 'agent'."


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
