"""What is remembered of a request to a conversation, and what is told to others about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from assist.domain.conversation import (
    Conversation,
    ConversationId,
    ConversationState,
    Message,
    Step,
)
from assist.domain.rules import Priority
from knowledge_base.models import ClientId

EventId = NewType("EventId", int)


@dataclass(frozen=True)
class RequestKey:
    """Names a request within its conversation; the fingerprint tells it from another one."""

    name: str
    fingerprint: str

    @classmethod
    def of(cls, sender: str, name: str, content: str) -> RequestKey:
        """Name a sender's request; two senders may use the same name."""
        return cls(f"{sender}:{name}", hashlib.sha256(content.encode()).hexdigest())


@dataclass(frozen=True)
class Exchange:
    """A request with all messages that it led to; `awaits_reply` until the assistant is done."""

    conversation: Conversation
    key: RequestKey
    messages: tuple[Message, ...]
    awaits_reply: bool


@dataclass(frozen=True)
class QueuePlace:
    """Where a conversation stands in its client's queue: the most urgent, then the longest wait."""

    priority: Priority
    queued_at: datetime
    conversation_id: ConversationId

    @classmethod
    def of(cls, conversation: Conversation) -> QueuePlace:
        """Return the place of a conversation that was handed over."""
        if conversation.handoff is None:
            raise ValueError(f"the conversation {conversation.id!r} stands in no queue")
        return cls(conversation.handoff.priority, conversation.handoff.queued_at, conversation.id)


class EventKind(StrEnum):
    """What others may want to hear of."""

    MESSAGE_ADDED = "message.added"
    STATE_CHANGED = "conversation.state_changed"
    HANDED_OFF = "conversation.handed_off"
    ASSIGNED = "conversation.assigned"
    ESCALATED = "conversation.escalated"
    REOPENED = "conversation.reopened"
    RESOLVED = "conversation.resolved"
    RATED = "conversation.rated"


@dataclass(frozen=True)
class Event:
    """A fact for others, without content; `sequence` is the newest message's when it happened.

    It is delivered at least once, so consumers drop those whose id they know.
    """

    id: EventId
    client_id: ClientId
    conversation_id: ConversationId
    kind: EventKind
    sequence: int
    state: ConversationState
    created_at: datetime


def step_events(before: Conversation, step: Step) -> tuple[tuple[EventKind, int], ...]:
    """Return a step's events in order, each with the newest message's sequence at that point.

    Notes between agents are among them: a consumer that must not see them looks at the message.
    """
    first = before.last_sequence + 1
    added = tuple(
        (EventKind.MESSAGE_ADDED, sequence) for sequence, _ in enumerate(step.messages, start=first)
    )
    newest = before.last_sequence + len(step.messages)
    return added + tuple((kind, newest) for kind in event_kinds(before, step.conversation))


def event_kinds(before: Conversation, after: Conversation) -> tuple[EventKind, ...]:
    """Return what happened to a conversation itself, in order."""
    has_ended = after.state is ConversationState.RESOLVED
    happened = {
        EventKind.STATE_CHANGED: before.state is not after.state,
        EventKind.REOPENED: after.reopened > before.reopened,
        EventKind.HANDED_OFF: after.handoffs > before.handoffs,
        EventKind.ASSIGNED: after.assignee not in {None, before.assignee},
        EventKind.ESCALATED: after.escalation is not None and before.escalation is None,
        EventKind.RESOLVED: has_ended and before.state is not after.state,
    }
    return tuple(kind for kind, has_happened in happened.items() if has_happened)
