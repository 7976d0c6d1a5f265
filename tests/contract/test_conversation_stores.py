"""Conversations, their lists and the outbox: in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Barrier
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from assist.adapters.sql.conversation_lists import SqlConversationLists
from assist.adapters.sql.conversations import SqlConversationStore
from assist.adapters.sql.desk_lists import SqlDeskLists
from assist.adapters.sql.outbox import SqlOutbox
from assist.adapters.sql.queue_figures import SqlQueueFigures
from assist.domain.conversation import (
    Author,
    Channel,
    Conversation,
    ConversationId,
    ConversationState,
    Escalation,
    Handoff,
    HandoffOutcome,
    MessageDraft,
    Move,
    Resolution,
    Resolver,
    Step,
)
from assist.domain.customer import Customer
from assist.domain.decision import DecisionKind
from assist.domain.desk import DeskQuery, DeskView, Watermark, place_of
from assist.domain.desk_moves import Actor, ToAgent, claim, hand_back, transfer
from assist.domain.errors import AlreadyTakenError, ConversationNotFoundError, KeyReusedError
from assist.domain.exchange import EventKind, Exchange, QueuePlace, RequestKey
from assist.domain.facts import Fact, FactKind
from assist.domain.moves import queued, resolve, with_customer
from assist.domain.packet import HandoffPacket, Tried
from assist.domain.people import UserId
from assist.domain.rules import Priority
from assist.domain.turn import TurnId
from assist.ports import ConversationLists, ConversationStore, Outbox
from assist.ports.desk import DeskLists, QueueFigures
from knowledge_base.models import Audience, ClientId
from tests.conversation_fakes import CITATION, MemoryConversations, conversation
from tests.fakes import ACME, NOON, ZENITH, FakeClock

ONE = conversation().id
ANA = UserId("ana")
KEY = Actor(None, "")
LATER = NOON + timedelta(minutes=1)
EVERY_FIELD: dict[str, Any] = {
    "language": "fr",
    "state": ConversationState.RESOLVED,
    "handoff": Handoff(
        "lost_card",
        "fraud £",
        Priority.URGENT,
        NOON,
        skill="cards",
        deadline_at=LATER,
        is_after_hours=True,
        packet=HandoffPacket(
            "lost_card",
            "The card is lost.",
            facts=(Fact(FactKind.REFERENCE, "Order", "L-1"),),
            tried=(Tried("Where?", DecisionKind.ABSTAIN, "I don't know."),),
            passages=(CITATION,),
        ),
        number=2,
        claimed_at=LATER,
        claimed_by=ANA,
        first_reply_at=LATER,
        ended_at=LATER,
        outcome=HandoffOutcome.RESOLVED,
    ),
    "channel": Channel.WIDGET,
    "channel_ref": "site-1",
    "customer": Customer(
        "Zoë", "zoe@mail.example", "+44 1", "c-1", True, {"vip": True, "orders": 3}
    ),
    "assignee": ANA,
    "assignee_name": "Ána",
    "assigned_at": LATER,
    "last_agent": ANA,
    "escalation": Escalation(LATER, "it@acme.example", "digest"),
    "resolution": Resolution(Resolver.AGENT, LATER, "answered", "Sent £5.", is_confirmed=False),
    "reopened": 1,
    "handoffs": 2,
    "answers_after": 7,
}
LEASE = timedelta(seconds=30)


@dataclass
class Stores:
    conversations: ConversationStore
    lists: ConversationLists
    outbox: Outbox
    desk: DeskLists
    figures: QueueFigures

    def accept(self, text: str, key: str = "key", move: Move | None = None) -> Exchange:
        return self.conversations.accept(ONE, request(key, text), move or says(text))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Open stores of each kind with a conversation."""
    if request.param == "memory":
        memory = MemoryConversations()
        opened = Stores(memory, memory, memory, memory, memory)
    else:
        engine = request.getfixturevalue(
            {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}[request.param]
        )
        _add_clients(engine)
        opened = Stores(
            SqlConversationStore(engine, FakeClock()),
            SqlConversationLists(engine),
            SqlOutbox(engine),
            SqlDeskLists(engine),
            SqlQueueFigures(engine),
        )
    opened.conversations.add_conversation(conversation())
    return opened


def _add_clients(engine: Engine) -> None:
    from assist.adapters.sql.clients import SqlClientDirectory
    from assist.domain.client import ClientProfile

    for client_id in (ACME, ZENITH):
        SqlClientDirectory(engine).add_client(client_id, ClientProfile(name=client_id))


def request(key: str, text: str = "") -> RequestKey:
    return RequestKey.of("customer", key, text)


def draft(text: str) -> MessageDraft:
    return MessageDraft(Author.CUSTOMER, text, NOON)


def says(*texts: str, awaits_reply: bool = False) -> Move:
    """Add messages and leave the rest."""
    return lambda current: Step(current, tuple(draft(text) for text in texts), awaits_reply)


def rename(name: str) -> Move:
    return lambda current: with_customer(current, Customer(name))


def queues(handoff: Handoff) -> Move:
    return lambda current: Step(queued(current, handoff), (draft("Help"),))


def texts_of(exchange: Exchange) -> list[tuple[int, str]]:
    return [(message.sequence, message.text) for message in exchange.messages]


def stored(stores: Stores, after: int = 0, limit: int = 100) -> list[tuple[int, str]]:
    found = stores.conversations.list_messages(ONE, after, limit)
    return [(message.sequence, message.text) for message in found]


class TestConversations:
    def test_every_field_of_a_conversation_survives(self, stores: Stores) -> None:
        stores.accept("x", move=lambda current: Step(replace(current, **EVERY_FIELD)))

        assert stores.conversations.find_conversation(ACME, ONE) == replace(
            conversation(), **EVERY_FIELD, revision=1
        )

    def test_the_conversation_of_another_client_is_not_found(self, stores: Stores) -> None:
        assert stores.conversations.find_conversation(ZENITH, ONE) is None
        assert stores.conversations.find_conversation(ACME, ConversationId("other")) is None

    def test_a_conversation_that_does_not_exist_takes_no_message(self, stores: Stores) -> None:
        with pytest.raises(ConversationNotFoundError):
            stores.conversations.accept(ConversationId("other"), request("key"), says("Hi"))

    def test_every_field_of_a_message_survives(self, stores: Stores) -> None:
        reply = MessageDraft(
            Author.AGENT,
            "Hé 🙂\n",
            NOON,
            (CITATION,),
            TurnId("turn-1"),
            author_id=ANA,
            author_name="Ána",
            suggestion_id="suggestion-1",
        )

        [message] = stores.accept("x", move=lambda current: Step(current, (reply,))).messages

        assert list(stores.conversations.list_messages(ONE, 0, 9)) == [message]
        assert (message.conversation_id, message.sequence) == (ONE, 1)
        assert {name: getattr(message, name) for name in vars(reply)} == vars(reply)
        assert message.id

    def test_messages_are_numbered_from_one_without_gaps(self, stores: Stores) -> None:
        stores.accept("x", "a", says("one", "two"))
        stores.accept("x", "b", says())
        stores.accept("x", "c", says("three"))

        assert stored(stores) == [(1, "one"), (2, "two"), (3, "three")]

    def test_messages_are_listed_after_a_sequence_up_to_the_limit(self, stores: Stores) -> None:
        stores.accept("x", "a", says("one", "two", "three", "four"))

        assert stored(stores, after=1, limit=2) == [(2, "two"), (3, "three")]
        assert stored(stores, after=4) == []

    def test_notes_have_sequences_and_are_listed_for_agents_only(self, stores: Stores) -> None:
        note = replace(draft("secret"), audience=Audience.INTERNAL)
        stores.accept("x", "a", says("one"))
        stores.accept("x", "b", lambda current: Step(current, (note,)))
        stores.accept("x", "c", says("three"))

        everything = stores.conversations.list_messages(ONE, 1, 9, Audience.INTERNAL)
        assert stored(stores) == [(1, "one"), (3, "three")]
        assert stored(stores, after=1, limit=1) == [(3, "three")]
        assert [(each.sequence, each.text) for each in everything] == [(2, "secret"), (3, "three")]
        assert everything[0].audience is Audience.INTERNAL

    def test_every_change_makes_a_new_revision_at_its_time(self, stores: Stores) -> None:
        revisions = [
            stores.accept("x", str(number), move).conversation.revision
            for number, move in enumerate(
                [says("one", "two"), says(), rename("Zoë"), rename("Zoë")]
            )
        ]

        found = stores.conversations.find_conversation(ACME, ONE)
        assert revisions == [1, 1, 2, 2]
        assert found is not None
        assert (found.last_sequence, found.updated_at) == (2, NOON)

    def test_a_handoff_that_ended_is_kept_beside_the_next_one(self, stores: Stores) -> None:
        first = Handoff("one", "q", Priority.HIGH, NOON)
        stores.accept("x", "a", queues(first))
        stores.accept("x", "b", lambda current: hand_back(current, KEY, [], LATER))
        stores.accept("x", "c", queues(replace(first, reason="two")))

        found = stores.desk.list_handoffs(ONE)
        assert [(each.number, each.reason, each.ended_at) for each in found] == [
            (1, "one", LATER),
            (2, "two", None),
        ]
        assert found[0].outcome is HandoffOutcome.HANDED_BACK

    def test_each_conversation_has_its_own_numbers(self, stores: Stores) -> None:
        stores.accept("x")
        stores.conversations.add_conversation(conversation("conversation-2"))

        other = stores.conversations.accept(
            ConversationId("conversation-2"), request("key"), says("Hi")
        )

        assert texts_of(other) == [(1, "Hi")]


class TestRequests:
    def test_the_same_request_again_changes_nothing_and_returns_the_same(
        self, stores: Stores
    ) -> None:
        first = stores.accept("Hi")

        assert stores.accept("Hi") == first
        assert stored(stores) == [(1, "Hi")]

    def test_a_key_that_comes_with_another_text_is_refused(self, stores: Stores) -> None:
        stores.accept("Hi")

        with pytest.raises(KeyReusedError, match="Idempotency-Key"):
            stores.accept("Bye")

    def test_a_move_that_is_refused_leaves_no_trace(self, stores: Stores) -> None:
        def refuse(current: Conversation) -> Step:
            raise LookupError(current.id)

        with pytest.raises(LookupError):
            stores.accept("Hi", move=refuse)

        assert texts_of(stores.accept("Hi")) == [(1, "Hi")]

    def test_a_reply_joins_the_messages_of_its_request(self, stores: Stores) -> None:
        accepted = stores.accept("Hi", move=says("Hi", awaits_reply=True))
        stores.accept("And?", "other")

        completed = stores.conversations.complete(ONE, accepted.key, says("Hello"))

        assert texts_of(completed) == [(1, "Hi"), (3, "Hello")]
        assert (accepted.awaits_reply, completed.awaits_reply) == (True, False)
        assert stores.accept("Hi") == completed

    def test_a_reply_is_added_once(self, stores: Stores) -> None:
        key = stores.accept("Hi", move=says("Hi", awaits_reply=True)).key
        first = stores.conversations.complete(ONE, key, says("Hello"))

        assert stores.conversations.complete(ONE, key, says("Hello again")) == first
        assert stored(stores) == [(1, "Hi"), (2, "Hello")]

    def test_a_request_without_a_message_is_remembered_too(self, stores: Stores) -> None:
        key = stores.accept("Hi", move=says("Hi", awaits_reply=True)).key
        stores.conversations.complete(ONE, key, says())

        assert stores.lists.list_unanswered() == []
        assert texts_of(stores.conversations.complete(ONE, key, says("Late"))) == [(1, "Hi")]

    def test_a_move_sees_the_conversation_as_it_is_now(self, stores: Stores) -> None:
        stores.accept("x", "a", queues(Handoff("r", "q", Priority.HIGH, NOON)))
        seen: list[Conversation] = []

        def look(current: Conversation) -> Step:
            seen.append(current)
            return Step(current)

        stores.accept("x", "b", look)

        assert [each.handoff and each.handoff.reason for each in seen] == ["r"]

    def test_messages_sent_at_the_same_time_leave_no_gap(self, stores: Stores) -> None:
        with ThreadPoolExecutor(4) as senders:
            sent = list(
                senders.map(lambda number: stores.accept("Hi", str(number % 12)), range(24))
            )

        assert [sequence for sequence, _ in stored(stores)] == list(range(1, 13))
        assert len({exchange.messages for exchange in sent}) == 12


class TestClaims:
    def test_of_agents_who_claim_at_once_exactly_one_wins(self, stores: Stores) -> None:
        stores.accept("x", "a", queues(Handoff("r", "q", Priority.HIGH, NOON)))
        barrier = Barrier(8)

        def try_to_claim(number: int) -> str:
            actor = Actor(UserId(f"user-{number}"), f"Agent {number}")
            barrier.wait(10)
            try:
                stores.accept(
                    "x", f"claim-{number}", lambda now: claim(now, actor, draft("Hi"), LATER)
                )
            except AlreadyTakenError as error:
                return error.name
            return ""

        with ThreadPoolExecutor(8) as agents:
            lost_to = list(agents.map(try_to_claim, range(8)))

        winner = lost_to.index("")
        assert lost_to.count("") == 1
        assert set(lost_to) == {"", f"Agent {winner}"}
        assert stores.desk.count_open([UserId(f"user-{number}") for number in range(8)]) == {
            f"user-{winner}": 1
        }
        [handoff] = stores.desk.list_handoffs(ONE)
        assert (handoff.claimed_by, handoff.claimed_at) == (f"user-{winner}", LATER)


class TestLists:
    def test_what_awaits_a_reply_is_listed_with_its_messages(self, stores: Stores) -> None:
        accepted = stores.accept("Hi", move=says("Hi", awaits_reply=True))
        stores.accept("Bye", "other")

        [found] = stores.lists.list_unanswered()
        assert (found.key, found.messages) == (accepted.key, accepted.messages)

    def test_the_queue_holds_the_most_urgent_then_the_longest_waiting(self, stores: Stores) -> None:
        waiting = [
            ("a", ACME, Priority.NORMAL, 0),
            ("b", ACME, Priority.URGENT, 9),
            ("c", ACME, Priority.HIGH, 1),
            ("d", ACME, Priority.URGENT, 2),
            ("e", ACME, Priority.URGENT, 2),
            ("f", ZENITH, Priority.URGENT, 0),
        ]
        _queue(stores, waiting)

        assert _queued(stores, ACME) == ["d", "e", "b", "c", "a"]
        assert _queued(stores, ZENITH) == ["f"]

    def test_a_page_of_the_queue_follows_the_last_place(self, stores: Stores) -> None:
        _queue(stores, [(name, ACME, Priority.HIGH, 0) for name in "abcd"])
        _queue(stores, [("e", ACME, Priority.NORMAL, 0), ("f", ACME, Priority.URGENT, 5)])
        pages: list[list[str]] = []
        after: QueuePlace | None = None

        while page := stores.lists.list_queued(ACME, after, 2):
            pages.append([each.id for each in page])
            after = QueuePlace.of(page[-1])

        assert pages == [["f", "a"], ["b", "c"], ["d", "e"]]

    def test_idle_is_what_the_assistant_has_and_nothing_has_changed_since(
        self, stores: Stores
    ) -> None:
        old = replace(conversation("old"), updated_at=NOON - LEASE)
        other = replace(conversation("other", ZENITH), updated_at=NOON - LEASE)
        handed = replace(conversation("handed"), state=ConversationState.QUEUED)
        new = replace(conversation("new"), updated_at=LATER)
        for each in (old, other, handed, new, conversation("owed")):
            stores.conversations.add_conversation(each)
        asks = says("How long?", awaits_reply=True)
        stores.conversations.accept(ConversationId("owed"), request("k", "How long?"), asks)

        def idle(until: datetime, limit: int = 10) -> list[str]:
            return [each.id for each in stores.lists.list_idle(ACME, until, limit)]

        assert idle(NOON) == ["old", ONE]
        assert idle(NOON, limit=1) == ["old"]
        assert idle(NOON - LEASE) == ["old"]
        assert idle(LATER) == ["old", ONE, "new"]

    def test_a_conversation_with_an_agent_is_not_in_the_queue(self, stores: Stores) -> None:
        stores.accept("x", "a", queues(Handoff("r", "q", Priority.HIGH, NOON)))
        taken = ConversationState.WITH_AGENT
        stores.accept("x", "b", lambda now: Step(replace(now, state=taken), (draft("I'm here"),)))

        assert _queued(stores, ACME) == []


def _queue(
    stores: Stores,
    waiting: Sequence[tuple[str, ClientId, Priority, int]],
    skills: Mapping[str, str] = MappingProxyType({}),
) -> None:
    for name, client_id, priority, minute in waiting:
        stores.conversations.add_conversation(conversation(name, client_id))
        queued_at = NOON + timedelta(minutes=minute)
        handoff = Handoff("reason", "queue", priority, queued_at, skills.get(name, ""))
        stores.conversations.accept(ConversationId(name), request("key"), queues(handoff))


def _queued(stores: Stores, client_id: ClientId) -> list[str]:
    return [each.id for each in stores.lists.list_queued(client_id, None, 100)]


class TestDesk:
    """Conversations a to f: see `fill`."""

    def fill(self, stores: Stores) -> None:
        """Queue a, b, c and f (of another client); d is with Ana, and e is resolved."""
        waiting = [
            ("a", ACME, Priority.NORMAL, 0),
            ("b", ACME, Priority.HIGH, 5),
            ("c", ACME, Priority.HIGH, 9),
            ("d", ACME, Priority.URGENT, 1),
            ("e", ACME, Priority.URGENT, 2),
            ("f", ZENITH, Priority.HIGH, 7),
        ]
        _queue(stores, waiting, skills={"b": "cards"})
        for name, move in {"d": gives_to_ana, "e": resolves}.items():
            stores.conversations.accept(ConversationId(name), request("then"), move)

    def names(self, stores: Stores, query: DeskQuery, limit: int = 100) -> list[str]:
        """Read a view in pages."""
        names: list[str] = []
        page = stores.desk.list_entries(query, None, limit)
        while page:
            names += [each.conversation.id for each in page]
            after = place_of(query, page[-1].conversation)
            page = stores.desk.list_entries(query, after, limit)
        return [name for name in names if name != ONE]

    @pytest.mark.parametrize("limit", [1, 2, 100])
    @pytest.mark.parametrize(
        ("clients", "skills", "expected"),
        [
            ({ACME, ZENITH}, None, "bfca"),
            ({ACME, ZENITH}, {"cards"}, "bfca"),
            ({ACME, ZENITH}, set(), "fcba"),
            ({ACME}, None, "bca"),
            ({ZENITH}, None, "f"),
            (set(), None, ""),
        ],
    )
    def test_the_queue_is_one_over_all_clients_with_own_skills_first(
        self,
        stores: Stores,
        clients: set[ClientId],
        skills: set[str] | None,
        expected: str,
        limit: int,
    ) -> None:
        self.fill(stores)
        own = frozenset(skills) if skills is not None else None
        query = DeskQuery(DeskView.WAITING, frozenset(clients), ANA, own)

        assert self.names(stores, query, limit) == list(expected)

    @pytest.mark.parametrize("limit", [1, 100])
    @pytest.mark.parametrize(
        ("view", "user", "expected"),
        [
            (DeskView.MINE, ANA, "d"),
            (DeskView.MINE, UserId("ben"), ""),
            (DeskView.MINE, None, ""),
            (DeskView.OPEN, ANA, "fdcba"),
            (DeskView.RESOLVED, ANA, "e"),
        ],
    )
    def test_the_other_views_are_read_from_the_newest_change_on(
        self, stores: Stores, view: DeskView, user: UserId | None, expected: str, limit: int
    ) -> None:
        self.fill(stores)
        query = DeskQuery(view, frozenset({ACME, ZENITH}), user)

        assert self.names(stores, query, limit) == list(expected)

    def test_an_entry_has_what_was_said_last_without_notes_and_notices(
        self, stores: Stores
    ) -> None:
        note = replace(draft("secret"), audience=Audience.INTERNAL)
        notice = replace(draft("You are number 1."), author=Author.SYSTEM)
        stores.accept("x", "a", says("one", "two"))
        stores.accept("x", "b", lambda current: Step(current, (note, notice)))

        [entry] = stores.desk.list_entries(DeskQuery(DeskView.OPEN, frozenset({ACME})), None, 9)

        assert entry.last_message is not None
        assert (entry.last_message.text, entry.conversation.last_sequence) == ("two", 4)
        assert stores.desk.read_entries([entry.conversation.id]) == [entry]

    def test_what_only_the_assistant_has_may_be_left_out_once_it_is_old(
        self, stores: Stores
    ) -> None:
        self.fill(stores)
        both = frozenset({ACME, ZENITH})
        old, new = (
            {
                each.conversation.state
                for each in stores.desk.list_entries(
                    DeskQuery(DeskView.OPEN, both, untouched_until=until), None, 100
                )
            }
            for until in (LATER, NOON - LEASE)
        )

        assert new - old == {ConversationState.ASSISTANT}
        assert old == {ConversationState.QUEUED, ConversationState.WITH_AGENT}

    def test_changes_are_listed_behind_a_mark_in_order(self, stores: Stores) -> None:
        self.fill(stores)
        both = frozenset({ACME, ZENITH})
        first = stores.desk.list_changes(both, Watermark(NOON - LEASE, ConversationId("")), 3)
        rest = stores.desk.list_changes(both, first[-1].mark, 100)
        names = [each.mark.conversation_id for each in (*first, *rest)]
        entries = stores.desk.read_entries(names[::-1])

        assert names == sorted(names)
        assert len(names) == 7
        assert [Watermark.of(each.conversation) for each in entries] == [
            each.mark for each in reversed((*first, *rest))
        ]
        assert stores.desk.list_changes(both, Watermark(LATER, ConversationId("")), 9) == []
        assert stores.desk.list_changes(frozenset(), Watermark(NOON - LEASE, ONE), 9) == []

    def test_open_conversations_are_counted_by_agent(self, stores: Stores) -> None:
        self.fill(stores)

        assert stores.desk.count_open([ANA, UserId("ben")]) == {ANA: 1}

    def test_who_stands_before_a_handoff_in_its_queue_is_counted(self, stores: Stores) -> None:
        self.fill(stores)
        places = {
            name: stores.figures.count_ahead(client_id, handoff_of(stores, name, client_id))
            for name, client_id in [("a", ACME), ("b", ACME), ("c", ACME), ("f", ZENITH)]
        }
        elsewhere = replace(handoff_of(stores, "a", ACME), queue="other")

        assert places == {"a": 2, "b": 0, "c": 1, "f": 0}
        assert stores.figures.count_ahead(ACME, elsewhere) == 0

    def test_the_newest_waits_of_a_queue_are_known_but_not_those_after_hours(
        self, stores: Stores
    ) -> None:
        for minute in range(4):
            name = f"w{minute}"
            stores.conversations.add_conversation(conversation(name))
            handoff = Handoff("r", "queue", Priority.HIGH, NOON, is_after_hours=minute == 3)
            claimed_at = NOON + timedelta(minutes=minute)
            for key, move in (("a", queues(handoff)), ("b", gives_at(claimed_at))):
                stores.conversations.accept(ConversationId(name), request(key), move)

        assert stores.figures.list_waits_s(ACME, "queue", 2) == [120, 60]
        assert stores.figures.list_waits_s(ZENITH, "queue", 2) == []
        assert stores.figures.list_waits_s(ACME, "other", 2) == []


def gives_at(at: datetime) -> Move:
    target = ToAgent(ANA, "Ana")
    spare = Handoff("r", "q", Priority.HIGH, NOON)
    return lambda current: transfer(current, KEY, target, spare, [], at)


gives_to_ana = gives_at(LATER)


def resolves(current: Conversation) -> Step:
    return resolve(current, Resolution(Resolver.AGENT, LATER))


def handoff_of(stores: Stores, name: str, client_id: ClientId) -> Handoff:
    found = stores.conversations.find_conversation(client_id, ConversationId(name))
    assert found is not None
    assert found.handoff is not None
    return found.handoff


class TestOutbox:
    def test_messages_and_changes_of_state_make_events_in_order(self, stores: Stores) -> None:
        stores.accept("x", "a", says("one", "two"))
        stores.accept("x", "b", queues(Handoff("r", "q", Priority.HIGH, NOON)))

        events = stores.outbox.claim_events(NOON, NOON + LEASE, 10)

        assert [(event.kind, event.sequence, event.state) for event in events] == [
            (EventKind.MESSAGE_ADDED, 1, "assistant"),
            (EventKind.MESSAGE_ADDED, 2, "assistant"),
            (EventKind.MESSAGE_ADDED, 3, "queued"),
            (EventKind.STATE_CHANGED, 3, "queued"),
            (EventKind.HANDED_OFF, 3, "queued"),
        ]
        assert {(event.client_id, event.conversation_id) for event in events} == {(ACME, ONE)}
        assert {event.created_at for event in events} == {NOON}

    def test_a_claimed_event_comes_again_unless_it_is_acknowledged(self, stores: Stores) -> None:
        stores.accept("x", "a", says("one", "two"))
        first, second = stores.outbox.claim_events(NOON, NOON + LEASE, 10)

        stores.outbox.acknowledge([first.id])

        assert list(stores.outbox.claim_events(NOON + LEASE, NOON + 2 * LEASE, 10)) == []
        later = NOON + LEASE + timedelta(milliseconds=1)
        assert list(stores.outbox.claim_events(later, later + LEASE, 10)) == [second]

    def test_claims_at_the_same_time_take_different_events(self, stores: Stores) -> None:
        stores.accept("x", "a", says(*"abcdefghijkl"))

        with ThreadPoolExecutor(4) as consumers:
            claims = list(
                consumers.map(
                    lambda _: stores.outbox.claim_events(NOON, NOON + LEASE, 4), range(12)
                )
            )

        sequences = [event.sequence for claim in claims for event in claim]
        assert sorted(sequences) == list(range(1, 13))


def test_a_conversation_needs_its_client(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        SqlConversationStore(engine).add_conversation(conversation())
