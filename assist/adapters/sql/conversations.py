"""Conversations in SQL: a request's key, state, messages and events in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from assist.adapters.sql.conversation_rows import (
    conversation_values,
    handoff_values,
    message_values,
    read_conversation,
    read_exchange,
    read_message,
    read_messages,
    select_conversations,
)
from assist.adapters.sql.conversation_tables import (
    conversation_requests,
    conversations,
    handoffs,
    messages,
    outbox,
)
from assist.domain.conversation import (
    Conversation,
    ConversationId,
    Handoff,
    Message,
    Move,
    Step,
    counted,
)
from assist.domain.errors import ConversationNotFoundError, KeyReusedError
from assist.domain.exchange import Exchange, RequestKey, step_events
from assist.ports import Clock
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import Audience, ClientId


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqlConversationStore:
    """A `ConversationStore` that locks one conversation while a request changes it."""

    def __init__(self, engine: Engine, clock: Clock = _utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def add_conversation(self, conversation: Conversation) -> None:
        """Insert a conversation."""
        values = conversation_values(conversation)
        with writing(self._engine) as connection:
            connection.execute(insert(conversations).values(values))

    def find_conversation(
        self, client_id: ClientId, conversation_id: ConversationId
    ) -> Conversation | None:
        """Look up a client's conversation."""
        query = select_conversations().where(
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
            step = move(before)
            after, added = self._take(connection, before, step)
            request = {
                "conversation_id": conversation_id,
                "key": key.name,
                "client_id": before.client_id,
                "fingerprint": key.fingerprint,
                "sequences": [message.sequence for message in added],
                "awaits_reply": step.awaits_reply,
            }
            connection.execute(insert(conversation_requests).values(request))
        return Exchange(after, key, added, step.awaits_reply)

    def complete(self, conversation_id: ConversationId, key: RequestKey, move: Move) -> Exchange:
        """Add the reply to a request that awaits it."""
        with writing(self._engine) as connection:
            before = _lock(connection, conversation_id)
            known = _find_request(connection, conversation_id, key)
            if known is None:
                raise LookupError(f"the request {key.name!r} was never accepted")
            if not known["awaits_reply"]:
                return read_exchange(connection, conversation_id, known)
            step = move(before)
            accepted = read_messages(connection, conversation_id, known["sequences"])
            after, added = self._take(connection, before, step)
            messages = (*accepted, *added)
            change = {
                "sequences": [message.sequence for message in messages],
                "awaits_reply": step.awaits_reply,
            }
            own = _is_request(conversation_id, key)
            connection.execute(update(conversation_requests).where(*own).values(change))
        return Exchange(after, key, messages, step.awaits_reply)

    def list_messages(
        self,
        conversation_id: ConversationId,
        after: int,
        limit: int,
        audience: Audience = Audience.PUBLIC,
    ) -> Sequence[Message]:
        """List by sequence."""
        column = messages.c
        query = (
            select(messages)
            .where(column.conversation_id == conversation_id, column.sequence > after)
            .order_by(column.sequence)
            .limit(limit)
        )
        if audience is Audience.PUBLIC:
            query = query.where(column.audience == Audience.PUBLIC)
        with self._engine.connect() as connection:
            return [read_message(row) for row in connection.execute(query).mappings()]

    def _take(
        self, connection: Connection, before: Conversation, step: Step
    ) -> tuple[Conversation, tuple[Message, ...]]:
        """Write a step with its events, and return the conversation and the step's messages."""
        at = self._clock()
        after = counted(before, step, at)
        rows = message_values(before, step.messages)
        if rows:
            connection.execute(insert(messages), rows)
        for handoff in (step.ended, after.handoff):
            if handoff is not None and handoff != before.handoff:
                _save_handoff(connection, after, handoff)
        if after != before:
            own = conversations.c.id == before.id
            connection.execute(update(conversations).where(own).values(conversation_values(after)))
        events = _event_values(before, step, at)
        if events:
            connection.execute(insert(outbox), events)
        return after, tuple(read_message(row) for row in rows)


def _lock(connection: Connection, conversation_id: ConversationId) -> Conversation:
    """Read a conversation that nobody else changes until the commit; SQLite has locked already.

    It is read after it is locked: PostgreSQL would join what it had read before the wait.
    """
    own = conversations.c.id == conversation_id
    if connection.scalar(select(conversations.c.id).where(own).with_for_update()) is None:
        raise ConversationNotFoundError(f"there is no conversation {conversation_id!r}")
    row = connection.execute(select_conversations().where(own)).mappings().one()
    return read_conversation(row)


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


def _save_handoff(connection: Connection, conversation: Conversation, handoff: Handoff) -> None:
    values = handoff_values(conversation, handoff)
    own = (
        handoffs.c.conversation_id == conversation.id,
        handoffs.c.number == handoff.number,
    )
    if not connection.execute(update(handoffs).where(*own).values(values)).rowcount:
        connection.execute(insert(handoffs).values(values))


def _event_values(before: Conversation, step: Step, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "client_id": before.client_id,
            "conversation_id": before.id,
            "kind": kind,
            "sequence": sequence,
            "state": step.conversation.state,
            "created_at": at,
        }
        for kind, sequence in step_events(before, step)
    ]
