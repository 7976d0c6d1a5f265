"""Conversations, their lists and the outbox: in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from assist.adapters.sql.conversation_lists import SqlConversationLists
from assist.adapters.sql.conversations import SqlConversationStore
from assist.adapters.sql.outbox import SqlOutbox
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationId,
    ConversationState,
    Handoff,
    MessageDraft,
    Move,
    Step,
)
from assist.domain.errors import ConversationNotFoundError, KeyReusedError
from assist.domain.exchange import EventKind, Exchange, QueuePlace, RequestKey
from assist.domain.rules import Priority
from assist.domain.turn import TurnId
from assist.ports import ConversationLists, ConversationStore, Outbox
from knowledge_base.models import ClientId
from tests.conversation_fakes import CITATION, MemoryConversations, conversation
from tests.fakes import ACME, NOON, ZENITH

ONE = conversation().id
LEASE = timedelta(seconds=30)


@dataclass
class Stores:
    conversations: ConversationStore
    lists: ConversationLists
    outbox: Outbox

    def accept(self, text: str, key: str = "key", move: Move | None = None) -> Exchange:
        return self.conversations.accept(ONE, request(key, text), move or says(text))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Open stores of each kind with a conversation."""
    if request.param == "memory":
        memory = MemoryConversations()
        opened = Stores(memory, memory, memory)
    else:
        engine = request.getfixturevalue(
            {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}[request.param]
        )
        _add_clients(engine)
        opened = Stores(
            SqlConversationStore(engine), SqlConversationLists(engine), SqlOutbox(engine)
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


def queues(handoff: Handoff) -> Move:
    def move(current: Conversation) -> Step:
        queued = replace(current, state=ConversationState.QUEUED, handoff=handoff)
        return Step(queued, (draft("Help"),))

    return move


def texts_of(exchange: Exchange) -> list[tuple[int, str]]:
    return [(message.sequence, message.text) for message in exchange.messages]


def stored(stores: Stores, after: int = 0, limit: int = 100) -> list[tuple[int, str]]:
    found = stores.conversations.list_messages(ONE, after, limit)
    return [(message.sequence, message.text) for message in found]


class TestConversations:
    def test_every_field_of_a_conversation_survives(self, stores: Stores) -> None:
        handoff = Handoff("lost_card", "fraud £", Priority.URGENT, NOON + LEASE)
        stores.accept("x", move=queues(handoff))

        assert stores.conversations.find_conversation(ACME, ONE) == replace(
            conversation(), state=ConversationState.QUEUED, handoff=handoff
        )

    def test_the_conversation_of_another_client_is_not_found(self, stores: Stores) -> None:
        assert stores.conversations.find_conversation(ZENITH, ONE) is None
        assert stores.conversations.find_conversation(ACME, ConversationId("other")) is None

    def test_a_conversation_that_does_not_exist_takes_no_message(self, stores: Stores) -> None:
        with pytest.raises(ConversationNotFoundError):
            stores.conversations.accept(ConversationId("other"), request("key"), says("Hi"))

    def test_every_field_of_a_message_survives(self, stores: Stores) -> None:
        reply = MessageDraft(Author.ASSISTANT, "Hé 🙂\n", NOON, (CITATION,), TurnId("turn-1"))

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
        handoff = Handoff("r", "q", Priority.HIGH, NOON)
        stores.accept("x", "a", queues(handoff))
        seen: list[Conversation] = []

        def look(current: Conversation) -> Step:
            seen.append(current)
            return Step(current)

        stores.accept("x", "b", look)

        assert [each.handoff for each in seen] == [handoff]

    def test_messages_sent_at_the_same_time_leave_no_gap(self, stores: Stores) -> None:
        with ThreadPoolExecutor(4) as senders:
            sent = list(
                senders.map(lambda number: stores.accept("Hi", str(number % 12)), range(24))
            )

        assert [sequence for sequence, _ in stored(stores)] == list(range(1, 13))
        assert len({exchange.messages for exchange in sent}) == 12


class TestLists:
    def test_what_awaits_a_reply_is_listed_with_its_messages(self, stores: Stores) -> None:
        accepted = stores.accept("Hi", move=says("Hi", awaits_reply=True))
        stores.accept("Bye", "other")

        assert list(stores.lists.list_unanswered()) == [accepted]

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

    def test_a_conversation_with_an_agent_is_not_in_the_queue(self, stores: Stores) -> None:
        stores.accept("x", "a", queues(Handoff("r", "q", Priority.HIGH, NOON)))
        taken = ConversationState.WITH_AGENT
        stores.accept("x", "b", lambda now: Step(replace(now, state=taken), (draft("I'm here"),)))

        assert _queued(stores, ACME) == []


def _queue(stores: Stores, waiting: Sequence[tuple[str, ClientId, Priority, int]]) -> None:
    for name, client_id, priority, minute in waiting:
        stores.conversations.add_conversation(conversation(name, client_id))
        handoff = Handoff("reason", "queue", priority, NOON + timedelta(minutes=minute))
        stores.conversations.accept(ConversationId(name), request("key"), queues(handoff))


def _queued(stores: Stores, client_id: ClientId) -> list[str]:
    return [each.id for each in stores.lists.list_queued(client_id, None, 100)]


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
