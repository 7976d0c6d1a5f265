"""Nobody sees anything of a client whom they do not serve, by whatever route they ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from assist.domain.conversation import ConversationId
from assist.domain.jobs import Job, JobId
from assist.domain.keys import KeyScope
from assist.domain.people import Role
from assist.domain.turn import Question
from knowledge_base.models import Audience
from tests.api.installation import (
    NORTH,
    NOW,
    SOUTH,
    Installation,
    browse,
    make_article,
    make_turn,
    open_installation,
)

MARK = "zebrafish"
"""Stands in every text of the south."""

OUTSIDERS = ("customer key", "agent key", "trainer key", "site key", "agent", "trainer", "lead")
"""Callers of the north: their credentials are good, and of no use in the south."""

STAFF = ("agent key", "trainer key", "agent", "trainer", "lead", "admin")

BODIES: Mapping[str, Any] = {
    "messages": {"text": "Hello"},
    "contact": {"name": "Mallory"},
    "identity": {"jwt": "a.b.c"},
    "end": {"solved": True},
    "rating": {"score": 1},
    "feedback": {"helpful": False},
    "reply": {"text": "Hello"},
    "notes": {"text": "Hello"},
    "transfer": {"to_queue": "general"},
    "escalate": {"note": "Hello"},
    "check": {"client": SOUTH, "text": "Hello"},
    "suggestions": {"client": SOUTH, "conversation": [{"author": "customer", "text": "Hi"}]},
    "outcome": {"outcome": "rejected"},
    "canned-responses": {"title": "T", "text": "T"},
    "{response_id}": {"title": "Changed"},
    "{webhook_id}": {"disabled": True},
    "webhooks": {"url": "https://north.example.com/hook"},
    "{user_id}": {"name": "Mallory"},
}
"""Bodies that would be taken, by the ends of paths; all others are empty."""

OWN_ADDRESS = re.compile(r"/v1/(?!inbound/|session)")
"""Routes that credentials open; the others are of the caller, or their address is the secret."""


@dataclass
class World:
    """Two clients, with everything that there can be in the south."""

    installation: Installation
    http: TestClient
    credentials: Mapping[str, Mapping[str, str]]
    ids: Mapping[str, str]
    token: str

    def send(self, caller: str, method: str, path: str, **extra: str) -> Any:
        """Call a route about what is in the south."""
        address = re.sub(r"{(\w+)[^}]*}", lambda name: self.ids[name.group(1)], path)
        end = path.rsplit("/", 1)[1]
        body = BODIES.get("check" if path.startswith("/v1/desk/check") else end, {})
        if path == "/v1/desk/conversations/{conversation_id}/suggestions":
            body = {}
        return self.http.request(
            method,
            address,
            params={"client": SOUTH, "q": MARK},
            json=None if method in {"GET", "DELETE"} else body,
            headers={
                **self.credentials[caller],
                "X-Client": SOUTH,
                "Idempotency-Key": f"{caller} {path}",
            }
            | extra,
        )

    def routes(self) -> list[tuple[str, str]]:
        """List what the service offers to whoever has credentials."""
        found = {
            (method, route.path or "")
            for route in iter_route_contexts(self.http.app.routes)  # type: ignore[attr-defined]
            for method in (route.methods or ())
            if OWN_ADDRESS.match(route.path or "")
        }
        return sorted(found)

    def state(self) -> list[Any]:
        """Return all that a request could have changed in the south."""
        container, ids = self.installation.container, self.ids
        conversation = container.conversations.find_conversation(
            SOUTH, ConversationId(ids["conversation_id"])
        )
        paths = (
            f"/v1/suggestions/{ids['suggestion_id']}?client={SOUTH}",
            "/v1/canned-responses",
            "/v1/webhooks",
            f"/v1/webhooks/{ids['webhook_id']}/deliveries",
            "/v1/users",
            "/v1/ingestions",
            "/v1/knowledge",
            "/v1/client",
        )
        headers = {**self.credentials["admin"], "X-Client": SOUTH}
        found = [self.http.get(path, headers=headers) for path in paths]
        assert [each.status_code for each in found] == [200] * len(paths)
        return [conversation, *(each.json() for each in found)]


def fill(installation: Installation, http: TestClient) -> tuple[dict[str, str], str]:
    """Put one thing of each kind into the south, and return their ids and a customer's token."""
    container = installation.container
    customer = installation.headers(KeyScope.CUSTOMER, SOUTH)
    trainer = installation.headers(KeyScope.TRAINER, SOUTH)
    installation.publish(SOUTH, make_article("prices", f"The {MARK} is free."))

    def post(path: str, body: Any, headers: Mapping[str, str]) -> Any:
        response = http.post(path, json=body, headers={"Idempotency-Key": "1", **headers})
        assert response.status_code < 300, response.text
        return response.json()

    started = post("/v1/conversations", {}, customer)
    name = started["conversation_id"]
    own = customer | {"X-Conversation-Token": started["token"]}
    at = f"/v1/conversations/{name}"
    post(f"{at}/messages", {"text": f"Where is my {MARK}?"}, own)
    post(f"{at}/contact", {"name": f"Robin {MARK}"}, own)
    post(f"{at}/handoff", {}, own)
    post(f"{at}/notes", {"text": f"A note on the {MARK}."}, trainer)
    line = {"author": "customer", "text": f"Is the {MARK} free?"}
    suggestion = post("/v1/suggestions", {"conversation": [line]}, trainer)
    canned = post("/v1/canned-responses", {"title": MARK, "text": MARK}, trainer)
    hook = container.webhooks.add(SOUTH, f"https://{MARK}.example.com/hook", include_internal=True)
    container.notifying.dispatch()
    delivery = container.notifying.take()
    assert delivery is not None
    question = Question(SOUTH, (f"Is the {MARK} free?",), Audience.PUBLIC, NOW.date())
    turn = make_turn(question)
    container.turns.add_turn(turn)
    container.jobs.add_job(Job(JobId("0" * 32), SOUTH, "ingest", {"mode": MARK}, NOW))
    user = installation.add_user(Role.AGENT, SOUTH, name=MARK.title())
    ids = {
        "conversation_id": name,
        "sequence": "2",
        "suggestion_id": suggestion["id"],
        "response_id": canned["id"],
        "webhook_id": hook.id,
        "delivery_id": str(delivery.id),
        "turn_id": turn.id,
        "ingestion_id": "0" * 32,
        "article_id": "prices",
        "user_id": user.id,
    }
    return ids, started["token"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_installation(tmp_path_factory.mktemp("isolation") / "home") as installation:
        http = browse(installation)
        ids, token = fill(installation, http)
        site = installation.container.sites.add(NORTH, ["https://north.example.com"])
        credentials = {
            "site key": {"Authorization": f"Bearer {site.key}"},
            **{f"{scope} key": installation.headers(scope) for scope in KeyScope},
            **{role.value: installation.person(role) for role in Role},
        }
        installation.container.wakeups.close()  # live streams end at once
        yield World(installation, http, credentials, ids, token)


def test_whoever_serves_the_south_finds_all_of_it(world: World) -> None:
    """The ids are right: what is refused to the others below is really there."""
    by_id = [path for method, path in world.routes() if method == "GET" and "{" in path]
    staff = [path for path in by_id if not path.endswith("/transcript")]

    for path in staff:
        found = world.send("admin", "GET", path)
        assert found.status_code == 200, (path, found.text)


@pytest.mark.parametrize("caller", OUTSIDERS)
def test_another_clients_things_are_unknown_and_stay_as_they_are(world: World, caller: str) -> None:
    before = world.state()
    for method, path in world.routes():
        response = world.send(caller, method, path, **{"X-Conversation-Token": world.token})
        assert MARK not in response.text, (method, path)
        if "{" in path and "{article_id" not in path:  # which a key looks up in its own client
            assert response.status_code in {403, 404}, (method, path, response.text)

    assert world.state() == before


@pytest.mark.parametrize("caller", OUTSIDERS)
def test_lists_and_streams_without_a_client_hold_nothing_of_another_one(
    world: World, caller: str
) -> None:
    for method, path in world.routes():
        if method == "GET" and "{" not in path:
            response = world.http.get(
                path, params={"q": MARK}, headers=dict(world.credentials[caller])
            )
            assert world.ids["conversation_id"] not in response.text, path
            assert f"Robin {MARK}" not in response.text, path


@pytest.mark.parametrize("name", ["south", "north,south", " south", "SOUTH", "*", ""])
def test_the_header_names_one_client_whom_the_user_serves(world: World, name: str) -> None:
    headers = {**world.credentials["lead"], "X-Client": name}

    assert world.http.get("/v1/client", headers=headers).status_code in {404, 422}


def test_a_key_opens_its_own_client_whatever_the_header_says(world: World) -> None:
    headers = {**world.credentials["agent key"], "X-Client": SOUTH}

    assert world.http.get("/v1/client", headers=headers).json()["id"] == NORTH


def test_a_sites_key_opens_nothing_that_a_customers_key_does_not(world: World) -> None:
    for method, path in world.routes():
        site = world.send("site key", method, path)
        customer = world.send("customer key", method, path)
        if customer.status_code == 403 and not path.endswith("/identity"):
            assert site.status_code == 403, (method, path)


def test_a_customers_token_opens_only_its_own_conversation(world: World) -> None:
    http, customer = world.http, world.installation.headers(KeyScope.CUSTOMER, SOUTH)
    other = http.post("/v1/conversations", json={}, headers=customer).json()["token"]
    before = world.state()
    paths = [
        (method, path)
        for method, path in world.routes()
        if path.startswith("/v1/conversations/{conversation_id}")
    ]
    for token in (other, "", world.token[:-1], world.ids["conversation_id"]):
        for method, path in paths:
            response = world.send(
                "customer key",
                method,
                path,
                **customer,
                **{"X-Conversation-Token": token},
            )
            assert response.status_code in {403, 404}, (method, path)
            assert MARK not in response.text

    assert world.state() == before


def test_customers_get_no_note_by_any_route(world: World) -> None:
    customer = world.installation.headers(KeyScope.CUSTOMER, SOUTH)
    own = customer | {"X-Conversation-Token": world.token}
    paths = [
        path
        for method, path in world.routes()
        if method == "GET" and path.startswith("/v1/conversations/{conversation_id}")
    ]
    texts = {path: world.send("customer key", "GET", path, **own).text for path in paths}

    assert len(texts) == 3
    assert all(f"Where is my {MARK}?" in text for text in texts.values())
    assert not any("A note on" in text for text in texts.values())


@pytest.mark.parametrize("caller", ["agent", "lead", "agent key"])
def test_a_named_client_must_be_given_a_name(world: World, caller: str) -> None:
    response = world.http.get("/v1/desk/agents?client=", headers=dict(world.credentials[caller]))

    assert response.status_code == 422
