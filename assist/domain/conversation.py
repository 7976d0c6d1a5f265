"""A conversation with one customer: who handles it, what may happen next, and its messages."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from assist.domain.errors import ConversationStateError
from assist.domain.keys import secret_digest
from assist.domain.rules import Priority
from assist.domain.turn import Citation, Turn, TurnId
from knowledge_base.models import ClientId

ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)

TOKEN_PREFIX = "cnv_"  # noqa: S105 - shows what a token is for, and is no secret


class ConversationState(StrEnum):
    """Who handles a conversation; the assistant speaks only in the first state."""

    ASSISTANT = "assistant"
    QUEUED = "queued"
    WITH_AGENT = "with_agent"
    RESOLVED = "resolved"


class Author(StrEnum):
    """Who sent a message; the system tells the customer what happens."""

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True)
class Handoff:
    """Why a person is needed, who should look, how soon, and since when the customer waits."""

    reason: str
    queue: str
    priority: Priority
    queued_at: datetime


@dataclass(frozen=True)
class Conversation:
    """The exchange with one customer; only the digest of the customer's token is kept."""

    id: ConversationId
    client_id: ClientId
    token_digest: str
    created_at: datetime
    language: str
    state: ConversationState = ConversationState.ASSISTANT
    handoff: Handoff | None = None

    def opens_with(self, token: str) -> bool:
        """Say whether this is the token of the conversation's customer."""
        return hmac.compare_digest(self.token_digest, secret_digest(token))


@dataclass(frozen=True)
class MessageDraft:
    """A message before it has its place in the conversation."""

    author: Author
    text: str
    created_at: datetime
    citations: tuple[Citation, ...] = ()
    turn_id: TurnId | None = None


@dataclass(frozen=True)
class Message:
    """A stored message; sequences count from 1 within the conversation, without gaps."""

    conversation_id: ConversationId
    sequence: int
    id: MessageId
    author: Author
    text: str
    created_at: datetime
    citations: tuple[Citation, ...] = ()
    turn_id: TurnId | None = None


@dataclass(frozen=True)
class Step:
    """What one request does: the conversation afterwards, and the messages to add to it."""

    conversation: Conversation
    messages: tuple[MessageDraft, ...] = ()
    awaits_reply: bool = False


Move = Callable[[Conversation], Step]
"""Decides on the conversation as it is when nobody else can change it; pure and quick."""


def new_token() -> str:
    """Return a customer's token of 256 random bits; it is shown once and never stored."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def customer_writes(conversation: Conversation, message: MessageDraft) -> Step:
    """Take a customer's message; the assistant owes a reply unless people handle it."""
    _require(conversation, "take a message", *_OPEN)
    is_silent = conversation.state is not ConversationState.ASSISTANT
    return Step(conversation, (message,), awaits_reply=not is_silent)


def assistant_replies(conversation: Conversation, turn: Turn, at: datetime) -> Step:
    """Add the assistant's reply and queue a handoff; say nothing once a person has taken over."""
    if conversation.state is not ConversationState.ASSISTANT:
        return Step(conversation)
    reply = MessageDraft(Author.ASSISTANT, turn.text, at, turn.citations, turn.id)
    if turn.handoff is None:
        return Step(conversation, (reply,))
    handoff = Handoff(turn.reason, turn.handoff.queue, turn.handoff.priority, at)
    return Step(_queued(conversation, handoff), (reply,))


def customer_asks_for_person(
    conversation: Conversation, handoff: Handoff, notice: MessageDraft
) -> Step:
    """Queue the conversation; asking again while people handle it changes nothing."""
    _require(conversation, "be handed to a person", *_OPEN)
    if conversation.state is not ConversationState.ASSISTANT:
        return Step(conversation)
    return Step(_queued(conversation, handoff), (notice,))


def agent_replies(conversation: Conversation, message: MessageDraft) -> Step:
    """Add an agent's message; from then on the agent has the conversation."""
    _require(conversation, "take an agent's reply", *_OPEN)
    return Step(replace(conversation, state=ConversationState.WITH_AGENT), (message,))


def hand_back(conversation: Conversation, notice: MessageDraft) -> Step:
    """Let the assistant speak again; the handoff is over."""
    _require(conversation, "be handed back", ConversationState.QUEUED, ConversationState.WITH_AGENT)
    returned = replace(conversation, state=ConversationState.ASSISTANT, handoff=None)
    return Step(returned, (notice,))


def resolve(conversation: Conversation, notice: MessageDraft) -> Step:
    """End the conversation; nothing can be added to it any more."""
    _require(conversation, "be resolved", *_OPEN)
    return Step(replace(conversation, state=ConversationState.RESOLVED), (notice,))


_OPEN = (ConversationState.ASSISTANT, ConversationState.QUEUED, ConversationState.WITH_AGENT)


def _queued(conversation: Conversation, handoff: Handoff) -> Conversation:
    return replace(conversation, state=ConversationState.QUEUED, handoff=handoff)


def _require(conversation: Conversation, action: str, *allowed: ConversationState) -> None:
    if conversation.state not in allowed:
        states = " or ".join(repr(str(state)) for state in allowed)
        raise ConversationStateError(
            f"the conversation {conversation.id!r} is {str(conversation.state)!r} and cannot "
            f"{action}: that is possible while it is {states}"
        )
