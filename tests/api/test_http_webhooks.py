"""Webhooks over HTTP: an admin adds them, looks at what was not delivered, and retries it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Signer
from starlette.testclient import TestClient

from assist.domain.deliveries import Answer
from assist.domain.keys import KeyScope
from assist.domain.people import Role
from assist.domain.webhooks import MAX_WEBHOOKS
from tests.api.installation import NORTH, SOUTH, Installation
from tests.webhook_fakes import ScriptedReceiver, drain

URL = "https://desk.example/hooks"
Headers = dict[str, str]


@pytest.fixture
def receiver(installation: Installation) -> ScriptedReceiver:
    scripted = ScriptedReceiver()
    vars(installation.container)["http_sender"] = scripted
    return scripted


@pytest.fixture
def admin(installation: Installation) -> Headers:
    return installation.person(Role.ADMIN) | {"X-Client": NORTH}


@pytest.fixture
def webhook(http: TestClient, admin: Headers, receiver: ScriptedReceiver) -> dict[str, Any]:
    del receiver
    added = http.post("/v1/webhooks", json={"url": URL}, headers=admin)
    assert added.status_code == 201
    body: dict[str, Any] = added.json()
    return body


def write(http: TestClient, installation: Installation, text: str = "Delivery?") -> str:
    """Start a conversation with a message, and return its id."""
    key = installation.headers(KeyScope.CUSTOMER)
    started = http.post("/v1/conversations", json={}, headers=key).json()
    token = {"X-Conversation-Token": started["token"], "Idempotency-Key": "1"}
    path = f"/v1/conversations/{started['conversation_id']}/messages"
    assert http.post(path, json={"text": text}, headers=key | token).status_code == 200
    return str(started["conversation_id"])


def problem(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["detail"]


def test_the_secret_is_shown_once(
    http: TestClient, admin: Headers, webhook: dict[str, Any]
) -> None:
    shown = {name: value for name, value in webhook.items() if name != "secret"}

    assert webhook["secret"].startswith("whsec_")
    assert http.get("/v1/webhooks", headers=admin).json() == {"items": [shown]}
    assert http.get(f"/v1/webhooks/{webhook['id']}", headers=admin).json() == shown


def test_events_are_sent_signed(
    http: TestClient,
    installation: Installation,
    receiver: ScriptedReceiver,
    webhook: dict[str, Any],
) -> None:
    conversation_id = write(http, installation)

    drain(installation.container.notifying)

    bodies = [json.loads(call.body) for call in receiver.calls]
    assert [(body["type"], body["data"]["message"]["author"]) for body in bodies] == [
        ("message.added", "customer"),
        ("message.added", "assistant"),
    ]
    assert {body["data"]["conversation_id"] for body in bodies} == {conversation_id}
    for call in receiver.calls:
        sent_at = datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), UTC)
        signature = Signer(webhook["secret"]).sign(
            call.headers["webhook-id"], sent_at, call.body.decode()
        )
        assert (call.url, call.headers["webhook-signature"]) == (URL, signature)
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 2


def test_a_webhook_is_told_only_of_its_own_client_and_kinds(
    http: TestClient, installation: Installation, receiver: ScriptedReceiver, admin: Headers
) -> None:
    other = admin | {"X-Client": SOUTH}
    http.post("/v1/webhooks", json={"url": URL}, headers=other)
    body = {"url": URL, "kinds": ["conversation.resolved"]}
    http.post("/v1/webhooks", json=body, headers=admin)
    write(http, installation)

    drain(installation.container.notifying)

    assert receiver.calls == []


def test_changes_take_effect(
    http: TestClient,
    installation: Installation,
    receiver: ScriptedReceiver,
    admin: Headers,
    webhook: dict[str, Any],
) -> None:
    path = f"/v1/webhooks/{webhook['id']}"
    changed = http.patch(path, json={"disabled": True, "description": "Old"}, headers=admin)
    assert (changed.json()["disabled"], changed.json()["description"]) == (True, "Old")
    assert changed.json()["disabled_reason"] == "turned off"
    write(http, installation)
    assert drain(installation.container.notifying) == []

    body = {"disabled": False, "url": "https://new.example/", "kinds": ["message.added"]}
    again = http.patch(path, json=body, headers=admin).json()

    assert (again["disabled"], again["disabled_reason"]) == (False, "")
    write(http, installation)
    drain(installation.container.notifying)
    assert {call.url for call in receiver.calls} == {"https://new.example/"}


def test_a_dead_delivery_is_seen_and_retried(
    http: TestClient,
    installation: Installation,
    receiver: ScriptedReceiver,
    admin: Headers,
    webhook: dict[str, Any],
) -> None:
    receiver.answer = lambda _: Answer(error="10.0.0.1 is no public address", is_final=True)
    write(http, installation)
    drain(installation.container.notifying)
    path = f"/v1/webhooks/{webhook['id']}/deliveries"

    dead = http.get(f"{path}?state=dead&limit=1", headers=admin).json()["items"]
    assert [(item["state"], item["attempt"], item["error"]) for item in dead] == [
        ("dead", 1, "10.0.0.1 is no public address")
    ]
    receiver.answer = lambda _: Answer(204)
    retried = http.post(f"{path}/{dead[0]['id']}/retry", headers=admin)

    assert (retried.status_code, retried.json()["state"]) == (200, "waiting")
    assert installation.container.delivery_wake.is_set()
    drain(installation.container.notifying)
    states = [item["state"] for item in http.get(path, headers=admin).json()["items"]]
    assert states == ["delivered", "dead"]
    again = http.post(f"{path}/{dead[0]['id']}/retry", headers=admin)
    assert problem(again)[0] == 409
    assert "only a dead one" in problem(again)[1]


def test_gone_turns_the_webhook_off_until_it_is_enabled(
    http: TestClient,
    installation: Installation,
    receiver: ScriptedReceiver,
    admin: Headers,
    webhook: dict[str, Any],
) -> None:
    receiver.answer = lambda _: Answer(410, "the receiver answered 410")
    write(http, installation)
    drain(installation.container.notifying)
    path = f"/v1/webhooks/{webhook['id']}"

    assert len(receiver.calls) == 1
    assert http.get(path, headers=admin).json()["disabled_reason"].endswith("410 Gone")
    items = http.get(f"{path}/deliveries", headers=admin).json()["items"]
    assert {item["state"] for item in items} == {"dead"}
    retry = f"{path}/deliveries/{items[0]['id']}/retry"
    assert "enable it first" in problem(http.post(retry, headers=admin))[1]
    http.patch(path, json={"disabled": False}, headers=admin)
    assert http.post(retry, headers=admin).status_code == 200


def test_a_removed_webhook_is_forgotten(
    http: TestClient,
    installation: Installation,
    receiver: ScriptedReceiver,
    admin: Headers,
    webhook: dict[str, Any],
) -> None:
    path = f"/v1/webhooks/{webhook['id']}"
    write(http, installation)
    installation.container.notifying.dispatch()

    assert http.delete(path, headers=admin).status_code == 204
    assert http.get(path, headers=admin).status_code == 404
    drain(installation.container.notifying)
    assert receiver.calls == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"url": "http://desk.example/"}, "https"),
        ({"url": "https://10.0.0.1/"}, "no public address"),
        ({"url": "https://u:p@desk.example/"}, "without user name"),
        ({"url": ""}, "body.url"),
        ({}, "body.url"),
        ({"url": URL, "kinds": ["everything"]}, "body.kinds"),
        ({"url": URL, "secret": "mine"}, "body.secret"),
    ],
)
def test_a_wrong_webhook_is_refused(
    http: TestClient, admin: Headers, body: dict[str, Any], named: str
) -> None:
    response = http.post("/v1/webhooks", json=body, headers=admin)

    assert response.status_code == 422
    assert named in response.text


def test_a_wrong_change_is_refused(
    http: TestClient, admin: Headers, webhook: dict[str, Any]
) -> None:
    path = f"/v1/webhooks/{webhook['id']}"
    body = {"url": "http://desk.example/"}
    assert http.patch(path, json=body, headers=admin).status_code == 422
    assert http.get(path, headers=admin).json()["url"] == URL


def test_a_client_has_a_limited_number_of_webhooks(
    http: TestClient, admin: Headers, webhook: dict[str, Any]
) -> None:
    del webhook
    for _ in range(MAX_WEBHOOKS - 1):
        http.post("/v1/webhooks", json={"url": URL}, headers=admin)

    refused = http.post("/v1/webhooks", json={"url": URL}, headers=admin)
    assert problem(refused)[0] == 409
    assert "remove one first" in problem(refused)[1]


@pytest.mark.parametrize("role", [Role.AGENT, Role.TRAINER, Role.LEAD])
def test_other_roles_may_not_manage_webhooks(
    http: TestClient, installation: Installation, webhook: dict[str, Any], role: Role
) -> None:
    person = installation.person(role) | {"X-Client": NORTH}
    path = f"/v1/webhooks/{webhook['id']}"

    answers = [
        http.get("/v1/webhooks", headers=person),
        http.post("/v1/webhooks", json={"url": URL}, headers=person),
        http.get(path, headers=person),
        http.patch(path, json={}, headers=person),
        http.delete(path, headers=person),
        http.get(f"{path}/deliveries", headers=person),
        http.post(f"{path}/deliveries/1/retry", headers=person),
    ]
    assert {answer.status_code for answer in answers} == {403}


@pytest.mark.parametrize("scope", KeyScope)
def test_keys_may_not_manage_webhooks(
    http: TestClient, installation: Installation, scope: KeyScope
) -> None:
    assert http.get("/v1/webhooks", headers=installation.headers(scope)).status_code == 403


def test_nobody_may_manage_webhooks_without_signing_in(http: TestClient) -> None:
    assert http.get("/v1/webhooks").status_code == 401


def test_the_webhook_of_another_client_is_unknown(
    http: TestClient, installation: Installation, admin: Headers, webhook: dict[str, Any]
) -> None:
    other = admin | {"X-Client": SOUTH}
    path = f"/v1/webhooks/{webhook['id']}"
    write(http, installation)
    drain(installation.container.notifying)
    items = http.get(f"{path}/deliveries", headers=admin).json()["items"]
    mine = http.post("/v1/webhooks", json={"url": URL}, headers=other).json()["id"]

    for answer in (
        http.get(path, headers=other),
        http.patch(path, json={}, headers=other),
        http.delete(path, headers=other),
        http.get(f"{path}/deliveries", headers=other),
        http.post(f"{path}/deliveries/{items[0]['id']}/retry", headers=other),
        http.post(f"/v1/webhooks/{mine}/deliveries/{items[0]['id']}/retry", headers=other),
    ):
        assert answer.status_code == 404
    assert http.get("/v1/webhooks", headers=other).json()["items"][0]["id"] == mine
