"""Conversations, messages and requests as rows, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, select

from assist.adapters.sql.conversation_tables import conversations, messages
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationId,
    ConversationState,
    Handoff,
    Message,
    MessageDraft,
    MessageId,
)
from assist.domain.exchange import Exchange, RequestKey
from assist.domain.rules import Priority
from assist.domain.turn import Citation

_citations: TypeAdapter[tuple[Citation, ...]] = TypeAdapter(tuple[Citation, ...])


def conversation_values(conversation: Conversation) -> dict[str, Any]:
    """Return the columns of a conversation, except the count of its messages."""
    handoff = conversation.handoff
    return {
        "id": conversation.id,
        "client_id": conversation.client_id,
        "token_digest": conversation.token_digest,
        "created_at": conversation.created_at,
        "language": conversation.language,
        "state": conversation.state,
        "handoff_reason": handoff and handoff.reason,
        "handoff_queue": handoff and handoff.queue,
        "handoff_priority": handoff and handoff.priority,
        "queued_at": handoff and handoff.queued_at,
    }


def read_conversation(row: RowMapping) -> Conversation:
    """Return the conversation of a row."""
    return Conversation(
        row["id"],
        row["client_id"],
        row["token_digest"],
        row["created_at"],
        row["language"],
        ConversationState(row["state"]),
        _handoff(row),
    )


def message_values(before: RowMapping, drafts: Sequence[MessageDraft]) -> list[dict[str, Any]]:
    """Return the rows of new messages, numbered on from the conversation's last one."""
    return [
        {
            "conversation_id": before["id"],
            "client_id": before["client_id"],
            "sequence": sequence,
            "id": uuid4().hex,
            "author": draft.author,
            "text": draft.text,
            "created_at": draft.created_at,
            "citations": _citations.dump_python(draft.citations, mode="json"),
            "turn_id": draft.turn_id,
        }
        for sequence, draft in enumerate(drafts, start=before["last_sequence"] + 1)
    ]


def read_message(row: RowMapping) -> Message:
    """Return the message of a row."""
    return Message(
        row["conversation_id"],
        row["sequence"],
        MessageId(row["id"]),
        Author(row["author"]),
        row["text"],
        row["created_at"],
        _citations.validate_python(row["citations"]),
        row["turn_id"],
    )


def read_exchange(
    connection: Connection, conversation_id: ConversationId, request: Mapping[str, Any]
) -> Exchange:
    """Return a request with its conversation and messages."""
    own = select(messages).where(
        messages.c.conversation_id == conversation_id,
        messages.c.sequence.in_(request["sequences"]),
    )
    rows = connection.execute(own.order_by(messages.c.sequence)).mappings()
    found = tuple(read_message(row) for row in rows)
    query = select(conversations).where(conversations.c.id == conversation_id)
    conversation = read_conversation(connection.execute(query).mappings().one())
    key = RequestKey(request["key"], request["fingerprint"])
    return Exchange(conversation, key, found, request["awaits_reply"])


def _handoff(row: RowMapping) -> Handoff | None:
    if row["handoff_reason"] is None:
        return None
    priority = Priority(row["handoff_priority"])
    return Handoff(row["handoff_reason"], row["handoff_queue"], priority, row["queued_at"])
