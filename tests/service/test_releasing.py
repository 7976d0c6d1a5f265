"""What a disabled agent had: free for everybody, with its place in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assist.bootstrap import Container, Settings, build_container
from assist.domain.conversation import Author, Conversation, ConversationState
from assist.domain.exchange import EventKind
from assist.domain.people import Role, User
from assist.services import releasing
from assist.services.desk import actor_of
from assist.services.people import NewUser, UserChange
from knowledge_base.models import Audience
from tests.fakes import ACME, FakeClock
from tests.people_fakes import PASSWORD, PlainPasswords

PROFILE = {"name": "Acme", "escalation": {"email": "ops@acme.example"}}


@dataclass
class Office:
    """An installation with one client and two agents."""

    container: Container
    clock: FakeClock

    def __post_init__(self) -> None:
        self.ana, self.ben = self.add_user("ana"), self.add_user("ben")

    def add_user(self, name: str) -> User:
        new = NewUser(f"{name}@bpo.example", name.title(), Role.AGENT, [ACME])
        return self.container.people.add(new, PASSWORD)

    def taken(self, by: User) -> Conversation:
        """Return a conversation that has waited a minute and that an agent then took."""
        started, _ = self.container.desk.start(ACME)
        asked = self.container.desk.ask_for_person(started).conversation
        self.clock.advance(60)
        return self.container.desk.claim(asked, by).conversation

    def disable(self, user: User) -> None:
        self.container.people.change(user.id, UserChange(disabled=True))

    def now(self, conversation: Conversation) -> Conversation:
        found = self.container.conversations.find_conversation(ACME, conversation.id)
        assert found is not None
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = FakeClock()
    container = build_container(Settings(home=tmp_path / "home"), clock=clock)
    vars(container)["passwords"] = PlainPasswords()
    container.clients.add(ACME, PROFILE)
    yield Office(container, clock)
    container.close()


def test_what_a_disabled_agent_had_waits_where_it_stood(office: Office) -> None:
    before = office.taken(office.ana)
    office.clock.advance(600)
    office.disable(office.ana)

    after = office.now(before)
    assert (after.state, after.assignee) == (ConversationState.QUEUED, None)
    assert before.handoff is not None
    assert after.handoff == before.handoff
    notes = office.container.conversations.list_messages(before.id, 0, 9, Audience.INTERNAL)
    assert notes[-1].author is Author.SYSTEM
    assert notes[-1].audience is Audience.INTERNAL
    assert notes[-1].text.startswith("Ana can no longer sign in.")
    events = office.container.outbox.claim_events(office.clock(), office.clock(), 100)
    assert events[-1].kind is EventKind.STATE_CHANGED
    assert events[-1].state is ConversationState.QUEUED


def test_a_colleague_takes_it_and_others_keep_theirs(office: Office) -> None:
    anas, bens = office.taken(office.ana), office.taken(office.ben)
    office.disable(office.ana)

    assert office.now(bens).assignee == office.ben.id
    taken = office.container.desk.claim(office.now(anas), office.ben).conversation
    assert taken.assignee == office.ben.id


def test_what_was_taken_from_the_assistant_gets_a_place_in_the_queue(office: Office) -> None:
    started, _ = office.container.desk.start(ACME)
    office.container.desk.claim(started, office.ana)
    office.disable(office.ana)

    after = office.now(started)
    assert after.state is ConversationState.QUEUED
    assert after.handoff is not None
    assert (after.handoff.reason, after.handoff.number) == ("agent_gone", 1)


def test_what_waits_for_its_client_goes_on_waiting_for_nobody_in_particular(
    office: Office,
) -> None:
    taken = office.taken(office.ana)
    office.container.desk.escalate(taken, actor_of(office.ana), "May we?")
    office.disable(office.ana)

    after = office.now(taken)
    assert (after.state, after.assignee) == (ConversationState.WAITING_ON_CLIENT, None)
    assert after.escalation is not None


def test_what_is_resolved_stays_the_agents(office: Office) -> None:
    taken = office.taken(office.ana)
    office.container.desk.resolve(taken, actor_of(office.ana))
    before = office.now(taken)
    office.disable(office.ana)

    assert office.now(taken) == before


def test_all_pages_are_given_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "PAGE", 2)
    held = [office.taken(office.ana) for _ in range(4)]
    office.disable(office.ana)

    assert {office.now(each).state for each in held} == {ConversationState.QUEUED}


def test_other_changes_of_an_agent_take_nothing_away(office: Office) -> None:
    taken = office.taken(office.ana)
    office.container.people.change(office.ana.id, UserChange(name="Anna"))

    assert office.now(taken) == taken
