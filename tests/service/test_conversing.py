"""A customer's message from its arrival to the stored reply, and the agents' part in it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import cast

import pytest

from assist.adapters.wakeups import InProcessWakeups
from assist.domain.client import ClientProfile
from assist.domain.conversation import Author, Conversation, ConversationId, Move
from assist.domain.desk_moves import Actor
from assist.domain.errors import KeyReusedError
from assist.domain.exchange import EventKind, Exchange, RequestKey
from assist.domain.turn import Question, Turn
from assist.services.answering import AnsweringService
from assist.services.capacity import CapacityService
from assist.services.clients import ClientService
from assist.services.conversing import ConversingService
from assist.services.desk import DeskService
from assist.services.handing_over import HandingOverService
from knowledge_base.models import Audience, ClientId
from tests.conversation_fakes import (
    CITATION,
    MemoryConversations,
    MemoryTurns,
    ScriptedAnswering,
    make_handoff,
    make_reply,
)
from tests.fakes import ACME, NOON, TODAY, FakeClock

PROFILE = ClientProfile(name="Acme", language="de")
KEY = Actor(None, "")
PLACE = "You are number 1 in the queue."


class OneClient:
    """A `ClientDirectory` with one client."""

    def add_client(self, client_id: ClientId, profile: ClientProfile) -> None:
        raise NotImplementedError

    update_client = add_client

    def get_client(self, client_id: ClientId) -> ClientProfile:
        assert client_id == ACME
        return PROFILE

    def list_clients(self) -> list[tuple[ClientId, ClientProfile]]:
        return [(ACME, PROFILE)]


class Wakeups(InProcessWakeups):
    """Remembers who was woken."""

    def __init__(self) -> None:
        super().__init__()
        self.woken: list[ConversationId] = []

    def wake(self, conversation_id: ConversationId, client_id: ClientId) -> None:
        assert client_id == ACME
        self.woken.append(conversation_id)


@dataclass
class Desk:
    """A conversation with all that takes part in it."""

    store: MemoryConversations = field(default_factory=MemoryConversations)
    answering: ScriptedAnswering = field(default_factory=ScriptedAnswering)
    wakeups: Wakeups = field(default_factory=Wakeups)

    def __post_init__(self) -> None:
        clients, clock = ClientService(OneClient()), FakeClock()
        answering = cast("AnsweringService", self.answering)
        handing_over = HandingOverService(self.store, MemoryTurns(), self.store, clients, clock)
        self.conversing = ConversingService(
            self.store, self.store, answering, handing_over, clients, self.wakeups, clock
        )
        self.agents = DeskService(
            self.store, clients, handing_over, CapacityService(self.store), self.wakeups, clock
        )
        self.conversation = self.agents.start(ACME)[0]

    def now(self) -> Conversation:
        found = self.store.find_conversation(ACME, self.conversation.id)
        assert found is not None
        return found

    def receive(self, text: str, key: str = "key") -> Exchange:
        return self.conversing.receive(self.now(), text, key)

    def said(self) -> list[tuple[Author, str]]:
        messages = self.store.list_messages(self.conversation.id, 0, 100)
        return [(message.author, message.text) for message in messages]

    def event_kinds(self) -> list[EventKind]:
        return [event.kind for event in self.store.claim_events(NOON, NOON, 100)]


@pytest.fixture
def desk() -> Desk:
    return Desk()


class CrashError(BaseException):
    """Stands for the end of the process."""


def crash(question: Question) -> Turn:
    raise CrashError(question.messages[-1])


def during_the_answer(
    action: Callable[[], object], make_turn: Callable[[Question], Turn] = make_reply
) -> Callable[[Question], Turn]:
    """Let something happen while the assistant is thinking."""

    def reply(question: Question) -> Turn:
        action()
        return make_turn(question)

    return reply


def test_a_message_is_stored_answered_and_announced(desk: Desk) -> None:
    exchange = desk.receive("Hi")

    assert desk.said() == [(Author.CUSTOMER, "Hi"), (Author.ASSISTANT, "Reply to Hi")]
    assert [message.sequence for message in exchange.messages] == [1, 2]
    assert exchange.messages[1].citations == (CITATION,)
    assert exchange.messages[1].turn_id == "turn-1"
    assert desk.wakeups.woken == [desk.conversation.id] * 2
    assert desk.event_kinds() == [EventKind.MESSAGE_ADDED] * 2


def test_the_message_is_stored_before_it_is_answered(desk: Desk) -> None:
    seen: list[object] = []
    desk.answering.reply = during_the_answer(lambda: seen.extend(desk.said()))

    desk.receive("Hi")

    assert seen == [(Author.CUSTOMER, "Hi")]


def test_the_assistant_sees_the_customers_earlier_messages_only(desk: Desk) -> None:
    for number, text in enumerate(["One", "Two", "Three"]):
        desk.receive(text, str(number))

    assert desk.answering.questions[-1] == Question(
        ACME, ("One", "Two", "Three"), Audience.PUBLIC, TODAY
    )


def test_a_message_that_came_during_the_answer_is_no_context_of_it(desk: Desk) -> None:
    desk.answering.reply = crash
    with pytest.raises(CrashError):
        desk.receive("One", "1")
    desk.answering.reply = make_reply
    desk.receive("Two", "2")

    desk.receive("One", "1")

    assert desk.answering.questions[-1].messages == ("One",)


def test_a_long_conversation_lends_only_its_last_messages(desk: Desk) -> None:
    for number in range(25):
        desk.receive(str(number), str(number))

    assert desk.answering.questions[-1].messages == tuple(str(n) for n in range(14, 25))


def test_the_same_key_returns_the_same_messages_and_is_answered_once(desk: Desk) -> None:
    first = desk.receive("Hi")

    assert desk.receive("Hi") == first
    assert len(desk.answering.questions) == 1
    assert len(desk.said()) == 2


def test_a_key_used_for_another_text_is_refused(desk: Desk) -> None:
    desk.receive("Hi")

    with pytest.raises(KeyReusedError):
        desk.receive("Bye")


def test_a_retry_completes_what_a_crash_interrupted(desk: Desk) -> None:
    desk.answering.reply = crash
    with pytest.raises(CrashError):
        desk.receive("Hi")
    assert desk.said() == [(Author.CUSTOMER, "Hi")]
    desk.answering.reply = make_reply

    exchange = desk.receive("Hi")

    assert [message.text for message in exchange.messages] == ["Hi", "Reply to Hi"]
    assert len(desk.said()) == 2


def test_a_start_answers_what_a_crash_left_over_once(desk: Desk) -> None:
    desk.answering.reply = crash
    with pytest.raises(CrashError):
        desk.receive("Hi")
    desk.answering.reply = make_reply

    assert [desk.conversing.answer_left_over() for _ in range(2)] == [1, 0]
    assert desk.said() == [(Author.CUSTOMER, "Hi"), (Author.ASSISTANT, "Reply to Hi")]


class FaultError(Exception):
    """Stands for any fault of the assistant."""


def fail(question: Question) -> Turn:
    raise FaultError(question.messages[-1])


def test_a_message_that_cannot_be_answered_goes_to_a_person_and_the_customer_is_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.answering.reply = fail

    exchange = desk.receive("Hi")

    handoff = exchange.conversation.handoff
    assert handoff is not None
    assert (exchange.conversation.state, handoff.reason) == ("queued", "assistant_failed")
    assert desk.said() == [
        (Author.CUSTOMER, "Hi"),
        (Author.SYSTEM, f"{PROFILE.phrases.failed} {PLACE}"),
    ]
    assert "FaultError" in caplog.text
    assert desk.conversing.answer_left_over() == 0


def test_what_a_crash_left_over_goes_to_a_person_if_it_cannot_be_answered(desk: Desk) -> None:
    desk.answering.reply = crash
    with pytest.raises(CrashError):
        desk.receive("Hi")
    desk.answering.reply = fail

    assert desk.conversing.answer_left_over() == 1
    assert desk.now().state == "queued"
    assert desk.said()[-1] == (Author.SYSTEM, f"{PROFILE.phrases.failed} {PLACE}")


def test_one_message_that_cannot_be_stored_does_not_stop_the_others(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.answering.reply = crash
    for text in ("One", "Two"):
        with pytest.raises(CrashError):
            desk.receive(text, text)
    desk.answering.reply = make_reply
    complete = desk.store.complete

    def fail_once(conversation_id: ConversationId, key: RequestKey, move: Move) -> Exchange:
        if key.name.endswith("One"):
            raise FaultError
        return complete(conversation_id, key, move)

    desk.store.complete = fail_once  # type: ignore[method-assign]

    assert desk.conversing.answer_left_over() == 1
    assert desk.said()[-1] == (Author.ASSISTANT, "Reply to Two")
    assert "stays unanswered" in caplog.text


def test_requests_with_one_key_at_the_same_time_compute_one_answer(desk: Desk) -> None:
    is_asked, may_answer = Event(), Event()

    def think(question: Question) -> Turn:
        is_asked.set()
        assert may_answer.wait(10)
        return make_reply(question)

    desk.answering.reply = think
    with ThreadPoolExecutor(3) as senders:
        sent = [senders.submit(desk.receive, "Hi") for _ in range(3)]
        assert is_asked.wait(10)
        may_answer.set()
        exchanges = [each.result(10) for each in sent]

    assert len(desk.answering.questions) == 1
    assert {exchange.messages for exchange in exchanges} == {exchanges[0].messages}
    assert len(desk.said()) == 2


def test_a_handoff_is_queued_with_its_reply(desk: Desk) -> None:
    desk.answering.reply = make_handoff

    exchange = desk.receive("My card is gone")

    handoff = exchange.conversation.handoff
    assert exchange.conversation.state == "queued"
    assert handoff is not None
    assert (handoff.reason, handoff.queue, handoff.priority) == ("lost_card", "fraud", "urgent")
    assert desk.event_kinds() == [
        EventKind.MESSAGE_ADDED,
        EventKind.MESSAGE_ADDED,
        EventKind.MESSAGE_ADDED,
        EventKind.STATE_CHANGED,
        EventKind.HANDED_OFF,
    ]


def test_one_cause_makes_one_handoff_however_often_it_is_sent(desk: Desk) -> None:
    desk.answering.reply = make_handoff

    for key in ("1", "1", "2", "3"):
        desk.receive("My card is gone", key)

    assert desk.event_kinds().count(EventKind.HANDED_OFF) == 1
    assert len(desk.answering.questions) == 1


def test_two_messages_that_both_need_a_person_make_one_handoff(desk: Desk) -> None:
    def send_another() -> None:
        desk.answering.reply = make_handoff
        desk.receive("Did you hear?", "2")

    desk.answering.reply = during_the_answer(send_another, make_handoff)

    desk.receive("My card is gone", "1")

    assert [author for author, _ in desk.said()] == [
        Author.CUSTOMER,
        Author.CUSTOMER,
        Author.ASSISTANT,
        Author.SYSTEM,
    ]
    assert desk.event_kinds().count(EventKind.HANDED_OFF) == 1


def test_the_assistant_is_silent_while_people_handle_the_conversation(desk: Desk) -> None:
    desk.agents.ask_for_person(desk.now())
    desk.receive("Anyone?", "1")
    desk.agents.reply(desk.now(), KEY, "I'm Sam.", "1")
    exchange = desk.receive("Hello Sam", "2")

    assert [message.text for message in exchange.messages] == ["Hello Sam"]
    assert desk.answering.questions == []


@pytest.mark.parametrize("action", ["ask_for_person", "reply", "resolve"])
def test_people_who_come_in_during_the_answer_are_not_talked_over(desk: Desk, action: str) -> None:
    actions: dict[str, Callable[[], object]] = {
        "ask_for_person": lambda: desk.agents.ask_for_person(desk.now()),
        "reply": lambda: desk.agents.reply(desk.now(), KEY, "I'm Sam.", "1"),
        "resolve": lambda: desk.agents.resolve(desk.now(), KEY),
    }
    desk.answering.reply = during_the_answer(actions[action])

    exchange = desk.receive("Hi")

    assert Author.ASSISTANT not in [author for author, _ in desk.said()]
    assert [message.text for message in exchange.messages] == ["Hi"]
    assert desk.conversing.answer_left_over() == 0


def test_what_was_said_to_people_is_not_answered_after_handing_back(desk: Desk) -> None:
    desk.agents.ask_for_person(desk.now())
    desk.receive("Anyone?", "1")
    desk.agents.hand_back(desk.now(), KEY)

    assert desk.receive("Anyone?", "1").messages[-1].author is Author.CUSTOMER
    assert desk.conversing.answer_left_over() == 0
    assert desk.answering.questions == []


def test_the_assistant_answers_again_after_it_got_the_conversation_back(desk: Desk) -> None:
    desk.agents.ask_for_person(desk.now())
    desk.agents.reply(desk.now(), KEY, "I'm Sam.", "1")
    desk.agents.hand_back(desk.now(), KEY)
    desk.receive("One more thing")

    assert desk.said() == [
        (Author.SYSTEM, f"{PROFILE.phrases.handoff} {PLACE}"),
        (Author.AGENT, "I'm Sam."),
        (Author.SYSTEM, PROFILE.phrases.handed_back),
        (Author.CUSTOMER, "One more thing"),
        (Author.ASSISTANT, "Reply to One more thing"),
    ]


def test_what_agents_do_wakes_the_streams(desk: Desk) -> None:
    desk.agents.reply(desk.now(), KEY, "I'm Sam.", "1")
    desk.agents.hand_back(desk.now(), KEY)

    assert desk.wakeups.woken == [desk.conversation.id] * 2


def test_asking_twice_for_a_person_makes_one_handoff(desk: Desk) -> None:
    first = desk.agents.ask_for_person(desk.now())
    again = desk.agents.ask_for_person(desk.now())

    assert (len(first.messages), len(again.messages)) == (1, 0)
    assert desk.event_kinds().count(EventKind.HANDED_OFF) == 1


def test_an_agents_reply_is_sent_once_for_a_key(desk: Desk) -> None:
    first = desk.agents.reply(desk.now(), KEY, "I'm Sam.", "1")

    assert desk.agents.reply(desk.now(), KEY, "I'm Sam.", "1") == first
    assert len(desk.said()) == 1


def test_agent_and_customer_may_use_the_same_key(desk: Desk) -> None:
    desk.agents.reply(desk.now(), KEY, "Hi", "1")
    desk.receive("Hi", "1")

    assert desk.said() == [(Author.AGENT, "Hi"), (Author.CUSTOMER, "Hi")]


def test_a_conversation_speaks_the_clients_language_unless_told(desk: Desk) -> None:
    assert desk.conversation.language == "de"
    assert desk.agents.start(ACME, "fr")[0].language == "fr"


def test_every_conversation_has_a_token_of_its_own(desk: Desk) -> None:
    (one, first), (two, second) = (desk.agents.start(ACME) for _ in range(2))

    assert one.opens_with(first)
    assert two.opens_with(second)
    assert not one.opens_with(second)
