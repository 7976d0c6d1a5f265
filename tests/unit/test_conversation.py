"""What may happen to a conversation in each of its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from assist.domain import desk_moves, moves
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationState,
    Escalation,
    Handoff,
    HandoffOutcome,
    MessageDraft,
    Resolution,
    Resolver,
    Step,
    counted,
    new_token,
)
from assist.domain.customer import Customer
from assist.domain.desk_moves import Actor, ToAgent, ToQueue
from assist.domain.errors import (
    AlreadyTakenError,
    ConversationResolvedError,
    ConversationStateError,
)
from assist.domain.exchange import EventKind, event_kinds, step_events
from assist.domain.keys import secret_digest
from assist.domain.moves import Handover, Reopening
from assist.domain.people import UserId
from assist.domain.rules import Priority
from assist.domain.turn import Question, Turn
from knowledge_base.models import Audience
from tests.conversation_fakes import CITATION, conversation, make_handoff, make_reply
from tests.fakes import ACME, NOON, TODAY

ASSISTANT, QUEUED, WITH_AGENT, WAITING, RESOLVED = ConversationState
EVERYWHERE = {state: state for state in ConversationState}
HANDOFF = Handoff("asked_for_person", "general", Priority.NORMAL, NOON, number=1)
QUESTION = Question(ACME, ("My card is gone",), Audience.PUBLIC, TODAY)
LATER = NOON + timedelta(minutes=10)
ANA, BEN = Actor(UserId("ana"), "Ana"), Actor(UserId("ben"), "Ben")
LEE = Actor(UserId("lee"), "Lee", is_lead=True)
KEY = Actor(None, "")
ASKED = 3


def draft(author: Author = Author.CUSTOMER, text: str = "Hello") -> MessageDraft:
    return MessageDraft(author, text, LATER)


JOINED = draft(Author.SYSTEM, "Joined")
NOTICE = draft(Author.SYSTEM, "Notice")
AGAIN = replace(HANDOFF, reason="again", queue="other", number=0)
HANDOVER = Handover(AGAIN, (NOTICE,))
REOPENING = Reopening(timedelta(hours=72), HANDOVER)
ESCALATION = Escalation(NOON, "it@acme.example")
BY_AGENT = Resolution(Resolver.AGENT, NOON, "answered")


def in_state(state: ConversationState, agent: Actor = ANA) -> Conversation:
    """Return a conversation that came into the state as most do."""
    handed_over = state is not ASSISTANT
    has_agent = state in {WITH_AGENT, WAITING}
    return replace(
        conversation(),
        state=state,
        handoff=HANDOFF if handed_over else None,
        handoffs=int(handed_over),
        last_sequence=ASKED,
        assignee=agent.user_id if has_agent else None,
        assignee_name=agent.name if has_agent else "",
        escalation=ESCALATION if state is WAITING else None,
        resolution=BY_AGENT if state is RESOLVED else None,
    )


def handed(current: Conversation) -> Handoff:
    assert current.handoff is not None
    return current.handoff


MOVES: dict[
    str, tuple[Callable[[Conversation], Step], Mapping[ConversationState, ConversationState]]
] = {
    "customer writes": (
        lambda current: moves.customer_writes(current, draft(), REOPENING),
        EVERYWHERE | {RESOLVED: QUEUED},
    ),
    "customer asks for a person": (
        lambda current: moves.customer_asks_for_person(current, HANDOVER),
        {ASSISTANT: QUEUED, QUEUED: QUEUED, WITH_AGENT: WITH_AGENT, WAITING: WAITING},
    ),
    "assistant replies": (
        lambda current: moves.assistant_replies(current, make_reply(QUESTION), ASKED, LATER, None),
        EVERYWHERE,
    ),
    "assistant hands over": (
        lambda current: moves.assistant_replies(
            current, make_handoff(QUESTION), ASKED, LATER, HANDOVER
        ),
        EVERYWHERE | {ASSISTANT: QUEUED},
    ),
    "assistant fails": (
        lambda current: moves.assistant_fails(current, ASKED, HANDOVER),
        EVERYWHERE | {ASSISTANT: QUEUED},
    ),
    "customer is known": (
        lambda current: moves.with_customer(current, Customer("Zoë")),
        EVERYWHERE,
    ),
    "customer ends": (
        lambda current: moves.customer_ends(current, replace(BY_AGENT, by=Resolver.CUSTOMER)),
        dict.fromkeys(ConversationState, RESOLVED),
    ),
    "agent claims": (
        lambda current: desk_moves.claim(current, ANA, JOINED, LATER),
        dict.fromkeys((ASSISTANT, QUEUED, WITH_AGENT, WAITING), WITH_AGENT),
    ),
    "agent replies": (
        lambda current: desk_moves.agent_replies(current, ANA, draft(Author.AGENT), JOINED),
        dict.fromkeys((ASSISTANT, QUEUED, WITH_AGENT), WITH_AGENT) | {WAITING: WAITING},
    ),
    "another desk replies": (
        lambda current: desk_moves.agent_replies(current, KEY, draft(Author.AGENT), JOINED),
        dict.fromkeys((ASSISTANT, QUEUED, WITH_AGENT), WITH_AGENT) | {WAITING: WAITING},
    ),
    "agent adds a note": (
        lambda current: desk_moves.add_note(current, draft(Author.AGENT)),
        EVERYWHERE,
    ),
    "agent transfers to a colleague": (
        lambda current: desk_moves.transfer(
            current, ANA, ToAgent(UserId("ben"), "Ben"), AGAIN, [NOTICE], LATER
        ),
        {QUEUED: WITH_AGENT, WITH_AGENT: WITH_AGENT, WAITING: WAITING},
    ),
    "agent transfers to a queue": (
        lambda current: desk_moves.transfer(
            current, ANA, ToQueue("billing"), AGAIN, [NOTICE], LATER
        ),
        {QUEUED: QUEUED, WITH_AGENT: QUEUED, WAITING: WAITING},
    ),
    "agent hands back": (
        lambda current: desk_moves.hand_back(current, ANA, [NOTICE], LATER),
        dict.fromkeys((QUEUED, WITH_AGENT, WAITING), ASSISTANT),
    ),
    "agent escalates": (
        lambda current: desk_moves.escalate(current, ANA, ESCALATION, [NOTICE]),
        {QUEUED: WAITING, WITH_AGENT: WAITING},
    ),
    "client answers": (
        lambda current: desk_moves.client_answers(current, draft(Author.CLIENT), AGAIN),
        {WAITING: WITH_AGENT},
    ),
    "client answers after the agent went": (
        lambda current: desk_moves.client_answers(
            current, draft(Author.CLIENT), AGAIN, is_agent_gone=True
        ),
        {WAITING: QUEUED},
    ),
    "agent resolves": (
        lambda current: desk_moves.agent_resolves(current, ANA, BY_AGENT, [NOTICE]),
        dict.fromkeys((ASSISTANT, QUEUED, WITH_AGENT, WAITING), RESOLVED),
    ),
    "agent reopens": (
        lambda current: desk_moves.reopen(current, ANA, [NOTICE], LATER),
        {RESOLVED: WITH_AGENT},
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


class TestAssistant:
    @pytest.mark.parametrize("state", [QUEUED, WITH_AGENT, WAITING, RESOLVED])
    @pytest.mark.parametrize("make_turn", [make_reply, make_handoff])
    def test_it_is_silent_once_people_handle_the_conversation(
        self, state: ConversationState, make_turn: Callable[[Question], Turn]
    ) -> None:
        before = in_state(state)

        replied = moves.assistant_replies(before, make_turn(QUESTION), ASKED, LATER, HANDOVER)

        assert replied == Step(before)
        assert moves.assistant_fails(before, ASKED, HANDOVER) == Step(before)

    @pytest.mark.parametrize("state", [QUEUED, WITH_AGENT, WAITING])
    def test_it_is_silent_on_what_was_said_before_it_got_the_conversation_back(
        self, state: ConversationState
    ) -> None:
        back = desk_moves.hand_back(in_state(state), ANA, [NOTICE], LATER).conversation
        turn = make_handoff(QUESTION)

        old = moves.assistant_replies(back, turn, ASKED, LATER, HANDOVER)
        new = moves.assistant_replies(back, turn, ASKED + 2, LATER, HANDOVER)

        assert old == Step(back)
        assert moves.assistant_fails(back, ASKED, HANDOVER) == Step(back)
        assert handed(new.conversation).number == 2

    @pytest.mark.parametrize("state", [ASSISTANT, QUEUED, WITH_AGENT, WAITING])
    def test_it_owes_a_reply_only_while_it_handles_the_conversation(
        self, state: ConversationState
    ) -> None:
        step = moves.customer_writes(in_state(state), draft(), None)

        assert step.awaits_reply is (state is ASSISTANT)

    def test_its_reply_carries_its_citations_and_turn(self) -> None:
        turn = make_reply(QUESTION)

        [reply] = moves.assistant_replies(conversation(), turn, 1, LATER, None).messages

        assert (reply.author, reply.citations, reply.turn_id) == (
            Author.ASSISTANT,
            (CITATION,),
            "turn-1",
        )

    def test_its_handoff_is_announced_and_then_explained(self) -> None:
        turn = make_handoff(QUESTION)

        step = moves.assistant_replies(conversation(), turn, 1, LATER, HANDOVER)

        assert [message.text for message in step.messages] == [turn.text, "Notice"]
        assert step.conversation.handoff == replace(AGAIN, number=1)


class TestHandoffs:
    @pytest.mark.parametrize("state", [QUEUED, WITH_AGENT, WAITING])
    def test_asking_again_for_a_person_keeps_the_first_one_and_says_nothing(
        self, state: ConversationState
    ) -> None:
        before = in_state(state)

        assert moves.customer_asks_for_person(before, HANDOVER) == Step(before)

    def test_handing_back_ends_it_and_frees_the_agent(self) -> None:
        step = desk_moves.hand_back(in_state(WITH_AGENT), ANA, [NOTICE], LATER)

        assert step.ended == HANDOFF.end(HandoffOutcome.HANDED_BACK, LATER)
        assert (step.conversation.handoff, step.conversation.assignee) == (None, None)

    def test_it_stays_with_a_resolved_conversation_as_it_ended(self) -> None:
        step = desk_moves.agent_resolves(in_state(WITH_AGENT), ANA, BY_AGENT, [])

        assert step.conversation.handoff == HANDOFF.end(HandoffOutcome.RESOLVED, NOON)

    @pytest.mark.parametrize(
        ("claimed_at", "outcome"),
        [(None, HandoffOutcome.ABANDONED), (NOON, HandoffOutcome.RESOLVED)],
    )
    def test_it_is_abandoned_if_the_customer_leaves_before_anybody_takes_it(
        self, claimed_at: object, outcome: HandoffOutcome
    ) -> None:
        taken = replace(HANDOFF, claimed_at=claimed_at)  # type: ignore[arg-type]
        waiting = replace(in_state(QUEUED), handoff=taken)

        step = moves.customer_ends(waiting, replace(BY_AGENT, by=Resolver.CUSTOMER))

        assert handed(step.conversation).outcome is outcome

    def test_the_first_claim_and_the_first_reply_are_timed_once(self) -> None:
        late = LATER + timedelta(minutes=1)
        claimed = desk_moves.claim(in_state(QUEUED), ANA, JOINED, NOON).conversation
        replied = desk_moves.agent_replies(claimed, ANA, draft(), JOINED).conversation
        again = replace(draft(), created_at=late)
        replied = desk_moves.agent_replies(replied, ANA, again, JOINED).conversation
        target = ToAgent(UserId("ben"), "Ben")
        passed = desk_moves.transfer(replied, ANA, target, AGAIN, [], late).conversation

        handoff = handed(passed)
        assert (handoff.claimed_at, handoff.claimed_by) == (NOON, "ana")
        assert handoff.first_reply_at == LATER

    def test_a_reply_of_another_desk_takes_it_too(self) -> None:
        step = desk_moves.agent_replies(in_state(QUEUED), KEY, draft(), JOINED)

        handoff = handed(step.conversation)
        assert (handoff.claimed_at, handoff.claimed_by) == (LATER, None)
        assert len(step.messages) == 1


class TestClaims:
    def test_a_claim_gives_the_conversation_and_tells_the_customer(self) -> None:
        step = desk_moves.claim(in_state(QUEUED), ANA, JOINED, LATER)

        after = step.conversation
        assert (after.assignee, after.assignee_name, after.assigned_at) == ("ana", "Ana", LATER)
        assert after.last_agent == "ana"
        assert step.messages == (JOINED,)

    def test_claiming_again_changes_nothing(self) -> None:
        claimed = desk_moves.claim(in_state(QUEUED), ANA, JOINED, NOON).conversation

        assert desk_moves.claim(claimed, ANA, JOINED, LATER) == Step(claimed)

    def test_a_takeover_from_the_assistant_is_no_handoff(self) -> None:
        step = desk_moves.claim(in_state(ASSISTANT), ANA, JOINED, LATER)

        assert (step.conversation.state, step.conversation.handoff) == (WITH_AGENT, None)

    @pytest.mark.parametrize("state", [WITH_AGENT, WAITING])
    @pytest.mark.parametrize(
        "move",
        [
            lambda current, actor: desk_moves.claim(current, actor, JOINED, LATER),
            lambda current, actor: desk_moves.agent_replies(current, actor, draft(), JOINED),
            lambda current, actor: desk_moves.transfer(
                current, actor, ToQueue("general"), AGAIN, [], LATER
            ),
            lambda current, actor: desk_moves.hand_back(current, actor, [], LATER),
            lambda current, actor: desk_moves.agent_resolves(current, actor, BY_AGENT, []),
        ],
        ids=["claim", "reply", "transfer", "hand back", "resolve"],
    )
    def test_what_one_agent_has_is_closed_to_others_but_not_to_leads(
        self, move: Callable[[Conversation, Actor], Step], state: ConversationState
    ) -> None:
        with pytest.raises(AlreadyTakenError, match=r"^Taken by Ana\.$"):
            move(in_state(state), BEN)
        move(in_state(state), LEE)

    def test_escalating_is_closed_to_others_too(self) -> None:
        with pytest.raises(AlreadyTakenError):
            desk_moves.escalate(in_state(WITH_AGENT), BEN, ESCALATION, [])

    def test_a_reply_to_what_nobody_has_takes_it(self) -> None:
        step = desk_moves.agent_replies(in_state(QUEUED), ANA, draft(Author.AGENT), JOINED)

        assert step.conversation.assignee == "ana"
        assert step.messages == (JOINED, draft(Author.AGENT))

    def test_another_desk_replies_beside_an_agent_and_leaves_it_to_them(self) -> None:
        step = desk_moves.agent_replies(in_state(WITH_AGENT), KEY, draft(), JOINED)

        assert step.conversation.assignee == "ana"


class TestTransfers:
    def test_a_queue_gets_the_same_handoff_with_its_time(self) -> None:
        target = ToQueue("billing", "cards")

        step = desk_moves.transfer(in_state(WITH_AGENT), ANA, target, AGAIN, [NOTICE], LATER)

        after = step.conversation
        assert after.handoff == replace(HANDOFF, queue="billing", skill="cards")
        assert (after.assignee, after.handoffs) == (None, 1)

    def test_a_takeover_gets_a_handoff_to_wait_with(self) -> None:
        taken = desk_moves.claim(in_state(ASSISTANT), ANA, JOINED, NOON).conversation

        step = desk_moves.transfer(taken, ANA, ToQueue("billing"), AGAIN, [], LATER)

        assert step.conversation.handoff == replace(AGAIN, queue="billing", number=1)

    def test_a_colleague_who_has_it_already_keeps_it(self) -> None:
        before = in_state(WITH_AGENT)
        own = ToAgent(UserId("ana"), "Ana")

        assert desk_moves.transfer(before, ANA, own, AGAIN, [NOTICE], LATER) == Step(before)


class TestEscalations:
    def test_the_agent_who_escalates_from_the_queue_has_it(self) -> None:
        step = desk_moves.escalate(in_state(QUEUED), ANA, ESCALATION, [NOTICE])

        assert (step.conversation.assignee, step.conversation.escalation) == ("ana", ESCALATION)

    @pytest.mark.parametrize(
        ("deadline", "replied", "expected"),
        [
            (NOON + timedelta(minutes=5), None, LATER + timedelta(minutes=5)),
            (NOON - timedelta(minutes=5), None, NOON - timedelta(minutes=5)),
            (NOON + timedelta(minutes=5), NOON, NOON + timedelta(minutes=5)),
            (None, None, None),
        ],
        ids=["runs on", "was missed before", "was met before", "has none"],
    )
    @pytest.mark.parametrize("name", ["client answers", "agent claims"])
    def test_the_time_at_the_client_is_not_ours(
        self, name: str, deadline: object, replied: object, expected: object
    ) -> None:
        handoff = replace(HANDOFF, deadline_at=deadline, first_reply_at=replied)  # type: ignore[arg-type]
        waiting = replace(in_state(WAITING), handoff=handoff)

        after = MOVES[name][0](waiting).conversation

        assert (handed(after).deadline_at, after.escalation) == (expected, None)

    @pytest.mark.parametrize("has_handoff", [True, False])
    def test_an_answer_waits_in_the_queue_once_the_agent_passed_it_on(
        self, has_handoff: bool
    ) -> None:
        waiting = replace(in_state(WAITING), handoff=HANDOFF if has_handoff else None)
        target = ToQueue("billing")
        passed = desk_moves.transfer(waiting, ANA, target, AGAIN, [], LATER).conversation

        after = desk_moves.client_answers(passed, draft(Author.CLIENT), AGAIN).conversation

        assert passed.state is WAITING
        assert (after.state, after.assignee) == (QUEUED, None)
        assert handed(after).reason == ("asked_for_person" if has_handoff else "again")


class TestEnds:
    def test_the_customer_comes_back_to_people_if_a_person_ended_it(self) -> None:
        ended = desk_moves.agent_resolves(in_state(WITH_AGENT), ANA, BY_AGENT, []).conversation

        step = moves.customer_writes(ended, draft(), REOPENING)

        after = step.conversation
        assert step.messages == (draft(), NOTICE)
        assert not step.awaits_reply
        assert after.handoff == replace(AGAIN, number=2)
        assert (after.reopened, after.resolution, after.assignee) == (1, None, None)
        assert after.last_agent == "ana"

    @pytest.mark.parametrize("by", [Resolver.ASSISTANT, Resolver.CUSTOMER, Resolver.IDLE])
    def test_the_customer_comes_back_to_the_assistant_if_nobody_ended_it(
        self, by: Resolver
    ) -> None:
        ended = replace(in_state(RESOLVED), resolution=replace(BY_AGENT, by=by))

        step = moves.customer_writes(ended, draft(), REOPENING)

        assert (step.conversation.state, step.conversation.handoff) == (ASSISTANT, None)
        assert (step.awaits_reply, step.conversation.reopened) == (True, 1)

    @pytest.mark.parametrize(("hours", "is_late"), [(72, False), (73, True)])
    def test_after_too_long_a_new_conversation_is_needed(self, hours: int, is_late: bool) -> None:
        message = replace(draft(), created_at=NOON + timedelta(hours=hours))
        if not is_late:
            moves.customer_writes(in_state(RESOLVED), message, REOPENING)
            return
        with pytest.raises(ConversationStateError, match="start a new one"):
            moves.customer_writes(in_state(RESOLVED), message, REOPENING)

    def test_an_end_that_nothing_is_prepared_for_is_told(self) -> None:
        with pytest.raises(ConversationResolvedError):
            moves.customer_writes(in_state(RESOLVED), draft(), None)

    def test_the_messages_before_the_end_are_settled(self) -> None:
        ended = moves.customer_ends(
            in_state(ASSISTANT), replace(BY_AGENT, by=Resolver.CUSTOMER)
        ).conversation
        again = moves.customer_writes(ended, draft(), REOPENING).conversation

        turn = make_handoff(QUESTION)
        assert moves.assistant_replies(again, turn, ASKED, LATER, HANDOVER) == Step(again)

    @pytest.mark.parametrize(("word", "expected"), [(True, True), (None, False), (False, False)])
    def test_a_customers_word_on_an_ended_conversation_is_noted(
        self, word: bool | None, expected: bool
    ) -> None:
        ended = replace(in_state(RESOLVED), resolution=replace(BY_AGENT, is_confirmed=False))
        own = Resolution(Resolver.CUSTOMER, LATER, is_confirmed=word)

        after = moves.customer_ends(ended, own, [NOTICE])

        assert after.messages == ()
        assert after.conversation.resolution == replace(BY_AGENT, is_confirmed=expected)

    @pytest.mark.parametrize(("actor", "assignee"), [(ANA, "ana"), (KEY, None)])
    def test_an_agent_goes_on_with_the_last_handoff(
        self, actor: Actor, assignee: str | None
    ) -> None:
        ended = desk_moves.agent_resolves(in_state(QUEUED), BEN, BY_AGENT, []).conversation

        after = desk_moves.reopen(ended, actor, [], LATER).conversation

        handoff = handed(after)
        assert (after.assignee, after.reopened, after.resolution) == (assignee, 1, None)
        assert (handoff.number, handoff.ended_at, handoff.outcome) == (1, None, None)


class TestEvents:
    @pytest.mark.parametrize(
        ("name", "state", "kinds"),
        [
            ("assistant replies", ASSISTANT, []),
            ("assistant hands over", ASSISTANT, ["state_changed", "handed_off"]),
            ("agent claims", QUEUED, ["state_changed", "assigned"]),
            ("agent transfers to a colleague", WITH_AGENT, ["assigned"]),
            ("agent escalates", QUEUED, ["state_changed", "assigned", "escalated"]),
            ("client answers", WAITING, ["state_changed"]),
            ("agent hands back", WITH_AGENT, ["state_changed"]),
            ("agent resolves", WITH_AGENT, ["state_changed", "resolved"]),
            ("customer ends", RESOLVED, []),
            ("customer writes", RESOLVED, ["state_changed", "reopened", "handed_off"]),
            ("agent reopens", RESOLVED, ["state_changed", "reopened", "assigned"]),
        ],
    )
    def test_a_move_causes_its_events(
        self, name: str, state: ConversationState, kinds: list[str]
    ) -> None:
        before = in_state(state)

        happened = event_kinds(before, MOVES[name][0](before).conversation)

        assert happened == tuple(EventKind(f"conversation.{kind}") for kind in kinds)

    def test_each_message_is_one_under_its_sequence_and_a_note_too(self) -> None:
        note = replace(draft(Author.AGENT), audience=Audience.INTERNAL)
        before = in_state(WITH_AGENT)
        step = desk_moves.hand_back(before, ANA, [note, NOTICE], LATER)

        assert step_events(before, step) == (
            (EventKind.MESSAGE_ADDED, ASKED + 1),
            (EventKind.MESSAGE_ADDED, ASKED + 2),
            (EventKind.STATE_CHANGED, ASKED + 2),
        )


def test_only_what_changes_a_conversation_counts() -> None:
    before = conversation()
    renamed = counted(before, moves.with_customer(before, Customer("Zoë")), LATER)
    written = counted(renamed, Step(renamed, (draft(), draft())), LATER)

    assert counted(before, Step(before), LATER) == before
    assert (renamed.revision, renamed.last_sequence, renamed.changed_at) == (1, 0, LATER)
    assert (written.revision, written.last_sequence) == (2, 2)


def test_only_its_own_token_opens_a_conversation() -> None:
    token = new_token()
    own = conversation(digest=secret_digest(token))

    assert own.opens_with(token)
    assert not own.opens_with(new_token())
    assert not own.opens_with("")


@pytest.mark.parametrize(
    ("vip", "is_vip"), [(True, True), (False, False), (1, False), ("true", False)]
)
def test_a_customer_is_important_only_if_the_client_says_so(
    vip: bool | str | int, is_vip: bool
) -> None:
    assert Customer(attributes={"vip": vip}).is_vip is is_vip
    assert not Customer().is_vip
