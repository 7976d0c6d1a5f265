"""Conversations that were held before there was a desk keep their handoffs, states and messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

import assist.adapters.sql
from assist.adapters.sql.conversations import SqlConversationStore
from assist.adapters.sql.schema import migrate
from assist.domain.conversation import ConversationId, ConversationState, Handoff, Resolver
from assist.domain.rules import Priority
from knowledge_base.adapters.sql.engine import open_engine
from tests.fakes import ACME, NOON

BEFORE = "0003"
CLIENT = "INSERT INTO clients (id, profile, created_at) VALUES ('acme', '{}', :noon)"
CONVERSATIONS = """
INSERT INTO conversations (
    id, client_id, token_digest, created_at, language, state,
    handoff_reason, handoff_queue, handoff_priority, queued_at, last_sequence
) VALUES
    ('one', 'acme', 'd', :noon, 'en', 'queued', 'lost', 'fraud', 'urgent', :noon, 1),
    ('two', 'acme', 'd', :noon, 'en', 'resolved', NULL, NULL, NULL, NULL, 0)
"""
MESSAGES = """
INSERT INTO messages (conversation_id, sequence, client_id, id, author, text, created_at, citations)
VALUES ('one', 1, 'acme', 'm', 'customer', 'Hi', :noon, '[]')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Open a database as it was before the desk, with conversations in it."""
    url = f"sqlite:///{tmp_path}/assist.db"
    if request.param == "postgresql":
        new_schema: Callable[[], str] = request.getfixturevalue("new_postgres_schema")
        url = new_schema()
    engine = open_engine(url)
    config = Config()
    folder = Path(assist.adapters.sql.__path__[0], "migrations")
    config.set_main_option("script_location", str(folder))
    config.attributes["engine"] = engine
    command.upgrade(config, BEFORE)
    with engine.begin() as connection:
        for statement in (CLIENT, CONVERSATIONS, MESSAGES):
            connection.execute(text(statement), {"noon": NOON.isoformat(sep=" ")})
    yield engine
    engine.dispose()


def test_what_was_there_before_is_kept(engine_before: Engine) -> None:
    migrate(engine_before)

    store = SqlConversationStore(engine_before)
    one, two = (store.find_conversation(ACME, ConversationId(name)) for name in ("one", "two"))
    [message] = store.list_messages(ConversationId("one"), 0, 9)
    assert one is not None
    assert two is not None
    assert one.handoff == Handoff("lost", "fraud", Priority.URGENT, NOON, number=1)
    assert (one.handoffs, one.revision, one.changed_at) == (1, 0, NOON)
    assert (message.text, message.author_name) == ("Hi", "")
    assert two.state is ConversationState.RESOLVED
    assert two.resolution is not None
    assert two.resolution.by is Resolver.AGENT
