"""How an answer is printed, answered here or by the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import pytest

from api.cli.asking import _answer_text, _ask_server
from api.cli.server_client import ServerClient
from knowledge_base.models import Audience

PUBLIC = {"title": "Delivery", "section": "", "quote": "3 days.", "audience": "public"}
INTERNAL = {"title": "Goodwill", "section": "Limits", "quote": "£20.", "audience": "internal"}


@dataclass(frozen=True)
class FakeServer:
    """Answers every question alike."""

    answer: Mapping[str, Any]

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        assert path == "/v1/ask"
        assert body["messages"]
        return dict(self.answer)


@pytest.fixture
def answer() -> dict[str, Any]:
    server = FakeServer(
        {
            "turn_id": "t-1",
            "decision": "answer",
            "reason": "supported",
            "text": "3 days.",
            "confidence": 0.9,
            "citations": [dict(PUBLIC), dict(INTERNAL)],
            "knowledge_version": 1,
            "latency_ms": 9.0,
            "choices": [],
            "handoff": None,
        }
    )
    return _ask_server(cast("ServerClient", server), Audience.INTERNAL, ["How long?"], None)


def test_the_servers_answer_is_printed_with_the_contracts_names(answer: dict[str, Any]) -> None:
    assert list(answer) == [
        "decision",
        "reason",
        "text",
        "confidence",
        "citations",
        "knowledge_version",
        "latency_ms",
    ]


def test_only_internal_sources_name_their_audience(answer: dict[str, Any]) -> None:
    public, internal = answer["citations"]
    assert "audience" not in public
    assert internal["audience"] == "internal"


def test_internal_sources_are_marked_for_the_reader(answer: dict[str, Any]) -> None:
    lines = _answer_text(answer).splitlines()
    assert "[1] Delivery" in lines
    assert "[2] Goodwill > Limits (internal)" in lines
