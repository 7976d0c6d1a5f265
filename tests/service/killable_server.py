"""The real server with scripted answers, for processes that are forked where this is imported.

The import does once what each start would take a second for: it builds the routes, compiles the
rules and takes a message.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.testclient import TestClient

import api.app
from api.listening import bind
from api.server import run_server
from api.warming import warm_rules, warm_up
from assist.bootstrap import Container, Settings, build_container
from assist.domain.keys import KeyScope
from assist.domain.turn import Question, Turn
from knowledge_base.factory import build_knowledge_base
from tests.api.installation import FakeEmbedder, FakeLexicalIndex, FakeVectorIndex
from tests.conversation_fakes import ScriptedAnswering, make_reply

THOUGHT_S = 0.01


def serve(settings: Settings, ahead: timedelta, ready: Connection) -> None:
    """Serve as `assist serve` does until the process is killed; the clock is ahead."""
    container = _open(settings, lambda: datetime.now(UTC) + ahead)
    container.home_lock.acquire()
    run_server(container, bind(settings.host, settings.port), on_ready=ready.send)


def _open(settings: Settings, clock: Callable[[], datetime]) -> Container:
    """Open an installation without the model and its stores."""
    container = build_container(settings, clock=clock)
    parts = vars(container)
    parts["knowledge_base"] = build_knowledge_base(
        container.engine, FakeEmbedder(), FakeVectorIndex(), FakeLexicalIndex()
    )
    parts["answering"] = ScriptedAnswering(_think)
    return container


def _think(question: Question) -> Turn:
    """Leave time for a kill between the message and its reply."""
    time.sleep(THOUGHT_S)
    return make_reply(question)


def _warm(home: Path) -> None:
    settings = Settings(home=home, database_url="", log_level="error")
    container = _open(settings, lambda: datetime.now(UTC))
    client_id = container.clients.add("warm")
    _, secret = container.keys.issue(client_id, KeyScope.CUSTOMER)
    warm_up(container, [client_id])
    warm_rules()
    app = api.app.create_app(container)
    client = TestClient(app, headers={"Authorization": f"Bearer {secret}"})
    started = client.post("/v1/conversations", json={}).raise_for_status().json()
    client.post(
        f"/v1/conversations/{started['conversation_id']}/messages",
        headers={"X-Conversation-Token": started["token"], "Idempotency-Key": "1"},
        json={"text": "Hello!"},
    ).raise_for_status()
    container.close()
    api.app.build_routes = lambda *_, **__: app


with TemporaryDirectory() as _home:
    _warm(Path(_home))
