"""Suggestions, draft checks, search and canned responses over HTTP, each denied beside allowed."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from assist.domain.keys import KeyScope
from knowledge_base.models import Audience
from tests.api.installation import NORTH, SOUTH, Installation, make_article

ASKED = {"conversation": [{"author": "customer", "text": "delivery"}]}


@pytest.fixture
def published(installation: Installation) -> Installation:
    installation.publish(
        NORTH,
        make_article("delivery", "The delivery takes 3 days."),
        make_article("goodwill", "Give up to £75 as goodwill.", audience=Audience.INTERNAL),
    )
    return installation


@pytest.fixture
def agent(installation: Installation) -> dict[str, str]:
    return installation.headers(KeyScope.AGENT)


@pytest.fixture
def conversation_id(http: TestClient, installation: Installation) -> str:
    customer = installation.headers(KeyScope.CUSTOMER)
    started = http.post("/v1/conversations", json={}, headers=customer).json()
    own = {**customer, "X-Conversation-Token": started["token"], "Idempotency-Key": "1"}
    path = f"/v1/conversations/{started['conversation_id']}/messages"
    http.post(path, json={"text": "delivery"}, headers=own).raise_for_status()
    conversation_id: str = started["conversation_id"]
    return conversation_id


@pytest.mark.usefixtures("published")
def test_a_standing_draft_from_older_knowledge_is_made_anew(
    http: TestClient, agent: dict[str, str], conversation_id: str, installation: Installation
) -> None:
    path = f"/v1/desk/conversations/{conversation_id}/suggestions"
    versions = []
    for _ in range(2):
        response = http.post(path, json={"again": False}, headers=agent)
        versions.append(dict(read_events(response.text))["done"]["knowledge_version"])
        installation.publish(NORTH, make_article("delivery", "The delivery takes 5 days."))

    assert versions == [1, 2]


def read_events(text: str) -> list[tuple[str, Any]]:
    events = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


@pytest.mark.usefixtures("published")
class TestTranscripts:
    def test_a_transcript_gets_a_draft_with_its_sources(
        self, http: TestClient, agent: dict[str, str]
    ) -> None:
        made = http.post("/v1/suggestions", json=ASKED, headers=agent).json()
        assert "The delivery takes 3 days." in made["text"]
        assert (made["decision"], made["reason"], made["style"]) == ("answer", "supported", "")
        assert made["citations"][0]["article_id"] == "delivery"
        assert made["knowledge_version"] == 1

    def test_another_draft_replaces_the_one_before(
        self, http: TestClient, agent: dict[str, str]
    ) -> None:
        first = http.post("/v1/suggestions", json=ASKED, headers=agent).json()
        again = {**ASKED, "instead_of": first["id"]}
        second = http.post("/v1/suggestions", json=again, headers=agent).json()
        kept = http.get(f"/v1/suggestions/{first['id']}", headers=agent).json()
        assert second["text"] != first["text"]
        assert kept["outcome"]["outcome"] == "ignored"

    def test_a_fixed_phrase_of_the_assistant_answers_nothing(
        self, http: TestClient, agent: dict[str, str], installation: Installation
    ) -> None:
        phrase = installation.container.clients.get(NORTH).phrases.abstain
        lines = [*ASKED["conversation"], {"author": "assistant", "text": phrase}]
        made = http.post("/v1/suggestions", json={"conversation": lines}, headers=agent).json()
        assert made["reason"] == "supported"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"conversation": []},
            {"conversation": [{"author": "system", "text": "x"}]},
            {"conversation": [{"author": "customer", "text": " "}]},
            {**ASKED, "style": "rude"},
        ],
    )
    def test_a_wrong_transcript_is_refused(
        self, http: TestClient, agent: dict[str, str], body: dict[str, Any]
    ) -> None:
        problem = http.post("/v1/suggestions", json=body, headers=agent)
        assert problem.status_code == 422
        assert problem.json()["errors"]

    def test_a_customers_key_gets_no_draft(
        self, http: TestClient, installation: Installation
    ) -> None:
        customer = installation.headers(KeyScope.CUSTOMER)
        assert http.post("/v1/suggestions", json=ASKED, headers=customer).status_code == 403
        assert http.post("/v1/suggestions", json=ASKED).status_code == 401

    def test_another_client_cannot_be_named(self, http: TestClient, agent: dict[str, str]) -> None:
        body = {**ASKED, "client": str(SOUTH)}
        assert http.post("/v1/suggestions", json=body, headers=agent).status_code == 404


@pytest.mark.usefixtures("published")
class TestOutcomes:
    @pytest.mark.parametrize(
        ("body", "outcome", "distance"),
        [
            ({"outcome": "accepted"}, "accepted", 0.0),
            ({"outcome": "rejected", "reason": "wrong"}, "rejected", None),
            ({"outcome": "ignored"}, "ignored", None),
        ],
    )
    def test_an_outcome_is_recorded(
        self,
        http: TestClient,
        agent: dict[str, str],
        body: dict[str, str],
        outcome: str,
        distance: float | None,
    ) -> None:
        made = http.post("/v1/suggestions", json=ASKED, headers=agent).json()
        path = f"/v1/suggestions/{made['id']}/outcome"
        recorded = http.post(path, json=body, headers=agent).json()["outcome"]
        assert (recorded["outcome"], recorded["edit_distance"]) == (outcome, distance)
        assert recorded["reason"] == body.get("reason", "")

    def test_the_sent_text_tells_accepted_from_edited(
        self, http: TestClient, agent: dict[str, str]
    ) -> None:
        made = http.post("/v1/suggestions", json=ASKED, headers=agent).json()
        body = {"outcome": "accepted", "text": made["text"] + "!"}
        path = f"/v1/suggestions/{made['id']}/outcome"
        recorded = http.post(path, json=body, headers=agent).json()["outcome"]
        assert recorded["outcome"] == "edited"
        assert 0 < recorded["edit_distance"] < 0.1

    def test_another_clients_suggestion_is_unknown(
        self, http: TestClient, agent: dict[str, str], installation: Installation
    ) -> None:
        made = http.post("/v1/suggestions", json=ASKED, headers=agent).json()
        foreign = installation.headers(KeyScope.AGENT, SOUTH)
        path = f"/v1/suggestions/{made['id']}"
        assert http.get(path, headers=foreign).status_code == 404
        refused = http.post(f"{path}/outcome", json={"outcome": "ignored"}, headers=foreign)
        assert refused.status_code == 404
        customer = installation.headers(KeyScope.CUSTOMER)
        assert http.get(path, headers=customer).status_code == 403


@pytest.mark.usefixtures("published")
class TestConversations:
    def test_a_draft_is_streamed_with_its_sources_first(
        self, http: TestClient, agent: dict[str, str], conversation_id: str
    ) -> None:
        path = f"/v1/desk/conversations/{conversation_id}/suggestions"
        events = read_events(http.post(path, json={"style": ""}, headers=agent).text)
        names = [name for name, _ in events]
        assert (names[0], names[-1]) == ("sources", "done")
        assert set(names[1:-1]) == {"delta"}
        done = events[-1][1]
        assert "".join(data["text"] for name, data in events if name == "delta") == done["text"]
        assert events[0][1] == done["citations"]

    def test_a_conversation_is_summed_up(
        self, http: TestClient, agent: dict[str, str], conversation_id: str
    ) -> None:
        found = http.get(f"/v1/desk/conversations/{conversation_id}/summary", headers=agent).json()
        assert ["Wants", "delivery"] in found["lines"]
        assert found["summary"].startswith("Wants: delivery")

    @pytest.mark.parametrize("name", ["suggestions", "summary"])
    def test_other_clients_and_customers_are_kept_out(
        self, http: TestClient, installation: Installation, conversation_id: str, name: str
    ) -> None:
        path = f"/v1/desk/conversations/{conversation_id}/{name}"
        method = "POST" if name == "suggestions" else "GET"
        body: dict[str, str] | None = {} if method == "POST" else None
        for headers, status in (
            (installation.headers(KeyScope.AGENT, SOUTH), 404),
            (installation.headers(KeyScope.CUSTOMER), 403),
            ({}, 401),
        ):
            assert http.request(method, path, json=body, headers=headers).status_code == status

    def test_a_reply_with_a_finding_is_stopped_and_passes_when_confirmed(
        self, http: TestClient, agent: dict[str, str], conversation_id: str
    ) -> None:
        path = f"/v1/conversations/{conversation_id}/reply"
        headers = {**agent, "Idempotency-Key": "a"}
        stopped = http.post(path, json={"text": "I can give £75."}, headers=headers)
        assert stopped.status_code == 409
        problem = stopped.json()
        assert problem["type"].endswith(":draft-stopped")
        assert problem["findings"] == [
            {
                "kind": "internal_text",
                "text": "£75",
                "message": "'£75' stands in an internal article only.",
                "may_confirm": True,
            }
        ]
        body = {"text": "I can give £75.", "confirm": ["internal_text"]}
        assert http.post(path, json=body, headers=headers).status_code == 200

    def test_a_key_cannot_confirm_another_clients_name(
        self, http: TestClient, agent: dict[str, str], conversation_id: str
    ) -> None:
        path = f"/v1/conversations/{conversation_id}/reply"
        headers = {**agent, "Idempotency-Key": "a"}
        body = {"text": "Greetings from South Ltd", "confirm": ["other_client"]}
        stopped = http.post(path, json=body, headers=headers)
        assert stopped.status_code == 409
        assert stopped.json()["findings"][0]["kind"] == "other_client"


@pytest.mark.usefixtures("published")
class TestDesk:
    def test_a_draft_can_be_checked_before_it_is_sent(
        self, http: TestClient, agent: dict[str, str], conversation_id: str
    ) -> None:
        body = {"text": "Hi {customer_name}, South Ltd gives £75."}
        found = http.post("/v1/desk/check", json=body, headers=agent).json()["findings"]
        assert [each["kind"] for each in found] == ["empty_slot", "other_client", "internal_text"]
        clean = {"text": "Three days.", "conversation": conversation_id}
        assert http.post("/v1/desk/check", json=clean, headers=agent).json() == {"findings": []}

    def test_a_search_marks_internal_passages(
        self, http: TestClient, agent: dict[str, str]
    ) -> None:
        found = http.get("/v1/desk/search?q=goodwill", headers=agent).json()["items"]
        audiences = {each["article_id"]: each["audience"] for each in found}
        assert audiences == {"goodwill": "internal", "delivery": "public"}

    def test_before_anything_is_published_a_search_finds_nothing(
        self, http: TestClient, installation: Installation
    ) -> None:
        headers = installation.headers(KeyScope.AGENT, SOUTH)
        assert http.get("/v1/desk/search?q=goodwill", headers=headers).json() == {"items": []}

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "/v1/desk/check", {"text": "Hi"}),
            ("GET", "/v1/desk/search?q=x", None),
            ("GET", "/v1/desk/canned-responses", None),
            ("GET", "/v1/canned-responses", None),
        ],
    )
    def test_customers_and_strangers_are_refused(
        self,
        http: TestClient,
        installation: Installation,
        method: str,
        path: str,
        body: dict[str, str] | None,
    ) -> None:
        customer = installation.headers(KeyScope.CUSTOMER)
        assert http.request(method, path, json=body, headers=customer).status_code == 403
        assert http.request(method, path, json=body).status_code == 401


class TestCannedResponses:
    def test_a_trainer_adds_changes_and_removes_one(
        self, http: TestClient, installation: Installation
    ) -> None:
        trainer = installation.headers(KeyScope.TRAINER)
        body = {"title": "Late", "text": "Order {order_number} is late.", "tags": ["delivery"]}
        added = http.post("/v1/canned-responses", json=body, headers=trainer)
        assert added.status_code == 201
        path = f"/v1/canned-responses/{added.json()['id']}"
        changed = http.patch(path, json={"title": "Very late"}, headers=trainer).json()
        assert (changed["title"], changed["tags"]) == ("Very late", ["delivery"])
        listed = http.get("/v1/canned-responses?q=very", headers=trainer).json()["items"]
        assert [each["id"] for each in listed] == [added.json()["id"]]
        assert http.delete(path, headers=trainer).status_code == 204
        assert http.delete(path, headers=trainer).status_code == 404
        assert http.patch(path, json={"title": "x"}, headers=trainer).status_code == 404

    def test_an_agent_uses_them_and_changes_none(
        self, http: TestClient, installation: Installation, agent: dict[str, str]
    ) -> None:
        trainer = installation.headers(KeyScope.TRAINER)
        body = {"title": "Late", "text": "{client_name}: {order_number} is late."}
        added = http.post("/v1/canned-responses", json=body, headers=trainer).json()
        [shown] = http.get("/v1/desk/canned-responses", headers=agent).json()["items"]
        assert shown["filled"] == "North Ltd: {order_number} is late."
        assert shown["missing"] == ["order_number"]
        path = f"/v1/canned-responses/{added['id']}"
        assert http.post("/v1/canned-responses", json=body, headers=agent).status_code == 403
        assert http.patch(path, json={"title": "x"}, headers=agent).status_code == 403
        assert http.delete(path, headers=agent).status_code == 403

    def test_slots_are_filled_from_a_conversation(
        self,
        http: TestClient,
        installation: Installation,
        agent: dict[str, str],
        conversation_id: str,
    ) -> None:
        trainer = installation.headers(KeyScope.TRAINER)
        body = {"title": "Late", "text": "{client_name} {date}"}
        http.post("/v1/canned-responses", json=body, headers=trainer)
        path = f"/v1/desk/canned-responses?conversation={conversation_id}"
        [shown] = http.get(path, headers=agent).json()["items"]
        assert shown["filled"] == "North Ltd {date}"
        foreign = installation.headers(KeyScope.AGENT, SOUTH)
        assert http.get(path, headers=foreign).status_code == 404

    @pytest.mark.parametrize(
        ("body", "status", "detail"),
        [
            ({"title": "x", "text": "Hi {nickname}"}, 422, "{nickname} is no slot"),
            ({"title": "Late", "text": "Hi"}, 409, "choose another title"),
        ],
    )
    def test_what_cannot_be_kept_is_refused(
        self,
        http: TestClient,
        installation: Installation,
        body: dict[str, str],
        status: int,
        detail: str,
    ) -> None:
        trainer = installation.headers(KeyScope.TRAINER)
        http.post("/v1/canned-responses", json={"title": "Late", "text": "x"}, headers=trainer)
        refused = http.post("/v1/canned-responses", json=body, headers=trainer)
        assert refused.status_code == status
        assert detail in refused.json()["detail"]
