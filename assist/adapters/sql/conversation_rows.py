"""Conversations, handoffs, messages and requests as rows, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, Select, and_, select

from assist.adapters.sql.conversation_tables import conversations, handoffs, messages
from assist.domain.conversation import (
    Author,
    Channel,
    Conversation,
    ConversationId,
    ConversationState,
    Escalation,
    Handoff,
    HandoffOutcome,
    Message,
    MessageDraft,
    MessageId,
    Resolution,
    Resolver,
)
from assist.domain.customer import Customer
from assist.domain.decision import DecisionKind
from assist.domain.exchange import Exchange, RequestKey
from assist.domain.packet import HandoffPacket
from assist.domain.rules import Priority
from assist.domain.turn import Citation
from knowledge_base.models import Audience

_citations: TypeAdapter[tuple[Citation, ...]] = TypeAdapter(tuple[Citation, ...])
_packet: TypeAdapter[HandoffPacket | None] = TypeAdapter(HandoffPacket | None)
_customer: TypeAdapter[Customer] = TypeAdapter(Customer)

_HANDOFF = "handoff_"
_own_handoff = and_(
    handoffs.c.conversation_id == conversations.c.id,
    handoffs.c.number == conversations.c.handoff_number,
)
_handoff_columns = [
    column.label(_HANDOFF + column.name)
    for column in handoffs.c
    if column.name not in {"conversation_id", "client_id", "number"}
]
with_handoff = conversations.outerjoin(handoffs, _own_handoff)
"""Conversations beside the handoff that they have now."""


def select_conversations() -> Select[Any]:
    """Select what `read_conversation` reads."""
    return select(conversations, *_handoff_columns).select_from(with_handoff)


def conversation_values(conversation: Conversation) -> dict[str, Any]:
    """Return the columns of a conversation."""
    escalation, resolution = conversation.escalation, conversation.resolution
    return {
        "id": conversation.id,
        "client_id": conversation.client_id,
        "token_digest": conversation.token_digest,
        "created_at": conversation.created_at,
        "language": conversation.language,
        "channel": conversation.channel,
        "channel_ref": conversation.channel_ref,
        "customer": _customer.dump_python(conversation.customer, mode="json"),
        "state": conversation.state,
        "handoff_number": conversation.handoff and conversation.handoff.number,
        "handoffs": conversation.handoffs,
        "answers_after": conversation.answers_after,
        "assignee": conversation.assignee,
        "assignee_name": conversation.assignee_name,
        "assigned_at": conversation.assigned_at,
        "last_agent": conversation.last_agent,
        "escalated_at": escalation and escalation.since,
        "escalation_contact": escalation.contact if escalation else "",
        "escalation_digest": escalation and escalation.token_digest,
        "resolved_by": resolution and resolution.by,
        "resolved_at": resolution and resolution.at,
        "disposition": resolution.disposition if resolution else "",
        "wrap_up_note": resolution.note if resolution else "",
        "is_confirmed": resolution and resolution.is_confirmed,
        "reopened": conversation.reopened,
        "revision": conversation.revision,
        "last_sequence": conversation.last_sequence,
        "updated_at": conversation.changed_at,
    }


def read_conversation(row: RowMapping) -> Conversation:
    """Return the conversation of a row."""
    return Conversation(
        id=row["id"],
        client_id=row["client_id"],
        token_digest=row["token_digest"],
        created_at=row["created_at"],
        language=row["language"],
        state=ConversationState(row["state"]),
        handoff=_handoff(row),
        channel=Channel(row["channel"]),
        channel_ref=row["channel_ref"],
        customer=_customer.validate_python(row["customer"]),
        assignee=row["assignee"],
        assignee_name=row["assignee_name"],
        assigned_at=row["assigned_at"],
        last_agent=row["last_agent"],
        escalation=_escalation(row),
        resolution=_resolution(row),
        reopened=row["reopened"],
        handoffs=row["handoffs"],
        answers_after=row["answers_after"],
        revision=row["revision"],
        last_sequence=row["last_sequence"],
        updated_at=row["updated_at"],
    )


def handoff_values(conversation: Conversation, handoff: Handoff) -> dict[str, Any]:
    """Return the row of a handoff."""
    return {
        "conversation_id": conversation.id,
        "number": handoff.number,
        "client_id": conversation.client_id,
        "reason": handoff.reason,
        "queue": handoff.queue,
        "skill": handoff.skill,
        "priority": handoff.priority,
        "packet": _packet.dump_python(handoff.packet, mode="json"),
        "queued_at": handoff.queued_at,
        "deadline_at": handoff.deadline_at,
        "is_after_hours": handoff.is_after_hours,
        "claimed_at": handoff.claimed_at,
        "claimed_by": handoff.claimed_by,
        "first_reply_at": handoff.first_reply_at,
        "ended_at": handoff.ended_at,
        "outcome": handoff.outcome,
    }


def read_handoff(row: RowMapping, prefix: str = "") -> Handoff:
    """Return the handoff of a row whose columns bear the prefix."""
    outcome = row[prefix + "outcome"]
    return Handoff(
        reason=row[prefix + "reason"],
        queue=row[prefix + "queue"],
        priority=Priority(row[prefix + "priority"]),
        queued_at=row[prefix + "queued_at"],
        skill=row[prefix + "skill"],
        deadline_at=row[prefix + "deadline_at"],
        is_after_hours=row[prefix + "is_after_hours"],
        packet=_packet.validate_python(row[prefix + "packet"]),
        number=row[prefix + "number"],
        claimed_at=row[prefix + "claimed_at"],
        claimed_by=row[prefix + "claimed_by"],
        first_reply_at=row[prefix + "first_reply_at"],
        ended_at=row[prefix + "ended_at"],
        outcome=HandoffOutcome(outcome) if outcome else None,
    )


def message_values(before: Conversation, drafts: Sequence[MessageDraft]) -> list[dict[str, Any]]:
    """Return the rows of new messages, numbered on from the conversation's last one."""
    return [
        {
            "conversation_id": before.id,
            "client_id": before.client_id,
            "sequence": sequence,
            "id": uuid4().hex,
            "author": draft.author,
            "author_id": draft.author_id,
            "author_name": draft.author_name,
            "audience": draft.audience,
            "text": draft.text,
            "created_at": draft.created_at,
            "citations": _citations.dump_python(draft.citations, mode="json"),
            "turn_id": draft.turn_id,
            "suggestion_id": draft.suggestion_id,
            "decision": draft.decision,
        }
        for sequence, draft in enumerate(drafts, start=before.last_sequence + 1)
    ]


def read_message(row: Mapping[Any, Any]) -> Message:
    """Return the message of a row, or of the values that were written into one."""
    return Message(
        conversation_id=row["conversation_id"],
        sequence=row["sequence"],
        id=MessageId(row["id"]),
        author=Author(row["author"]),
        text=row["text"],
        created_at=row["created_at"],
        citations=_citations.validate_python(row["citations"]),
        turn_id=row["turn_id"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        audience=Audience(row["audience"]),
        suggestion_id=row["suggestion_id"],
        decision=DecisionKind(row["decision"]) if row["decision"] else None,
    )


def read_messages(
    connection: Connection, conversation_id: ConversationId, sequences: Sequence[int]
) -> tuple[Message, ...]:
    """Return some messages of a conversation in order."""
    own = select(messages).where(
        messages.c.conversation_id == conversation_id, messages.c.sequence.in_(sequences)
    )
    rows = connection.execute(own.order_by(messages.c.sequence)).mappings()
    return tuple(read_message(row) for row in rows)


def read_exchange(
    connection: Connection, conversation_id: ConversationId, request: Mapping[str, Any]
) -> Exchange:
    """Return a request with its conversation and messages."""
    found = read_messages(connection, conversation_id, request["sequences"])
    query = select_conversations().where(conversations.c.id == conversation_id)
    conversation = read_conversation(connection.execute(query).mappings().one())
    key = RequestKey(request["key"], request["fingerprint"])
    return Exchange(conversation, key, found, request["awaits_reply"])


def _handoff(row: RowMapping) -> Handoff | None:
    if row["handoff_number"] is None:
        return None
    return read_handoff(row, _HANDOFF)


def _escalation(row: RowMapping) -> Escalation | None:
    if row["escalated_at"] is None:
        return None
    return Escalation(row["escalated_at"], row["escalation_contact"], row["escalation_digest"])


def _resolution(row: RowMapping) -> Resolution | None:
    if row["resolved_at"] is None:
        return None
    return Resolution(
        by=Resolver(row["resolved_by"]),
        at=row["resolved_at"],
        disposition=row["disposition"],
        note=row["wrap_up_note"],
        is_confirmed=row["is_confirmed"],
    )
