"""What agents, and the client company that they ask, may do with a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assist.domain import moves
from assist.domain.conversation import (
    Conversation,
    ConversationState,
    Escalation,
    Handoff,
    HandoffOutcome,
    MessageDraft,
    Resolution,
    Step,
    require_state,
)
from assist.domain.errors import AlreadyTakenError
from assist.domain.people import UserId

TRANSFERRED = "transferred"
TAKEOVER = "takeover"

_HANDLED = (
    ConversationState.QUEUED,
    ConversationState.WITH_AGENT,
    ConversationState.WAITING_ON_CLIENT,
)


@dataclass(frozen=True)
class Actor:
    """Who acts at the desk. A key of another desk has no user; leads may act for anybody."""

    user_id: UserId | None
    name: str
    is_lead: bool = False


@dataclass(frozen=True)
class ToAgent:
    """A transfer to a person."""

    user_id: UserId
    name: str


@dataclass(frozen=True)
class ToQueue:
    """A transfer to a queue; an empty `skill` is any, an empty `queue` the one before."""

    queue: str
    skill: str = ""


TransferTarget = ToAgent | ToQueue


def claim(conversation: Conversation, actor: Actor, joined: MessageDraft, at: datetime) -> Step:
    """Give the conversation to the agent who asks first; asking again changes nothing.

    Taking it from the assistant is a takeover; from the client company, the end of waiting for it.
    Raises `AlreadyTakenError`.
    """
    require_state(conversation, "be claimed", *moves.OPEN_STATES)
    _refuse_taken(conversation, actor)
    if conversation.state is ConversationState.WAITING_ON_CLIENT:
        conversation = replace(_clock_resumed(conversation, at), state=ConversationState.WITH_AGENT)
    if actor.user_id is None or conversation.assignee == actor.user_id:
        return Step(conversation)
    return Step(_given_to(conversation, ToAgent(actor.user_id, actor.name), at), (joined,))


def agent_replies(
    conversation: Conversation, actor: Actor, message: MessageDraft, joined: MessageDraft
) -> Step:
    """Add an agent's message; a conversation that nobody has becomes theirs.

    Raises `AlreadyTakenError` when another agent has it; a key of another desk may always reply.
    """
    require_state(conversation, "take an agent's reply", *moves.OPEN_STATES)
    if actor.user_id is not None:
        _refuse_taken(conversation, actor)
    at = message.created_at
    said: tuple[MessageDraft, ...] = (message,)
    if actor.user_id and conversation.assignee is None:
        conversation = _given_to(conversation, ToAgent(actor.user_id, actor.name), at)
        said = (joined, message)
    return Step(_first_reply(_with_agent(conversation), actor, at), said)


def add_note(conversation: Conversation, note: MessageDraft) -> Step:
    """Add what agents tell each other; it is possible in every state and changes nothing else."""
    return Step(conversation, (note,))


def transfer(
    conversation: Conversation,
    actor: Actor,
    target: TransferTarget,
    handoff: Handoff,
    messages: Sequence[MessageDraft],
    at: datetime,
) -> Step:
    """Pass the conversation to a person or a queue; it keeps its handoff and its place in time.

    `handoff` is for one that an agent took from the assistant: it has none to wait with.
    """
    require_state(conversation, "be transferred", *_HANDLED)
    _refuse_taken(conversation, actor)
    if isinstance(target, ToAgent):
        if conversation.assignee == target.user_id:
            return Step(conversation)
        return Step(_given_to(conversation, target, at), tuple(messages))
    waiting = _released(conversation, handoff)
    if waiting.handoff is not None:
        place = replace(
            waiting.handoff, queue=target.queue or waiting.handoff.queue, skill=target.skill
        )
        waiting = replace(waiting, handoff=place)
    return Step(waiting, tuple(messages))


def release(
    conversation: Conversation, user_id: UserId, note: MessageDraft, handoff: Handoff
) -> Step:
    """Let anybody have what an agent has who is gone; it keeps its handoff and its place in time.

    `handoff` is for one that has none to wait with. What they do not have stays as it is.
    """
    is_theirs = conversation.state in _HANDLED and conversation.assignee == user_id
    return Step(_released(conversation, handoff), (note,)) if is_theirs else Step(conversation)


def hand_back(
    conversation: Conversation, actor: Actor, messages: Sequence[MessageDraft], at: datetime
) -> Step:
    """Let the assistant speak again; the handoff is over, and what was said before is settled."""
    require_state(conversation, "be handed back", *_HANDLED)
    _refuse_taken(conversation, actor)
    handoff = conversation.handoff
    returned = replace(
        conversation,
        state=ConversationState.ASSISTANT,
        handoff=None,
        assignee=None,
        assignee_name="",
        assigned_at=None,
        escalation=None,
        answers_after=conversation.last_sequence + len(messages),
    )
    ended = handoff.end(HandoffOutcome.HANDED_BACK, at) if handoff else None
    return Step(returned, tuple(messages), ended=ended)


def escalate(
    conversation: Conversation,
    actor: Actor,
    escalation: Escalation,
    messages: Sequence[MessageDraft],
) -> Step:
    """Ask the client company; our clock stands still until it answers.

    A conversation that nobody has becomes the agent's.
    """
    allowed = (ConversationState.QUEUED, ConversationState.WITH_AGENT)
    require_state(conversation, "be escalated", *allowed)
    _refuse_taken(conversation, actor)
    if actor.user_id and conversation.assignee is None:
        own = ToAgent(actor.user_id, actor.name)
        conversation = _given_to(conversation, own, escalation.since)
    waiting = ConversationState.WAITING_ON_CLIENT
    return Step(replace(conversation, state=waiting, escalation=escalation), tuple(messages))


def client_answers(
    conversation: Conversation,
    message: MessageDraft,
    handoff: Handoff,
    *,
    is_agent_gone: bool = False,
) -> Step:
    """Take the client company's answer: it goes to the agent, or to the queue if they went.

    The time at the client is not ours: a deadline that still holds moves by it. `handoff` is for
    a conversation that has none to wait with.
    """
    require_state(conversation, "take the client's answer", ConversationState.WAITING_ON_CLIENT)
    return _back_from_client(conversation, message, handoff, is_agent_gone=is_agent_gone)


def client_not_reached(
    conversation: Conversation, note: MessageDraft, handoff: Handoff, *, is_agent_gone: bool = False
) -> Step:
    """End waiting for a client company that was never told; agents go on as after an answer."""
    require_state(conversation, "be taken back", ConversationState.WAITING_ON_CLIENT)
    return _back_from_client(conversation, note, handoff, is_agent_gone=is_agent_gone)


def _back_from_client(
    conversation: Conversation, message: MessageDraft, handoff: Handoff, *, is_agent_gone: bool
) -> Step:
    back = _clock_resumed(conversation, message.created_at)
    if back.assignee is None or is_agent_gone:
        return Step(_released(back, handoff), (message,))
    return Step(replace(back, state=ConversationState.WITH_AGENT), (message,))


def agent_resolves(
    conversation: Conversation,
    actor: Actor,
    resolution: Resolution,
    notices: Sequence[MessageDraft],
) -> Step:
    """End the conversation for the agent who has it."""
    _refuse_taken(conversation, actor)
    step = moves.resolve(conversation, resolution, notices)
    return replace(step, conversation=_remembered(step.conversation, actor))


def reopen(
    conversation: Conversation, actor: Actor, notices: Sequence[MessageDraft], at: datetime
) -> Step:
    """Take up a resolved conversation again; the agent has it, and its last handoff goes on."""
    require_state(conversation, "be reopened", ConversationState.RESOLVED)
    handoff = conversation.handoff
    again = replace(
        moves.unresolved(conversation),
        state=ConversationState.WITH_AGENT,
        assignee=None,
        assignee_name="",
        assigned_at=None,
        handoff=replace(handoff, ended_at=None, outcome=None) if handoff else None,
    )
    if actor.user_id is not None:
        again = _given_to(again, ToAgent(actor.user_id, actor.name), at)
    return Step(again, tuple(notices))


def _refuse_taken(conversation: Conversation, actor: Actor) -> None:
    """Keep agents out of what another one has; leads and other desks decide for themselves."""
    is_others = conversation.assignee not in {None, actor.user_id}
    if is_others and actor.user_id is not None and not actor.is_lead:
        raise AlreadyTakenError(conversation.assignee_name)


def _given_to(conversation: Conversation, agent: ToAgent, at: datetime) -> Conversation:
    handoff = conversation.handoff
    if handoff is not None and handoff.claimed_at is None:
        handoff = replace(handoff, claimed_at=at, claimed_by=agent.user_id)
    return replace(
        _with_agent(conversation),
        assignee=agent.user_id,
        assignee_name=agent.name,
        assigned_at=at,
        last_agent=agent.user_id,
        handoff=handoff,
    )


def _with_agent(conversation: Conversation) -> Conversation:
    """Return the conversation as people have it; while the client is asked, that stays so."""
    if conversation.state is ConversationState.WAITING_ON_CLIENT:
        return conversation
    return replace(conversation, state=ConversationState.WITH_AGENT)


def _released(conversation: Conversation, handoff: Handoff) -> Conversation:
    """Return the conversation as it waits for anybody; one at the client goes on waiting there."""
    if conversation.state is ConversationState.WAITING_ON_CLIENT and conversation.escalation:
        return replace(conversation, assignee=None, assignee_name="", assigned_at=None)
    if conversation.handoff is None:
        return moves.queued(conversation, handoff)
    return replace(
        conversation,
        state=ConversationState.QUEUED,
        assignee=None,
        assignee_name="",
        assigned_at=None,
    )


def _first_reply(conversation: Conversation, actor: Actor, at: datetime) -> Conversation:
    handoff = conversation.handoff
    if handoff is None or handoff.first_reply_at is not None:
        return conversation
    claimed_at = handoff.claimed_at or at
    claimed_by = handoff.claimed_by or actor.user_id
    return replace(
        conversation,
        handoff=replace(handoff, first_reply_at=at, claimed_at=claimed_at, claimed_by=claimed_by),
    )


def _clock_resumed(conversation: Conversation, at: datetime) -> Conversation:
    handoff, escalation = conversation.handoff, conversation.escalation
    back = replace(conversation, escalation=None)
    if handoff is None or escalation is None or handoff.first_reply_at is not None:
        return back
    if handoff.deadline_at is None or handoff.deadline_at < escalation.since:
        return back
    deadline = handoff.deadline_at + (at - escalation.since)
    return replace(back, handoff=replace(handoff, deadline_at=deadline))


def _remembered(conversation: Conversation, actor: Actor) -> Conversation:
    """Note who ended it: a customer who comes back is offered to them."""
    last = conversation.assignee or actor.user_id or conversation.last_agent
    return replace(conversation, last_agent=last)
