"""Questions over HTTP: what reaches the assistant and what comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.schemas.answers import answer_json
from assist.domain.decision import DecisionKind, HandoffTarget
from assist.domain.errors import HomeInUseError
from assist.domain.keys import KeyScope
from assist.domain.rules import Priority
from assist.domain.turn import Question, Turn
from knowledge_base.models import Audience
from tests.api.installation import NORTH, SOUTH, Installation, make_turn

CUSTOMER, AGENT = KeyScope.CUSTOMER, KeyScope.AGENT


def ask(
    http: TestClient, installation: Installation, body: Any, scope: KeyScope = CUSTOMER
) -> tuple[int, Any]:
    response = http.post("/v1/ask", json=body, headers=installation.headers(scope))
    return response.status_code, response.json()


def read_events(text: str) -> list[tuple[str, Any]]:
    events = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        events.append((fields["event"], json.loads(fields["data"])))
    return events


def test_an_answer_comes_with_sources_version_and_time(
    http: TestClient, installation: Installation
) -> None:
    status, answer = ask(http, installation, {"question": "How long?"})
    assert status == 200
    assert answer == {
        "turn_id": "turn-1",
        "decision": "answer",
        "reason": "supported",
        "text": "Delivery takes 3 days. It is free.\n\nAsk us for more.",
        "confidence": 0.9,
        "citations": [
            {
                "article_id": "delivery",
                "title": "Delivery",
                "section": "Times",
                "quote": "Delivery takes 3 days.",
                "score": 0.8,
                "source_url": "https://north.example.com/delivery",
                "audience": "public",
                "in_reply": True,
            }
        ],
        "knowledge_version": 1,
        "latency_ms": 5.5,
        "choices": [],
        "handoff": None,
    }


def test_messages_reach_the_assistant_in_order_for_the_keys_client(
    http: TestClient, installation: Installation
) -> None:
    body = {"messages": ["How long?", " And on Sunday? "], "as_of": "2026-02-10"}
    ask(http, installation, body)
    assert installation.answering.questions == [
        Question(NORTH, ("How long?", "And on Sunday?"), Audience.PUBLIC, date(2026, 2, 10))
    ]


def test_a_question_without_a_day_is_about_the_clients_own_today(
    http: TestClient, installation: Installation
) -> None:
    profile = {"name": "North", "hours": {"time_zone": "Asia/Tokyo"}}
    installation.container.clients.update(NORTH, profile)
    ask(http, installation, {"question": "Open today?"})
    assert installation.answering.questions[0].on == date(2026, 11, 21)


def test_internal_knowledge_is_for_an_agent_key(
    http: TestClient, installation: Installation
) -> None:
    body = {"question": "How long?", "audience": "internal"}
    assert ask(http, installation, body, AGENT)[0] == 200
    assert installation.answering.questions[-1].audience is Audience.INTERNAL


def test_internal_knowledge_is_refused_for_a_customer_key(
    http: TestClient, installation: Installation
) -> None:
    body = {"question": "How long?", "audience": "internal"}
    status, problem = ask(http, installation, body)
    assert status == 403
    assert problem["type"].endswith(":forbidden")
    assert installation.answering.questions == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "body"),
        ({"question": "a", "messages": ["a"]}, "body"),
        ({"messages": []}, "body.messages"),
        ({"messages": ["a"] * 21}, "body.messages"),
        ({"messages": ["a", "  "]}, "body.messages.1"),
        ({"question": "a" * 4001}, "body.question"),
        ({"question": 5}, "body.question"),
        ({"question": "a", "audience": "everyone"}, "body.audience"),
        ({"question": "a", "as_of": "yesterday"}, "body.as_of"),
        ({"question": "a", "client_id": "south"}, "body.client_id"),
        ([], "body"),
    ],
)
def test_an_invalid_question_is_refused_naming_its_place(
    http: TestClient, installation: Installation, body: Any, place: str
) -> None:
    status, problem = ask(http, installation, body)
    assert status == 422
    assert [error["place"] for error in problem["errors"]] == [place]
    assert installation.answering.questions == []


def test_a_stream_sends_sources_then_the_text_in_pieces_then_the_answer(
    http: TestClient, installation: Installation
) -> None:
    response = http.post(
        "/v1/ask/stream", json={"question": "How long?"}, headers=installation.headers(CUSTOMER)
    )
    events = read_events(response.text)
    pieces = [data["text"] for name, data in events if name == "delta"]
    answer = ask(http, installation, {"question": "How long?"})[1]
    assert [name for name, _ in events] == ["sources", *["delta"] * 3, "done"]
    assert events[0][1] == answer["citations"]
    assert pieces == ["Delivery takes 3 days. ", "It is free.\n\n", "Ask us for more."]
    assert events[-1][1] == answer
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"


def test_a_stream_that_fails_ends_with_a_problem_without_details(
    http: TestClient, installation: Installation
) -> None:
    def fail(question: Question) -> Turn:
        raise RuntimeError(f"secret of {question.client_id}")

    installation.answering.reply = fail
    response = http.post(
        "/v1/ask/stream", json={"question": "How long?"}, headers=installation.headers(CUSTOMER)
    )
    [(name, problem)] = read_events(response.text)
    assert (name, problem["status"]) == ("error", 500)
    assert "secret" not in response.text


def test_a_stream_is_refused_before_it_begins(http: TestClient, installation: Installation) -> None:
    body = {"question": "How long?", "audience": "internal"}
    response = http.post("/v1/ask/stream", json=body, headers=installation.headers(CUSTOMER))
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"


def test_stores_in_use_are_told_without_naming_the_process(
    http: TestClient, installation: Installation
) -> None:
    def fail(question: Question) -> Turn:
        del question
        raise HomeInUseError("process 7 uses /srv/private")

    installation.answering.reply = fail
    status, problem = ask(http, installation, {"question": "How long?"})
    assert status == 503
    assert "private" not in json.dumps(problem)


def test_the_printed_answer_has_exactly_the_contracts_names() -> None:
    question = Question(NORTH, ("How long?",), Audience.PUBLIC, date(2026, 1, 1))
    turn = make_turn(question)
    cited = replace(turn, citations=(replace(turn.citations[0], source_url=""),))
    assert list(answer_json(cited, "q-1")) == [
        "id",
        "decision",
        "reason",
        "text",
        "confidence",
        "citations",
        "knowledge_version",
        "latency_ms",
    ]
    assert "id" not in answer_json(cited)
    assert list(answer_json(cited)["citations"][0]) == [
        "article_id",
        "title",
        "section",
        "quote",
        "score",
    ]


def test_a_printed_source_names_its_audience_only_where_it_is_internal() -> None:
    turn = make_turn(Question(NORTH, ("How long?",), Audience.INTERNAL, date(2026, 1, 1)))
    public = turn.citations[0]
    internal = replace(public, audience=Audience.INTERNAL)
    printed = answer_json(replace(turn, citations=(public, internal)))["citations"]
    assert [source.get("audience") for source in printed] == [None, "internal"]


def test_a_clarifying_question_comes_with_its_choices(
    http: TestClient, installation: Installation
) -> None:
    installation.answering.reply = lambda question: make_turn(
        question, decision=DecisionKind.CLARIFY, choices=("Sofa", "Bed"), citations=()
    )
    answer = ask(http, installation, {"question": "How much?"})[1]
    assert (answer["decision"], answer["choices"]) == ("clarify", ["Sofa", "Bed"])


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream"])
def test_a_handoff_names_its_queue_and_priority(
    http: TestClient, installation: Installation, path: str
) -> None:
    target = HandoffTarget("fraud", Priority.URGENT)
    installation.answering.reply = lambda question: make_turn(
        question, decision=DecisionKind.HANDOFF, handoff=target, citations=()
    )
    response = http.post(path, json={"question": "Stolen!"}, headers=installation.headers(CUSTOMER))
    answer = response.json() if path == "/v1/ask" else read_events(response.text)[-1][1]
    assert answer["handoff"] == {"queue": "fraud", "priority": "urgent", "skill": ""}


def test_an_agent_reads_the_whole_record_of_a_turn(
    http: TestClient, installation: Installation
) -> None:
    question = Question(NORTH, ("How long?",), Audience.PUBLIC, date(2026, 1, 1))
    installation.container.turns.add_turn(make_turn(question))
    response = http.get("/v1/turns/turn-1", headers=installation.headers(AGENT))
    record = response.json()
    assert response.status_code == 200
    assert record["messages"] == ["How long?"]
    assert record["policy"]["name"] == "default-2"
    assert record["latency_ms"] == {"search": 4.0, "total": 5.5}


def test_another_clients_turn_is_not_found(http: TestClient, installation: Installation) -> None:
    question = Question(NORTH, ("How long?",), Audience.PUBLIC, date(2026, 1, 1))
    installation.container.turns.add_turn(make_turn(question))
    headers = installation.headers(AGENT, SOUTH)
    assert http.get("/v1/turns/turn-1", headers=headers).status_code == 404
