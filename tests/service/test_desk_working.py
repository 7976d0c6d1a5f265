"""Handoffs and what agents make of them: deadlines, notices, capacity, claims during an answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import cast

import pytest

from assist.adapters.wakeups import InProcessWakeups
from assist.domain.client import ClientProfile
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationState,
    Resolution,
    Resolver,
)
from assist.domain.customer import Customer
from assist.domain.desk_moves import Actor, ToQueue
from assist.domain.errors import (
    AlreadyTakenError,
    CapacityError,
    ConversationStateError,
    UnknownDispositionError,
)
from assist.domain.escalation import EscalationContact
from assist.domain.exchange import EventKind, Exchange
from assist.domain.hours import Hours
from assist.domain.moves import customer_ends, with_customer
from assist.domain.notices import fill
from assist.domain.people import Role, User, UserId
from assist.domain.service_levels import ServiceLevels
from assist.domain.status import Status
from assist.domain.turn import Question
from assist.services.answering import AnsweringService
from assist.services.capacity import CapacityService
from assist.services.clients import ClientService
from assist.services.conversing import ConversingService
from assist.services.desk import DeskService, actor_of
from assist.services.handing_over import HandingOverService
from assist.services.statuses import StatusService
from assist.services.typing_board import CUSTOMER, TYPING_LIFE, TypingBoard
from knowledge_base.models import Audience, ClientId
from tests.conversation_fakes import (
    MemoryConversations,
    MemoryTurns,
    ScriptedAnswering,
    make_handoff,
    make_reply,
)
from tests.fakes import ACME, FakeClock

LONDON = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
HOURS = Hours(time_zone="Europe/London", weekly=LONDON, holidays=(date(2026, 12, 25),))
PROFILE = ClientProfile(
    name="Acme",
    hours=HOURS,
    service_levels=ServiceLevels(urgent=60, high=600, normal=3600),
    escalation=EscalationContact(email="it@acme.example"),
)
FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
ANA = User(UserId("ana"), "ana@bpo.example", "Ana", Role.AGENT, frozenset({ACME}), capacity=2)
BEN = replace(ANA, id=UserId("ben"), name="Ben")
LEE = replace(ANA, id=UserId("lee"), name="Lee", role=Role.LEAD)
KEY = Actor(None, "")


class Directory:
    """A `ClientDirectory` with one client, whose profile a test may change."""

    def __init__(self, profile: ClientProfile) -> None:
        self.profile = profile

    def add_client(self, client_id: ClientId, profile: ClientProfile) -> None:
        raise NotImplementedError

    update_client = add_client

    def get_client(self, client_id: ClientId) -> ClientProfile:
        assert client_id == ACME
        return self.profile

    def list_clients(self) -> list[tuple[ClientId, ClientProfile]]:
        return [(ACME, self.profile)]


@dataclass
class Desk:
    """A client's desk in memory."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(FRIDAY))
    directory: Directory = field(default_factory=lambda: Directory(PROFILE))
    answering: ScriptedAnswering = field(default_factory=ScriptedAnswering)

    def __post_init__(self) -> None:
        self.store = MemoryConversations(self.clock)
        clients, wakeups = ClientService(self.directory), InProcessWakeups()
        handing = HandingOverService(self.store, MemoryTurns(), self.store, clients, self.clock)
        answering = cast("AnsweringService", self.answering)
        self.conversing = ConversingService(
            self.store, self.store, answering, handing, clients, wakeups, self.clock
        )
        capacity = CapacityService(self.store)
        self.service = DeskService(self.store, clients, handing, capacity, wakeups, self.clock)
        self.typing = TypingBoard(wakeups, self.clock)
        self.rated: list[str] = []
        self.statuses = StatusService(clients, handing, self.typing, lambda _: None, self.clock)

    def start(self) -> Conversation:
        return self.service.start(ACME)[0]

    def now(self, conversation: Conversation) -> Conversation:
        found = self.store.find_conversation(ACME, conversation.id)
        assert found is not None
        return found

    def ask(self) -> Conversation:
        """Start a conversation that waits for a person."""
        return self.service.ask_for_person(self.start()).conversation

    def say(self, conversation: Conversation, text: str, key: str = "1") -> Exchange:
        return self.conversing.receive(self.now(conversation), text, key)

    def said(self, conversation: Conversation) -> list[str]:
        return [each.text for each in self.store.list_messages(conversation.id, 0, 100)]

    def status(self, conversation: Conversation) -> Status:
        return self.statuses.read(self.now(conversation))

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.store.claim_events(FRIDAY, FRIDAY, 100)]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def london(day: int, clock: str, month: int = 11) -> datetime:
    """Return a moment of 2026 in winter, when London has UTC."""
    return datetime.fromisoformat(f"2026-{month}-{day:02d}T{clock}:00+00:00")


class TestDeadlines:
    @pytest.mark.parametrize(
        ("asked", "level", "deadline"),
        [
            (london(20, "10:00"), 3600, london(20, "11:00")),
            (london(20, "16:30"), 3600, london(23, "09:30")),
            (london(20, "16:30"), 1800, london(20, "17:00")),
            (london(20, "20:00"), 3600, london(23, "10:00")),
            (london(24, "16:30", 12), 3600, london(28, "09:30", 12)),
            (london(25, "12:00", 12), 60, london(28, "09:01", 12)),
        ],
        ids=["by day", "over a weekend", "at the close", "at night", "over holidays", "on one"],
    )
    def test_the_clock_of_the_first_reply_runs_while_people_answer(
        self, desk: Desk, asked: datetime, level: int, deadline: datetime
    ) -> None:
        desk.clock.now = asked
        levels = ServiceLevels(normal=level)
        desk.directory.profile = PROFILE.model_copy(update={"service_levels": levels})

        handoff = desk.ask().handoff

        assert handoff is not None
        assert handoff.deadline_at == deadline
        assert handoff.is_after_hours is not HOURS.is_open(asked)

    def test_a_rule_sets_how_soon(self, desk: Desk) -> None:
        desk.answering.reply = make_handoff

        handoff = desk.say(desk.start(), "My card is gone").conversation.handoff

        assert handoff is not None
        assert (handoff.priority, handoff.deadline_at) == (
            "urgent",
            FRIDAY + timedelta(seconds=60),
        )


class TestNotices:
    def test_the_customer_is_told_the_place_in_the_queue(self, desk: Desk) -> None:
        desk.ask()
        desk.clock.advance(1)

        last = desk.said(desk.ask())[-1]

        assert last == f"{PROFILE.phrases.handoff} You are number 2 in the queue."

    def test_the_wait_is_told_once_enough_others_have_waited(self, desk: Desk) -> None:
        for seconds in (100, 130, 500, 90, 140):
            conversation = desk.ask()
            desk.clock.advance(seconds)
            desk.service.claim(conversation, LEE)
        desk.clock.now = FRIDAY
        first = desk.ask()
        desk.clock.advance(1)
        second = desk.ask()

        assert "in about 3 min." in desk.said(first)[-1]
        assert "in about 5 min." in desk.said(second)[-1]
        assert desk.status(second).place == 2
        assert desk.status(second).expected_wait_s == 260

    @pytest.mark.parametrize(
        ("language", "opens"), [("en", "Monday, 09:00"), ("de", "Montag, 09:00"), ("xx", "Monday")]
    )
    def test_after_hours_the_next_opening_is_told_and_contact_details_are_asked_for(
        self, desk: Desk, language: str, opens: str
    ) -> None:
        desk.directory.profile = PROFILE.model_copy(update={"language": language})
        desk.clock.now = london(21, "12:00")

        conversation = desk.ask()

        [notice] = desk.said(conversation)
        phrases = PROFILE.phrases
        assert f"They are back on {opens}" in notice
        assert notice.startswith(f"{phrases.handoff} {phrases.outside_hours}")
        assert notice.endswith(phrases.leave_contact)
        status = desk.status(conversation)
        assert (status.is_open, status.opens_at) == (False, london(23, "09:00"))
        assert status.expected_wait_s is None

    def test_an_opening_that_is_far_away_is_a_date(self, desk: Desk) -> None:
        weekly = {"monday": "09:00-17:00"}
        hours = Hours(weekly=weekly, holidays=(date(2026, 11, 23),))
        desk.directory.profile = PROFILE.model_copy(update={"hours": hours})

        assert "back on 2026-11-30, 09:00." in desk.said(desk.ask())[-1]

    def test_whoever_can_be_reached_is_not_asked_for_it(self, desk: Desk) -> None:
        desk.clock.now = london(21, "12:00")
        conversation = desk.start()
        customer = Customer(email="zoe@mail.example")
        desk.service.move(conversation, lambda current: with_customer(current, customer))

        desk.service.ask_for_person(desk.now(conversation))

        assert PROFILE.phrases.leave_contact not in desk.said(conversation)[-1]

    def test_braces_of_the_client_stay_as_they_are(self) -> None:
        assert fill("{agent} {x} {", agent="Ana") == "Ana {x} {"

    def test_the_customer_is_told_who_comes_and_what_happens(self, desk: Desk) -> None:
        conversation = desk.ask()
        desk.service.claim(conversation, ANA)
        ana = actor_of(ANA)
        desk.service.transfer(desk.now(conversation), ana, ToQueue("general"))
        desk.service.claim(desk.now(conversation), BEN)
        ben = actor_of(BEN)
        desk.service.escalate(desk.now(conversation), ben, "May we?")
        desk.service.hand_back(desk.now(conversation), ben)
        desk.service.resolve(desk.now(conversation), ben)

        phrases = PROFILE.phrases
        assert desk.said(conversation)[1:] == [
            "Ana has joined the conversation.",
            phrases.transferred,
            "Ben has joined the conversation.",
            phrases.waiting_on_client,
            phrases.handed_back,
            phrases.resolved,
        ]


class TestCapacity:
    def test_an_agent_takes_no_more_than_they_can(self, desk: Desk) -> None:
        for _ in range(ANA.capacity):
            desk.service.claim(desk.ask(), ANA)
        waiting = desk.ask()

        with pytest.raises(CapacityError, match="You have 2 of 2 conversations"):
            desk.service.claim(waiting, ANA)
        with pytest.raises(CapacityError):
            desk.service.claim(desk.start(), ANA)
        with pytest.raises(CapacityError):
            desk.service.reply(waiting, actor_of(ANA), "Hi", "1", user=ANA)
        assert desk.service.claim(waiting, BEN).conversation.assignee == "ben"

    def test_what_is_resolved_makes_room(self, desk: Desk) -> None:
        mine = [desk.service.claim(desk.ask(), ANA).conversation for _ in range(ANA.capacity)]
        desk.service.resolve(mine[0], actor_of(ANA))

        desk.service.claim(desk.ask(), ANA)

        with pytest.raises(CapacityError):
            desk.service.reopen(desk.now(mine[0]), actor_of(ANA), ANA)

    def test_claims_at_once_do_not_pass_the_limit(self, desk: Desk) -> None:
        waiting = [desk.ask() for _ in range(6)]
        barrier = Barrier(len(waiting))

        def try_to_claim(conversation: Conversation) -> bool:
            barrier.wait(10)
            try:
                desk.service.claim(conversation, ANA)
            except CapacityError:
                return False
            return True

        with ThreadPoolExecutor(len(waiting)) as tabs:
            assert sum(tabs.map(try_to_claim, waiting)) == ANA.capacity


class TestSilence:
    @pytest.mark.parametrize("make_turn", [make_reply, make_handoff])
    def test_an_answer_is_dropped_when_an_agent_claims_during_it(
        self, desk: Desk, make_turn: Callable[[Question], object]
    ) -> None:
        conversation = desk.start()

        def think(question: Question) -> object:
            desk.service.claim(desk.now(conversation), ANA)
            return make_turn(question)

        desk.answering.reply = think  # type: ignore[assignment]
        desk.say(conversation, "Hi")

        assert desk.said(conversation) == ["Hi", "Ana has joined the conversation."]
        assert EventKind.HANDED_OFF not in desk.kinds()

    def test_it_is_dropped_also_when_the_agent_has_handed_back_since(self, desk: Desk) -> None:
        conversation = desk.start()

        def think(question: Question) -> object:
            desk.service.claim(desk.now(conversation), ANA)
            desk.service.hand_back(desk.now(conversation), actor_of(ANA))
            return make_handoff(question)

        desk.answering.reply = think  # type: ignore[assignment]
        desk.say(conversation, "My card is gone")

        assert desk.now(conversation).state is ConversationState.ASSISTANT
        assert EventKind.HANDED_OFF not in desk.kinds()

    def test_a_new_cause_after_handing_back_is_a_new_handoff(self, desk: Desk) -> None:
        desk.answering.reply = make_handoff
        conversation = desk.start()
        desk.say(conversation, "My card is gone", "1")
        desk.service.hand_back(desk.now(conversation), KEY)
        desk.say(conversation, "My card is gone", "1")
        assert desk.now(conversation).state is ConversationState.ASSISTANT

        desk.say(conversation, "And now the other one", "2")

        assert desk.now(conversation).state is ConversationState.QUEUED
        assert desk.kinds().count(EventKind.HANDED_OFF) == 2

    @pytest.mark.parametrize("state", ["queued", "with_agent", "waiting_on_client"])
    def test_nothing_is_answered_while_people_have_it(self, desk: Desk, state: str) -> None:
        conversation = desk.ask()
        if state != "queued":
            desk.service.claim(conversation, ANA)
        if state == "waiting_on_client":
            desk.service.escalate(desk.now(conversation), actor_of(ANA), "May we?")

        desk.say(conversation, "Anyone?")

        assert desk.now(conversation).state == state
        assert desk.answering.questions == []


class TestReopening:
    def test_a_customer_comes_back_to_the_people_who_ended_it_once(self, desk: Desk) -> None:
        conversation = desk.ask()
        desk.service.claim(conversation, ANA)
        desk.service.resolve(desk.now(conversation), actor_of(ANA))
        desk.clock.advance(3600)

        desk.say(conversation, "It broke again", "1")
        desk.say(conversation, "It broke again", "1")
        desk.say(conversation, "Hello?", "2")

        again = desk.now(conversation)
        assert again.handoff is not None
        assert (again.state, again.reopened, again.last_agent) == ("queued", 1, "ana")
        assert (again.handoff.reason, again.handoff.priority) == ("reopened", "high")
        assert [each.reason for each in desk.store.list_handoffs(conversation.id)] == [
            "asked_for_person",
            "reopened",
        ]
        assert desk.kinds().count(EventKind.REOPENED) == 1
        assert desk.answering.questions == []

    def test_after_it_is_handed_back_the_assistant_goes_on_without_another_handoff(
        self, desk: Desk
    ) -> None:
        conversation = desk.ask()
        desk.service.resolve(conversation, KEY)
        desk.say(conversation, "It broke again", "1")
        desk.service.hand_back(desk.now(conversation), KEY)

        desk.say(conversation, "How long?", "2")

        assert desk.said(conversation)[-1] == "Reply to How long?"
        assert desk.kinds().count(EventKind.HANDED_OFF) == 2

    def test_what_its_customer_ended_goes_on_with_the_assistant(self, desk: Desk) -> None:
        conversation = desk.start()
        resolution = Resolution(Resolver.CUSTOMER, desk.clock(), is_confirmed=True)
        desk.service.move(conversation, lambda current: customer_ends(current, resolution))

        desk.say(conversation, "One more thing")

        assert desk.said(conversation) == ["One more thing", "Reply to One more thing"]

    def test_later_than_the_client_allows_a_new_one_is_needed(self, desk: Desk) -> None:
        conversation = desk.ask()
        desk.service.resolve(conversation, KEY)
        desk.clock.advance(PROFILE.reopen_hours * 3600 + 1)

        with pytest.raises(ConversationStateError, match="start a new one"):
            desk.say(conversation, "Hello?")

    @pytest.mark.parametrize("disposition", ["Spam", "solved", " "])
    def test_an_end_with_an_outcome_that_the_client_does_not_have_is_refused(
        self, desk: Desk, disposition: str
    ) -> None:
        conversation = desk.ask()

        with pytest.raises(UnknownDispositionError, match="'answered', 'action taken'"):
            desk.service.resolve(conversation, KEY, disposition)
        assert desk.now(conversation).state is ConversationState.QUEUED

    def test_a_client_names_its_own_outcomes(self, desk: Desk) -> None:
        desk.directory.profile = PROFILE.model_copy(update={"dispositions": ("solved",)})

        with pytest.raises(UnknownDispositionError):
            desk.service.resolve(desk.ask(), KEY, "answered")
        resolved = desk.service.resolve(desk.ask(), KEY, "solved").conversation
        assert resolved.resolution is not None
        assert resolved.resolution.disposition == "solved"

    def test_an_end_while_a_message_comes_in_takes_it_up_again(self, desk: Desk) -> None:
        before = desk.ask()
        desk.service.resolve(before, KEY)

        exchange = desk.conversing.receive(before, "Wait", "1")

        assert exchange.conversation.state is ConversationState.QUEUED


class TestReplies:
    def test_a_guard_reads_a_reply_before_it_is_stored(self, desk: Desk) -> None:
        seen: list[tuple[str, frozenset[str]]] = []

        class StoppedError(Exception):
            pass

        def guard(conversation: Conversation, text: str, confirmed: frozenset[str]) -> None:
            assert conversation.client_id == ACME
            seen.append((text, confirmed))
            if "internal" not in confirmed:
                raise StoppedError

        desk.service._guard = guard
        conversation = desk.ask()
        with pytest.raises(StoppedError):
            desk.service.reply(conversation, KEY, "Draft", "1")
        desk.service.reply(conversation, KEY, "Draft", "1", confirmed=frozenset({"internal"}))

        assert seen == [("Draft", frozenset()), ("Draft", frozenset({"internal"}))]
        assert desk.said(conversation)[1:] == ["Draft"]

    def test_a_reply_names_its_agent_and_the_suggestion_it_was_made_from(self, desk: Desk) -> None:
        conversation = desk.ask()
        desk.service.reply(conversation, actor_of(ANA), "Hello", "1", suggestion_id="s1", user=ANA)

        [*_, reply] = desk.store.list_messages(conversation.id, 0, 100)
        assert (reply.author, reply.author_id, reply.author_name) == (Author.AGENT, "ana", "Ana")
        assert reply.suggestion_id == "s1"

    def test_a_note_reaches_no_customer(self, desk: Desk) -> None:
        conversation = desk.ask()
        desk.service.add_note(conversation, actor_of(ANA), "secret")

        assert "secret" not in desk.said(conversation)
        everything = desk.store.list_messages(conversation.id, 0, 9, Audience.INTERNAL)
        assert everything[-1].text == "secret"

    def test_who_has_it_is_told_to_the_next(self, desk: Desk) -> None:
        conversation = desk.ask()
        desk.service.claim(conversation, ANA)

        with pytest.raises(AlreadyTakenError, match="Taken by Ana"):
            desk.service.claim(conversation, BEN)
        assert desk.status(conversation).agent_name == "Ana"


class TestTyping:
    def test_an_agents_typing_shows_for_some_seconds(self, desk: Desk) -> None:
        conversation = desk.ask()
        desk.typing.note(conversation, CUSTOMER)
        assert not desk.status(conversation).is_agent_typing

        desk.typing.note(conversation, "Ana")
        assert desk.status(conversation).is_agent_typing
        desk.clock.advance(TYPING_LIFE.total_seconds())
        assert not desk.status(conversation).is_agent_typing
        assert desk.typing.list_new([ACME], 0) == []

    def test_new_signs_are_listed_once_for_their_clients(self, desk: Desk) -> None:
        conversation = desk.ask()
        desk.typing.note(conversation, CUSTOMER)
        desk.typing.note(conversation, "Ana")

        signs = desk.typing.list_new([ACME], 0)

        assert [sign.who for sign in signs] == [CUSTOMER, "Ana"]
        assert desk.typing.list_new([ACME], signs[-1].number) == []
        assert desk.typing.list_new([ClientId("other")], 0) == []
