"""Conversations on the real server, over its stops, kills and starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from assist.bootstrap import Settings, build_container
from assist.domain.conversation import Author, MessageDraft
from assist.domain.exchange import RequestKey
from assist.domain.keys import KeyScope
from assist.domain.moves import customer_writes
from tests.fakes import NOON

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Visit:
    """A conversation in a home folder, with the secrets of its customer."""

    home: Path
    path: str
    headers: dict[str, str]

    def messages(self, url: str) -> list[tuple[int, str]]:
        page = httpx.get(f"{url}{self.path}/messages", headers=self.headers).json()
        return [(message["sequence"], message["author"]) for message in page["items"]]

    def send(self, url: str, key: str) -> Any:
        headers = self.headers | {"Idempotency-Key": key}
        body = {"text": "Hello!"}
        return httpx.post(f"{url}{self.path}/messages", json=body, headers=headers).json()


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    """Leave behind what a crash between a message and its reply leaves behind."""
    container = build_container(Settings(home=tmp_path, database_url=""))
    client_id = container.clients.add("acme")
    _, secret = container.keys.issue(client_id, KeyScope.CUSTOMER)
    conversation, token = container.desk.start(client_id)
    message = MessageDraft(Author.CUSTOMER, "How long does delivery take?", NOON)
    container.conversations.accept(
        conversation.id,
        RequestKey.of(Author.CUSTOMER, "1", message.text),
        lambda current: customer_writes(current, message, None),
    )
    container.close()
    headers = {"Authorization": f"Bearer {secret}", "X-Conversation-Token": token}
    return Visit(tmp_path, f"/v1/conversations/{conversation.id}", headers)


@contextmanager
def serve(home: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start a server and give its address."""
    environment = {**os.environ, "ASSIST_HOME": str(home), "ASSIST_PORT": "0"}
    command = [sys.executable, "-m", "api.cli", "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("serving on ").strip(), process
        process.kill()


def test_conversations_survive_a_kill_and_streams_end_with_a_stop(visit: Visit) -> None:
    with serve(visit.home) as (url, process):
        assert visit.messages(url) == [(1, "customer"), (2, "assistant")]
        exchange = visit.send(url, "2")
        assert [message["sequence"] for message in exchange["messages"]] == [3, 4]
        process.kill()

    with serve(visit.home) as (url, process):
        assert visit.send(url, "2") == exchange
        headers = visit.headers | {"Last-Event-ID": "2"}
        with httpx.stream("GET", f"{url}{visit.path}/events", headers=headers) as stream:
            lines = stream.iter_lines()
            status, message = ([next(lines) for _ in range(count)] for count in (3, 3))
            assert (status[0], message[-1]) == ("event: state", "id: 3")
            process.terminate()
            assert "id: 4" in list(lines)
        assert process.wait(60) == 0
