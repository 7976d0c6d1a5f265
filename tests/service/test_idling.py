"""Conversations that customers have left: ended once, counted as before, and taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assist.bootstrap import Container, Settings, build_container
from assist.domain.conversation import Author, Conversation, ConversationState, Resolver
from assist.domain.desk_moves import Actor
from assist.domain.desk_report import Figures
from assist.domain.desk_rows import DayRange
from assist.domain.exchange import EventKind
from tests.conversation_fakes import ScriptedAnswering
from tests.fakes import ACME, NOON, FakeClock

HOUR_S = 3600.0
ANA = Actor(None, "Ana")


@dataclass
class Office:
    """An installation with one client, a scripted assistant and a clock to turn."""

    container: Container
    clock: FakeClock
    answering: ScriptedAnswering = field(default_factory=ScriptedAnswering)

    def start(self, *texts: str) -> Conversation:
        started, _ = self.container.desk.start(ACME)
        for text in texts:
            self.say(started, text)
        return started

    def say(self, conversation: Conversation, text: str) -> None:
        self.container.conversing.receive(self.now(conversation), text, text)

    def now(self, conversation: Conversation) -> Conversation:
        found = self.container.conversations.find_conversation(ACME, conversation.id)
        assert found is not None
        return found

    def pass_hours(self, hours: float) -> int:
        """Let time pass and return how many conversations were ended by it."""
        self.clock.advance(hours * HOUR_S)
        return self.container.idling.resolve_idle()

    def figures(self) -> Figures:
        days = DayRange(NOON.date(), NOON.date())
        return self.container.reporting.report([ACME], days).clients[ACME]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = FakeClock()
    container = build_container(Settings(home=tmp_path / "home"), clock=clock)
    office = Office(container, clock)
    vars(container)["answering"] = office.answering
    container.clients.add(ACME, {"name": "Acme"})
    yield office
    container.close()


def test_a_conversation_is_ended_a_day_after_the_last_word(office: Office) -> None:
    conversation = office.start("How long?")

    assert office.pass_hours(23.9) == 0
    assert office.pass_hours(0.1) == 1

    resolution = office.now(conversation).resolution
    assert resolution is not None
    assert (resolution.by, resolution.at) == (Resolver.IDLE, office.clock())
    *_, notice = office.container.conversations.list_messages(conversation.id, 0, 9)
    assert (notice.author, notice.text[:28]) == (Author.SYSTEM, "This conversation is closed.")


def test_a_client_sets_how_long_its_customers_may_be_silent(office: Office) -> None:
    office.container.clients.update(ACME, {"name": "Acme", "idle_hours": 2})
    office.start("How long?")

    assert [office.pass_hours(1.9), office.pass_hours(0.1)] == [0, 1]


def test_what_is_ended_is_ended_and_told_once(office: Office) -> None:
    office.start("How long?")
    office.clock.advance(25 * HOUR_S)
    idling = office.container.idling
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: idling.resolve_idle(), range(4)))

    assert idling.resolve_idle() == 0
    events = office.container.outbox.claim_events(office.clock(), office.clock(), 100)
    assert [each.kind for each in events].count(EventKind.RESOLVED) == 1


def test_a_word_in_time_keeps_a_conversation_open(office: Office) -> None:
    conversation = office.start("How long?")
    office.pass_hours(23)
    office.say(conversation, "And what does it cost?")

    assert office.pass_hours(23) == 0
    assert office.now(conversation).state is ConversationState.ASSISTANT


def test_a_word_at_the_last_moment_is_not_passed_over(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = office.start("How long?")
    move = office.container.desk.move

    def late(*arguments: Any) -> Any:
        office.say(conversation, "Still there?")
        return move(*arguments)

    monkeypatch.setattr(office.container.desk, "move", late)

    assert office.pass_hours(24) == 0
    assert office.now(conversation).state is ConversationState.ASSISTANT


def test_what_people_have_is_never_idle(office: Office) -> None:
    office.container.desk.ask_for_person(office.start("Help"))
    asked = office.container.desk.ask_for_person(office.start("Help")).conversation
    office.container.desk.reply(asked, ANA, "Hello", "1")

    assert office.pass_hours(100) == 0


def test_what_was_handed_back_is_ended(office: Office) -> None:
    asked = office.container.desk.ask_for_person(office.start("Help")).conversation
    office.container.desk.hand_back(asked, ANA)

    assert office.pass_hours(24) == 1
    assert office.figures().contained.count == 0


def test_a_message_without_its_reply_is_not_ended(office: Office) -> None:
    def crash(_: object) -> Any:
        raise KeyboardInterrupt

    office.answering.reply = crash
    conversation = office.start()
    with pytest.raises(KeyboardInterrupt):
        office.say(conversation, "How long?")

    assert office.pass_hours(48) == 0


def test_the_report_counts_it_once_and_as_before(office: Office) -> None:
    office.start("How long?")
    office.start()
    office.clock.advance(24 * HOUR_S)
    before = office.figures()

    assert office.container.idling.resolve_idle() == 2

    after = office.figures()
    assert before.assumed.count == after.assumed.count == 1
    assert before.ended == after.ended == 2
    assert before.contained == after.contained
    assert before.days == after.days


def test_a_customer_who_comes_back_goes_on_with_the_assistant(office: Office) -> None:
    conversation = office.start("How long?")
    office.pass_hours(24)
    office.say(conversation, "One more thing")

    assert office.now(conversation).state is ConversationState.ASSISTANT
    assert office.answering.questions[-1].messages[-1] == "One more thing"
    assert office.pass_hours(24) == 1


def test_one_that_cannot_be_ended_holds_up_no_other_one(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faulty, fine = office.start("One"), office.start("Two")
    move = office.container.desk.move

    def fail(conversation: Conversation, *arguments: Any) -> Any:
        if conversation.id == faulty.id:
            raise OSError("boom")
        return move(conversation, *arguments)

    monkeypatch.setattr(office.container.desk, "move", fail)

    assert office.pass_hours(24) == 1
    assert office.now(fine).state is ConversationState.RESOLVED
    assert faulty.id in caplog.text
