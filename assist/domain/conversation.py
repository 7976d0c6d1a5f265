"""A conversation with one customer: who handles it, its handoffs, its messages and its end.

What may happen to it is in `moves` and `desk_moves`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from assist.domain.customer import UNKNOWN_CUSTOMER, Customer
from assist.domain.decision import DecisionKind
from assist.domain.errors import ConversationStateError
from assist.domain.keys import secret_digest
from assist.domain.packet import HandoffPacket
from assist.domain.people import UserId
from assist.domain.rules import Priority
from assist.domain.turn import Citation, TurnId
from knowledge_base.models import Audience, ClientId

ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)

TOKEN_PREFIX = "cnv_"  # noqa: S105 - shows what a token is for, and is no secret


class ConversationState(StrEnum):
    """Who handles a conversation; the assistant speaks only in the first state."""

    ASSISTANT = "assistant"
    QUEUED = "queued"
    WITH_AGENT = "with_agent"
    WAITING_ON_CLIENT = "waiting_on_client"
    RESOLVED = "resolved"


class Author(StrEnum):
    """Who sent a message; the system tells the customer what happens.

    `client` is the contact of the client company to which an agent escalated.
    """

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"
    CLIENT = "client"


class Channel(StrEnum):
    """Where a conversation is held."""

    API = "api"
    WIDGET = "widget"
    CHATWOOT = "chatwoot"


class HandoffOutcome(StrEnum):
    """How people's part ended."""

    HANDED_BACK = "handed_back"
    RESOLVED = "resolved"
    ABANDONED = "abandoned"


class Resolver(StrEnum):
    """Who ended a conversation; `idle` is the passing of time."""

    ASSISTANT = "assistant"
    AGENT = "agent"
    CUSTOMER = "customer"
    IDLE = "idle"


@dataclass(frozen=True)
class Handoff:
    """One cause for which people are needed, from the queue to its end.

    `number` counts from 1 within the conversation. An empty `skill` is any. `deadline_at` is when
    the first reply is due. A handoff whose conversation was reopened by its customer is a new one.
    """

    reason: str
    queue: str
    priority: Priority
    queued_at: datetime
    skill: str = ""
    deadline_at: datetime | None = None
    is_after_hours: bool = False
    packet: HandoffPacket | None = None
    number: int = 0
    claimed_at: datetime | None = None
    claimed_by: UserId | None = None
    first_reply_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: HandoffOutcome | None = None

    def end(self, outcome: HandoffOutcome, at: datetime) -> Handoff:
        """Return the handoff as it ended."""
        return replace(self, ended_at=at, outcome=outcome)


@dataclass(frozen=True)
class Escalation:
    """A question to the client company; the digest is of the token in its reply link."""

    since: datetime
    contact: str = ""
    token_digest: str | None = None


@dataclass(frozen=True)
class Resolution:
    """How a conversation ended; `is_confirmed` is the customer's word, `None` without one."""

    by: Resolver
    at: datetime
    disposition: str = ""
    note: str = ""
    is_confirmed: bool | None = None


@dataclass(frozen=True)
class Conversation:
    """The exchange with one customer; only the digest of the customer's token is kept.

    The store counts: `revision` grows with every change, `last_sequence` is the newest message's,
    and `updated_at` is the time of the last change (`created_at` before the first). `handoffs` is
    how many there were. The assistant answers no message up to `answers_after`: people had those.
    """

    id: ConversationId
    client_id: ClientId
    token_digest: str
    created_at: datetime
    language: str
    state: ConversationState = ConversationState.ASSISTANT
    handoff: Handoff | None = None
    channel: Channel = Channel.API
    channel_ref: str = ""
    customer: Customer = UNKNOWN_CUSTOMER
    assignee: UserId | None = None
    assignee_name: str = ""
    assigned_at: datetime | None = None
    last_agent: UserId | None = None
    escalation: Escalation | None = None
    resolution: Resolution | None = None
    reopened: int = 0
    handoffs: int = 0
    answers_after: int = 0
    revision: int = 0
    last_sequence: int = 0
    updated_at: datetime | None = None

    @property
    def changed_at(self) -> datetime:
        """The time of the last change, or of the start."""
        return self.updated_at or self.created_at

    def opens_with(self, token: str) -> bool:
        """Say whether this is the token of the conversation's customer."""
        return hmac.compare_digest(self.token_digest, secret_digest(token))


@dataclass(frozen=True)
class MessageDraft:
    """A message before it has its place in the conversation.

    `author_name` is the name that customers see of an agent. An internal message is a note: it
    reaches no customer.
    """

    author: Author
    text: str
    created_at: datetime
    citations: tuple[Citation, ...] = ()
    turn_id: TurnId | None = None
    author_id: UserId | None = None
    author_name: str = ""
    audience: Audience = Audience.PUBLIC
    suggestion_id: str | None = None
    decision: DecisionKind | None = None


@dataclass(frozen=True)
class Message:
    """A stored message; sequences count from 1 within the conversation, without gaps.

    A reader who gets no notes sees gaps where they stand.
    """

    conversation_id: ConversationId
    sequence: int
    id: MessageId
    author: Author
    text: str
    created_at: datetime
    citations: tuple[Citation, ...] = ()
    turn_id: TurnId | None = None
    author_id: UserId | None = None
    author_name: str = ""
    audience: Audience = Audience.PUBLIC
    suggestion_id: str | None = None
    decision: DecisionKind | None = None


@dataclass(frozen=True)
class Step:
    """What one request does: the conversation afterwards, and the messages to add to it.

    `ended` is the handoff that the conversation no longer has.
    """

    conversation: Conversation
    messages: tuple[MessageDraft, ...] = ()
    awaits_reply: bool = False
    ended: Handoff | None = None


Move = Callable[[Conversation], Step]
"""Decides on the conversation as it is when nobody else can change it; pure and quick."""


def new_token() -> str:
    """Return a customer's token of 256 random bits; it is shown once and never stored."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def counted(before: Conversation, step: Step, at: datetime) -> Conversation:
    """Return the conversation after a step with the counts that stores keep."""
    after = step.conversation
    if after == before and not step.messages:
        return before
    return replace(
        after,
        revision=before.revision + 1,
        last_sequence=before.last_sequence + len(step.messages),
        updated_at=at,
    )


def require_state(conversation: Conversation, action: str, *allowed: ConversationState) -> None:
    """Raise `ConversationStateError` unless the conversation is in one of the states."""
    if conversation.state not in allowed:
        states = " or ".join(repr(str(state)) for state in allowed)
        raise ConversationStateError(
            f"the conversation {conversation.id!r} is {str(conversation.state)!r} and cannot "
            f"{action}: that is possible while it is {states}"
        )
