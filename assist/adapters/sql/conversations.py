"""Conversations in SQL: a request's key, state, messages and events in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from assist.adapters.sql.conversation_rows import (
    conversation_values,
    message_values,
    read_conversation,
    read_exchange,
    read_message,
)
from assist.adapters.sql.conversation_tables import (
    conversation_requests,
    conversations,
    messages,
    outbox,
)
from assist.domain.conversation import Conversation, ConversationId, Message, Move, Step
from assist.domain.errors import ConversationNotFoundError, KeyReusedError
from assist.domain.exchange import Exchange, RequestKey, event_kinds
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId


class SqlConversationStore:
    """A `ConversationStore` that locks one conversation while a request changes it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_conversation(self, conversation: Conversation) -> None:
        """Insert a conversation."""
        values = conversation_values(conversation) | {"last_sequence": 0}
        with writing(self._engine) as connection:
            connection.execute(insert(conversations).values(values))

    def find_conversation(
        self, client_id: ClientId, conversation_id: ConversationId
    ) -> Conversation | None:
        """Look up a client's conversation."""
        query = select(conversations).where(
            conversations.c.client_id == client_id, conversations.c.id == conversation_id
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return read_conversation(row) if row else None

    def accept(self, conversation_id: ConversationId, key: RequestKey, move: Move) -> Exchange:
        """Do a request, or find what it did."""
        with writing(self._engine) as connection:
            before = _lock(connection, conversation_id)
            known = _find_request(connection, conversation_id, key)
            if known:
                return read_exchange(connection, conversation_id, known)
            step = move(read_conversation(before))
            request = {
                "conversation_id": conversation_id,
                "key": key.name,
                "client_id": before["client_id"],
                "fingerprint": key.fingerprint,
                "sequences": _take(connection, before, step),
                "awaits_reply": step.awaits_reply,
            }
            connection.execute(insert(conversation_requests).values(request))
            return read_exchange(connection, conversation_id, request)

    def complete(self, conversation_id: ConversationId, key: RequestKey, move: Move) -> Exchange:
        """Add the reply to a request that awaits it."""
        with writing(self._engine) as connection:
            before = _lock(connection, conversation_id)
            known = _find_request(connection, conversation_id, key)
            if known is None:
                raise LookupError(f"the request {key.name!r} was never accepted")
            if not known["awaits_reply"]:
                return read_exchange(connection, conversation_id, known)
            step = move(read_conversation(before))
            change = {
                "sequences": [*known["sequences"], *_take(connection, before, step)],
                "awaits_reply": step.awaits_reply,
            }
            own = _is_request(conversation_id, key)
            connection.execute(update(conversation_requests).where(*own).values(change))
            return read_exchange(connection, conversation_id, {**known, **change})

    def list_messages(
        self, conversation_id: ConversationId, after: int, limit: int
    ) -> Sequence[Message]:
        """List by sequence."""
        column = messages.c
        query = (
            select(messages)
            .where(column.conversation_id == conversation_id, column.sequence > after)
            .order_by(column.sequence)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [read_message(row) for row in connection.execute(query).mappings()]


def _lock(connection: Connection, conversation_id: ConversationId) -> RowMapping:
    """Read a conversation that nobody else changes until the commit; SQLite has locked already."""
    query = select(conversations).where(conversations.c.id == conversation_id).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise ConversationNotFoundError(f"there is no conversation {conversation_id!r}")
    return row


def _is_request(conversation_id: ConversationId, key: RequestKey) -> tuple[Any, Any]:
    column = conversation_requests.c
    return column.conversation_id == conversation_id, column.key == key.name


def _find_request(
    connection: Connection, conversation_id: ConversationId, key: RequestKey
) -> Mapping[str, Any] | None:
    query = select(conversation_requests).where(*_is_request(conversation_id, key))
    known = connection.execute(query).mappings().first()
    if known and known["fingerprint"] != key.fingerprint:
        raise KeyReusedError("this Idempotency-Key came with another text before; use a new one")
    return dict(known) if known else None


def _take(connection: Connection, before: RowMapping, step: Step) -> list[int]:
    """Write a step with its events, and return the sequences of its messages."""
    rows = message_values(before, step.messages)
    sequences: list[int] = [row["sequence"] for row in rows]
    if rows:
        connection.execute(insert(messages), rows)
    last_sequence = before["last_sequence"] + len(rows)
    events = _event_values(before, step)
    if events:
        connection.execute(insert(outbox), events)
    values = conversation_values(step.conversation) | {"last_sequence": last_sequence}
    own = conversations.c.id == before["id"]
    connection.execute(update(conversations).where(own).values(values))
    return sequences


def _event_values(before: RowMapping, step: Step) -> list[dict[str, Any]]:
    """Return the rows of a step's events: one a message, then a change of state if there is one."""
    newest = len(step.messages)
    return [
        {
            "client_id": before["client_id"],
            "conversation_id": before["id"],
            "kind": kind,
            "sequence": before["last_sequence"] + min(position, newest),
            "state": step.conversation.state,
            "created_at": step.messages[-1].created_at,
        }
        for position, kind in enumerate(event_kinds(read_conversation(before), step), start=1)
    ]
