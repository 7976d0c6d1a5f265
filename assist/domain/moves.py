"""What customers and the assistant may do with a conversation, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationState,
    Handoff,
    HandoffOutcome,
    MessageDraft,
    Resolution,
    Resolver,
    Step,
    require_state,
)
from assist.domain.customer import Customer
from assist.domain.errors import ConversationResolvedError, ConversationStateError
from assist.domain.turn import Turn

REOPENED = "reopened"
ASSISTANT_FAILED = "assistant_failed"
ASKED_FOR_PERSON = "asked_for_person"

OPEN_STATES = tuple(state for state in ConversationState if state is not ConversationState.RESOLVED)


@dataclass(frozen=True)
class Handover:
    """A handoff as it is about to happen, and what the customer is told of it."""

    handoff: Handoff
    notices: tuple[MessageDraft, ...] = ()


@dataclass(frozen=True)
class Reopening:
    """How long a resolved conversation can be taken up, and the handoff if a person had it."""

    window: timedelta
    handover: Handover


def customer_writes(
    conversation: Conversation, message: MessageDraft, reopening: Reopening | None
) -> Step:
    """Take a customer's message; the assistant owes a reply unless people handle it.

    A resolved conversation is taken up again: by people if a person had resolved it. Raises
    `ConversationStateError` when that is too long ago, and `ConversationResolvedError` when
    nothing is prepared for it.
    """
    if conversation.state is not ConversationState.RESOLVED:
        is_silent = conversation.state is not ConversationState.ASSISTANT
        return Step(conversation, (message,), awaits_reply=not is_silent)
    if reopening is None:
        raise ConversationResolvedError(f"the conversation {conversation.id!r} is resolved")
    resolution = conversation.resolution
    ended_at = resolution.at if resolution else conversation.changed_at
    if message.created_at - ended_at > reopening.window:
        raise ConversationStateError(
            f"the conversation {conversation.id!r} was resolved too long ago to be taken up "
            "again; start a new one"
        )
    again = replace(unresolved(conversation), assignee=None, assignee_name="", assigned_at=None)
    if resolution and resolution.by is Resolver.AGENT:
        handover = reopening.handover
        return Step(queued(again, handover.handoff), (message, *handover.notices))
    back = replace(again, state=ConversationState.ASSISTANT, handoff=None)
    return Step(back, (message,), awaits_reply=True)


def assistant_replies(
    conversation: Conversation, turn: Turn, asked: int, at: datetime, handover: Handover | None
) -> Step:
    """Add the assistant's reply to the message `asked`, and queue the handoff that it announces.

    Nothing is said or done once a person has taken over, also when they have handed back since:
    what was written before is theirs.
    """
    if not assistant_may_reply(conversation, asked):
        return Step(conversation)
    reply = MessageDraft(
        Author.ASSISTANT, turn.text, at, turn.citations, turn.id, decision=turn.decision
    )
    if handover is None:
        return Step(conversation, (reply,))
    return Step(queued(conversation, handover.handoff), (reply, *handover.notices))


def assistant_fails(conversation: Conversation, asked: int, handover: Handover) -> Step:
    """Hand over because the message `asked` could not be answered; the customer is told."""
    if not assistant_may_reply(conversation, asked):
        return Step(conversation)
    return Step(queued(conversation, handover.handoff), handover.notices)


def assistant_may_reply(conversation: Conversation, asked: int) -> bool:
    """Say whether the reply to the message `asked` still belongs to the assistant."""
    has_it = conversation.state is ConversationState.ASSISTANT
    return has_it and asked > conversation.answers_after


def customer_asks_for_person(conversation: Conversation, handover: Handover) -> Step:
    """Queue the conversation; asking again while people handle it changes nothing."""
    require_state(conversation, "be handed to a person", *OPEN_STATES)
    if conversation.state is not ConversationState.ASSISTANT:
        return Step(conversation)
    return Step(queued(conversation, handover.handoff), handover.notices)


def with_customer(conversation: Conversation, customer: Customer) -> Step:
    """Note who the customer is, or how to reach them."""
    return Step(replace(conversation, customer=customer))


def resolve(
    conversation: Conversation, resolution: Resolution, notices: Sequence[MessageDraft] = ()
) -> Step:
    """End the conversation; its handoff stays with it as it ended."""
    require_state(conversation, "be resolved", *OPEN_STATES)
    handoff = conversation.handoff
    ended = replace(
        conversation,
        state=ConversationState.RESOLVED,
        resolution=resolution,
        escalation=None,
        handoff=handoff.end(_outcome(conversation, resolution), resolution.at) if handoff else None,
        answers_after=conversation.last_sequence + len(notices),
    )
    return Step(ended, tuple(notices))


def customer_ends(
    conversation: Conversation, resolution: Resolution, notices: Sequence[MessageDraft] = ()
) -> Step:
    """End the conversation for its customer; once it is resolved only their word is noted."""
    if conversation.state is not ConversationState.RESOLVED:
        return resolve(conversation, resolution, notices)
    before = conversation.resolution or resolution
    word = before.is_confirmed if resolution.is_confirmed is None else resolution.is_confirmed
    return Step(replace(conversation, resolution=replace(before, is_confirmed=word)))


def queued(conversation: Conversation, handoff: Handoff) -> Conversation:
    """Return the conversation as it waits for a person with a new handoff."""
    number = conversation.handoffs + 1
    return replace(
        conversation,
        state=ConversationState.QUEUED,
        handoff=replace(handoff, number=number),
        handoffs=number,
        assignee=None,
        assignee_name="",
        assigned_at=None,
    )


def unresolved(conversation: Conversation) -> Conversation:
    """Return the conversation as it is taken up again, before somebody has it."""
    return replace(conversation, resolution=None, reopened=conversation.reopened + 1)


def _outcome(conversation: Conversation, resolution: Resolution) -> HandoffOutcome:
    """Tell a handoff that people dealt with from one that ended before anybody took it."""
    handoff = conversation.handoff
    was_taken = handoff is not None and (handoff.claimed_at or handoff.first_reply_at)
    is_theirs = resolution.by is Resolver.AGENT or was_taken
    return HandoffOutcome.RESOLVED if is_theirs else HandoffOutcome.ABANDONED
