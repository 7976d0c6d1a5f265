"""What may happen to a conversation in each of its states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationState,
    Handoff,
    MessageDraft,
    Step,
    agent_replies,
    assistant_replies,
    customer_asks_for_person,
    customer_writes,
    hand_back,
    new_token,
    resolve,
)
from assist.domain.errors import ConversationStateError
from assist.domain.exchange import EventKind, event_kinds
from assist.domain.keys import secret_digest
from assist.domain.rules import Priority
from assist.domain.turn import Question
from knowledge_base.models import Audience
from tests.conversation_fakes import CITATION, conversation, make_handoff, make_reply
from tests.fakes import ACME, NOON, TODAY

ASSISTANT, QUEUED, WITH_AGENT, RESOLVED = ConversationState
HANDOFF = Handoff("asked_for_person", "general", Priority.NORMAL, NOON)
QUESTION = Question(ACME, ("My card is gone",), Audience.PUBLIC, TODAY)
LATER = NOON + timedelta(seconds=1)


def draft(author: Author = Author.CUSTOMER) -> MessageDraft:
    return MessageDraft(author, "Hello", NOON)


def in_state(state: ConversationState) -> Conversation:
    handoff = HANDOFF if state in {QUEUED, WITH_AGENT} else None
    return replace(conversation(), state=state, handoff=handoff)


MOVES: dict[str, tuple[Callable[[Conversation], Step], dict[ConversationState, object]]] = {
    "customer writes": (
        lambda current: customer_writes(current, draft()),
        {ASSISTANT: ASSISTANT, QUEUED: QUEUED, WITH_AGENT: WITH_AGENT},
    ),
    "customer asks for a person": (
        lambda current: customer_asks_for_person(current, HANDOFF, draft(Author.SYSTEM)),
        {ASSISTANT: QUEUED, QUEUED: QUEUED, WITH_AGENT: WITH_AGENT},
    ),
    "assistant replies": (
        lambda current: assistant_replies(current, make_reply(QUESTION), LATER),
        {ASSISTANT: ASSISTANT, QUEUED: QUEUED, WITH_AGENT: WITH_AGENT, RESOLVED: RESOLVED},
    ),
    "assistant hands over": (
        lambda current: assistant_replies(current, make_handoff(QUESTION), LATER),
        {ASSISTANT: QUEUED, QUEUED: QUEUED, WITH_AGENT: WITH_AGENT, RESOLVED: RESOLVED},
    ),
    "agent replies": (
        lambda current: agent_replies(current, draft(Author.AGENT)),
        {ASSISTANT: WITH_AGENT, QUEUED: WITH_AGENT, WITH_AGENT: WITH_AGENT},
    ),
    "agent hands back": (
        lambda current: hand_back(current, draft(Author.SYSTEM)),
        {QUEUED: ASSISTANT, WITH_AGENT: ASSISTANT},
    ),
    "agent resolves": (
        lambda current: resolve(current, draft(Author.SYSTEM)),
        {ASSISTANT: RESOLVED, QUEUED: RESOLVED, WITH_AGENT: RESOLVED},
    ),
}


@pytest.mark.parametrize("state", ConversationState)
@pytest.mark.parametrize("name", MOVES)
def test_a_move_leads_to_its_state_or_is_refused(name: str, state: ConversationState) -> None:
    move, following = MOVES[name]
    if state in following:
        assert move(in_state(state)).conversation.state is following[state]
        return
    with pytest.raises(ConversationStateError, match=f"is '{state}' and cannot") as refused:
        move(in_state(state))
    for allowed in following:
        assert f"'{allowed}'" in str(refused.value)


@pytest.mark.parametrize("state", [QUEUED, WITH_AGENT, RESOLVED])
@pytest.mark.parametrize("make_turn", [make_reply, make_handoff])
def test_the_assistant_is_silent_once_people_handle_the_conversation(
    state: ConversationState, make_turn: Callable[[Question], object]
) -> None:
    step = assistant_replies(in_state(state), make_turn(QUESTION), LATER)  # type: ignore[arg-type]

    assert step == Step(in_state(state))


@pytest.mark.parametrize("state", [ASSISTANT, QUEUED, WITH_AGENT])
def test_a_message_awaits_a_reply_only_while_the_assistant_handles_it(
    state: ConversationState,
) -> None:
    assert customer_writes(in_state(state), draft()).awaits_reply is (state is ASSISTANT)


def test_a_reply_carries_its_citations_and_turn() -> None:
    [reply] = assistant_replies(conversation(), make_reply(QUESTION), LATER).messages

    assert (reply.author, reply.citations, reply.turn_id) == (
        Author.ASSISTANT,
        (CITATION,),
        "turn-1",
    )


def test_a_handoff_keeps_its_reason_queue_priority_and_time() -> None:
    step = assistant_replies(conversation(), make_handoff(QUESTION), LATER)

    assert step.conversation.handoff == Handoff("lost_card", "fraud", Priority.URGENT, LATER)


def test_asking_again_for_a_person_keeps_the_first_handoff_and_says_nothing() -> None:
    again = Handoff("again", "other", Priority.URGENT, LATER)

    step = customer_asks_for_person(in_state(QUEUED), again, draft(Author.SYSTEM))

    assert step == Step(in_state(QUEUED))


def test_handing_back_ends_the_handoff() -> None:
    assert hand_back(in_state(WITH_AGENT), draft()).conversation.handoff is None


def test_only_its_own_token_opens_a_conversation() -> None:
    token = new_token()
    own = conversation(digest=secret_digest(token))

    assert own.opens_with(token)
    assert not own.opens_with(new_token())
    assert not own.opens_with("")


def test_a_step_causes_an_event_for_each_message_and_one_for_a_new_state() -> None:
    handed_over = assistant_replies(conversation(), make_handoff(QUESTION), LATER)
    answered = assistant_replies(conversation(), make_reply(QUESTION), LATER)
    silent = assistant_replies(in_state(QUEUED), make_reply(QUESTION), LATER)

    assert event_kinds(conversation(), handed_over) == (
        EventKind.MESSAGE_ADDED,
        EventKind.STATE_CHANGED,
    )
    assert event_kinds(conversation(), answered) == (EventKind.MESSAGE_ADDED,)
    assert event_kinds(in_state(QUEUED), silent) == ()
