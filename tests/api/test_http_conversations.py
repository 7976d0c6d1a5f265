"""Conversations over HTTP: for their customers with the token, for agents with their key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from assist.domain.conversation import ConversationId
from assist.domain.decision import DecisionKind, HandoffTarget
from assist.domain.keys import KeyScope
from assist.domain.rules import Priority
from assist.domain.turn import Question, Turn
from tests.api.installation import NORTH, NOW, SOUTH, Installation, make_turn

CUSTOMER, AGENT, TRAINER = KeyScope.CUSTOMER, KeyScope.AGENT, KeyScope.TRAINER
UNKNOWN = "0" * 32


@dataclass
class Visit:
    """A customer's conversation, and the requests that can be made to it."""

    http: TestClient
    installation: Installation
    id: str
    token: str

    def request(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Any:
        address = f"/v1/conversations/{self.id}/{path}"
        return self.http.request(method, address, json=body, headers=headers)

    def as_customer(self, method: str, path: str, body: Any = None, key: str = "1") -> Any:
        return self.request(method, path, self.headers(key=key), body)

    def as_agent(self, method: str, path: str, body: Any = None, key: str = "1") -> Any:
        headers = self.installation.headers(AGENT) | {"Idempotency-Key": key}
        return self.request(method, path, headers, body)

    def headers(self, key: str = "1") -> dict[str, str]:
        own = self.installation.headers(CUSTOMER)
        return own | {"X-Conversation-Token": self.token, "Idempotency-Key": key}

    def say(self, text: str, key: str = "1") -> Any:
        return self.as_customer("post", "messages", {"text": text}, key).json()


def start(http: TestClient, installation: Installation) -> Visit:
    headers = installation.headers(CUSTOMER)
    started = http.post("/v1/conversations", json={}, headers=headers).json()
    return Visit(http, installation, started["conversation_id"], started["token"])


@pytest.fixture
def visit(http: TestClient, installation: Installation) -> Visit:
    return start(http, installation)


def hand_over(question: Question) -> Turn:
    return make_turn(
        question,
        decision=DecisionKind.HANDOFF,
        reason="lost_card",
        citations=(),
        handoff=HandoffTarget("fraud", Priority.URGENT),
    )


def test_a_conversation_starts_with_an_id_and_a_token(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.headers(CUSTOMER)

    response = http.post("/v1/conversations", json={"language": "fr"}, headers=headers)

    assert response.status_code == 201
    stored = installation.container.conversations.find_conversation(
        NORTH, ConversationId(response.json()["conversation_id"])
    )
    assert stored is not None
    assert stored.language == "fr"
    assert stored.opens_with(response.json()["token"])


def test_a_message_comes_back_with_its_reply(visit: Visit) -> None:
    exchange = visit.say("How long?")

    asked, reply = exchange["messages"]
    assert exchange["state"] == "assistant"
    assert (asked["sequence"], asked["author"], asked["text"]) == (1, "customer", "How long?")
    assert asked["citations"] == []
    assert (reply["sequence"], reply["author"], reply["turn_id"]) == (2, "assistant", "turn-1")
    assert reply["citations"] == [
        {
            "article_id": "delivery",
            "title": "Delivery",
            "section": "Times",
            "quote": "Delivery takes 3 days.",
            "score": 0.8,
            "audience": "public",
            "in_reply": True,
            "source_url": "https://north.example.com/delivery",
        }
    ]


def test_the_same_idempotency_key_returns_the_same_messages(visit: Visit) -> None:
    first = visit.say("How long?")

    assert visit.say("How long?") == first
    assert len(visit.installation.answering.questions) == 1


def test_an_idempotency_key_with_another_text_is_refused(visit: Visit) -> None:
    visit.say("How long?")

    problem = visit.say("How much?")

    assert (problem["status"], "Idempotency-Key" in problem["detail"]) == (422, True)


@pytest.mark.parametrize("path", ["messages", "reply"])
def test_a_message_needs_an_idempotency_key(visit: Visit, path: str) -> None:
    headers = visit.headers() | visit.installation.headers(AGENT)
    del headers["Idempotency-Key"]

    response = visit.request("post", path, headers, {"text": "Hi"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["place"] == "header.idempotency-key"


@pytest.mark.parametrize("text", ["", "  ", "\0", "a" * 4001, 5, None])
@pytest.mark.parametrize("path", ["messages", "reply"])
def test_a_text_that_says_nothing_or_too_much_is_refused(
    visit: Visit, path: str, text: object
) -> None:
    headers = visit.headers() | visit.installation.headers(AGENT)

    assert visit.request("post", path, headers, {"text": text}).status_code == 422


def test_what_a_database_cannot_store_is_left_out_of_a_text(visit: Visit) -> None:
    assert visit.say("a\0b")["messages"][0]["text"] == "ab"


def test_messages_are_read_in_pages(visit: Visit) -> None:
    visit.say("One", "1")
    visit.say("Two", "2")

    page = visit.as_customer("get", "messages?after=1&limit=2").json()["items"]

    assert [(each["sequence"], each["author"]) for each in page] == [
        (2, "assistant"),
        (3, "customer"),
    ]


@pytest.mark.parametrize("query", ["after=-1", f"after={2**31}", "limit=0", "limit=201"])
def test_a_page_outside_the_limits_is_refused(visit: Visit, query: str) -> None:
    assert visit.as_customer("get", f"messages?{query}").status_code == 422


CUSTOMERS_ROUTES = [
    ("post", "messages", {"text": "Hi"}),
    ("post", "handoff", None),
    ("get", "messages", None),
    ("get", "events", None),
]
AGENTS_ROUTES = [("post", "reply", {"text": "Hi"}), ("post", "handback", None)]
AGENTS_ROUTES += [("post", "resolve", None)]


@pytest.fixture
def ended_streams(installation: Installation) -> None:
    """Let streams end after what is stored: a test client reads a response as a whole."""
    installation.container.wakeups.close()


@pytest.mark.usefixtures("ended_streams")
@pytest.mark.parametrize(("method", "path", "body"), CUSTOMERS_ROUTES)
class TestTokens:
    def test_the_conversations_token_opens_it(
        self, visit: Visit, method: str, path: str, body: Any
    ) -> None:
        assert visit.as_customer(method, path, body).status_code == 200

    def test_no_other_token_opens_it(self, visit: Visit, method: str, path: str, body: Any) -> None:
        other = start(visit.http, visit.installation)
        for token in (other.token, "", visit.token[:-1], "é"):
            headers: Any = visit.headers() | {"X-Conversation-Token": token.encode()}
            response = visit.request(method, path, headers, body)
            assert response.status_code == 404
            assert response.json()["type"].endswith(":not-found")

    def test_a_missing_token_opens_nothing(
        self, visit: Visit, method: str, path: str, body: Any
    ) -> None:
        headers = visit.headers()
        del headers["X-Conversation-Token"]
        assert visit.request(method, path, headers, body).status_code == 404

    def test_the_token_opens_nothing_with_the_key_of_another_client(
        self, visit: Visit, method: str, path: str, body: Any
    ) -> None:
        headers = visit.headers() | visit.installation.headers(CUSTOMER, SOUTH)
        assert visit.request(method, path, headers, body).status_code == 404

    def test_an_agents_key_reads_without_a_token_but_does_not_write_as_the_customer(
        self, visit: Visit, method: str, path: str, body: Any
    ) -> None:
        response = visit.as_agent(method, path, body)
        assert response.status_code == (200 if method == "get" else 404)

    def test_an_unknown_or_impossible_id_is_not_found(
        self, visit: Visit, method: str, path: str, body: Any
    ) -> None:
        for name in (UNKNOWN, "%00", "x" * 32):
            address = f"/v1/conversations/{name}/{path}"
            response = visit.http.request(method, address, json=body, headers=visit.headers())
            assert response.status_code == 404


@pytest.mark.parametrize(("method", "path", "body"), AGENTS_ROUTES)
class TestAgentsKeys:
    def test_an_agents_key_opens_the_conversations_of_its_client(
        self, visit: Visit, method: str, path: str, body: Any
    ) -> None:
        visit.as_customer("post", "handoff")
        assert visit.as_agent(method, path, body).status_code == 200

    def test_a_customer_is_refused_even_with_the_token(
        self, visit: Visit, method: str, path: str, body: Any
    ) -> None:
        response = visit.as_customer(method, path, body)
        assert response.status_code == 403

    def test_an_agent_of_another_client_finds_nothing(
        self, visit: Visit, method: str, path: str, body: Any
    ) -> None:
        headers = visit.headers() | visit.installation.headers(TRAINER, SOUTH)
        assert visit.request(method, path, headers, body).status_code == 404


class TestHandoff:
    def test_a_customer_gets_a_person_and_is_told(self, visit: Visit) -> None:
        exchange = visit.as_customer("post", "handoff").json()

        assert exchange["state"] == "queued"
        assert [message["author"] for message in exchange["messages"]] == ["system"]

    def test_asking_again_says_nothing_new(self, visit: Visit) -> None:
        visit.as_customer("post", "handoff")

        assert visit.as_customer("post", "handoff").json() == {"state": "queued", "messages": []}

    def test_agent_and_customer_talk_and_the_assistant_gets_back(self, visit: Visit) -> None:
        visit.installation.answering.reply = hand_over
        assert visit.say("My card is gone", "1")["state"] == "queued"
        visit.installation.answering.reply = make_turn

        reply = visit.as_agent("post", "reply", {"text": "I'm Sam."}).json()
        silent = visit.say("Hello Sam", "2")
        back = visit.as_agent("post", "handback").json()
        answered = visit.say("How long?", "3")

        assert (reply["state"], back["state"]) == ("with_agent", "assistant")
        assert len(silent["messages"]) == 1
        assert answered["messages"][-1]["author"] == "assistant"
        authors = [each["author"] for each in visit.as_agent("get", "messages").json()["items"]]
        assert authors == [
            *("customer", "assistant", "system", "agent", "customer"),
            *("system", "customer", "assistant"),
        ]

    def test_what_the_state_does_not_allow_is_a_conflict_that_says_what_it_needs(
        self, visit: Visit
    ) -> None:
        problem = visit.as_agent("post", "handback").json()

        assert problem["type"].endswith(":conflict")
        assert "'queued' or 'with_agent'" in problem["detail"]

    def test_a_resolved_conversation_is_taken_up_by_people_again(self, visit: Visit) -> None:
        visit.as_customer("post", "handoff")
        assert visit.as_agent("post", "resolve").json()["state"] == "resolved"

        assert visit.say("Wait")["state"] == "queued"


class TestQueue:
    def queue(self, http: TestClient, installation: Installation) -> list[str]:
        """Queue a normal, an urgent and a later urgent conversation."""
        visits = [start(http, installation) for _ in range(3)]
        visits[0].as_customer("post", "handoff")
        installation.answering.reply = hand_over
        for minute, visit in enumerate(visits[1:]):
            later = NOW + timedelta(minutes=minute)
            installation.container.handing_over._clock = lambda later=later: later  # type: ignore[misc]
            visit.say("My card is gone")
        return [visits[1].id, visits[2].id, visits[0].id]

    def test_agents_see_the_most_urgent_then_the_longest_waiting(
        self, http: TestClient, installation: Installation
    ) -> None:
        expected = self.queue(http, installation)

        response = http.get("/v1/conversations?state=queued", headers=installation.headers(AGENT))

        page = response.json()
        assert [each["id"] for each in page["items"]] == expected
        assert page["items"][0]["handoff"] == {
            "reason": "lost_card",
            "queue": "fraud",
            "priority": "urgent",
            "queued_at": "2026-11-20T23:30:00Z",
        }
        assert page["next_cursor"] is None
        assert "cnv_" not in response.text
        assert "digest" not in response.text

    def test_the_queue_is_read_in_pages(self, http: TestClient, installation: Installation) -> None:
        expected = self.queue(http, installation)
        headers = installation.headers(AGENT)

        def pages() -> Iterator[list[str]]:
            cursor = ""
            while cursor is not None:
                query = {"limit": "1", "cursor": cursor}
                page = http.get("/v1/conversations", params=query, headers=headers).json()
                yield [each["id"] for each in page["items"]]
                cursor = page["next_cursor"]

        assert list(pages()) == [[each] for each in expected]

    def test_another_clients_queue_stays_hidden(
        self, http: TestClient, installation: Installation
    ) -> None:
        self.queue(http, installation)

        page = http.get("/v1/conversations", headers=installation.headers(AGENT, SOUTH)).json()

        assert page == {"items": [], "next_cursor": None}

    @pytest.mark.parametrize(
        "query",
        [
            "state=resolved",
            "limit=0",
            "cursor=x",
            "cursor=bnVsbA",
            # ["urgent", "0001-01-01T00:00:00+14:00", "0..."], a moment before all time in UTC
            "cursor=WyJ1cmdlbnQiLCIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiMCJd",
        ],
    )
    def test_a_query_that_makes_no_sense_is_refused(
        self, http: TestClient, installation: Installation, query: str
    ) -> None:
        response = http.get(f"/v1/conversations?{query}", headers=installation.headers(AGENT))
        assert response.status_code == 422


def read_stream(text: str) -> list[tuple[str, str, Any]]:
    events = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        events.append((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
    return events


@pytest.mark.usefixtures("ended_streams")
class TestEvents:
    def test_a_stream_replays_the_messages_under_their_sequences(self, visit: Visit) -> None:
        messages = visit.say("How long?")["messages"]

        response = visit.as_customer("get", "events")

        assert read_stream(response.text)[1:] == [
            ("1", "message", messages[0]),
            ("2", "message", messages[1]),
        ]
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"

    def test_a_stream_resumes_behind_the_last_event(self, visit: Visit) -> None:
        visit.say("How long?")

        headers = visit.headers() | {"Last-Event-ID": "1"}
        response = visit.request("get", "events", headers)

        assert [event_id for event_id, _, _ in read_stream(response.text)] == ["", "2"]

    @pytest.mark.parametrize("last", ["-1", "x", str(2**31)])
    def test_a_last_event_that_cannot_be_is_refused(self, visit: Visit, last: str) -> None:
        headers = visit.headers() | {"Last-Event-ID": last}
        assert visit.request("get", "events", headers).status_code == 422


def test_a_handoff_is_stored_as_agents_see_it(visit: Visit) -> None:
    visit.as_customer("post", "handoff")

    stored = visit.installation.container.conversations.find_conversation(
        NORTH, ConversationId(visit.id)
    )

    assert stored is not None
    assert stored.handoff is not None
    assert stored.handoff.reason == "asked_for_person"
    assert (stored.handoff.queue, stored.handoff.queued_at) == ("general", NOW)
    assert stored.handoff.deadline_at == NOW + timedelta(minutes=15)
    assert stored.handoff.packet is not None
