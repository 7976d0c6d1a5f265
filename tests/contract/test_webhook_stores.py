"""Webhooks, deliveries, contacts and Chatwoot links: in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from assist.adapters.sql.conversations import SqlConversationStore
from assist.adapters.sql.deliveries import SqlDeliveryQueue
from assist.adapters.sql.webhooks import (
    SqlChatwootDesks,
    SqlChatwootLinks,
    SqlContactStore,
    SqlWebhookStore,
)
from assist.domain.chatwoot import ChatwootDesk, ChatwootLink
from assist.domain.conversation import ConversationId, ConversationState
from assist.domain.deliveries import Delivery, DeliveryId, DeliveryState, Target, TargetKind
from assist.domain.escalation import ReplyLink
from assist.domain.exchange import EventKind
from assist.domain.webhooks import Webhook, WebhookId
from assist.ports.webhooks import (
    ChatwootDesks,
    ChatwootLinks,
    ContactStore,
    DeliveryArchive,
    DeliveryQueue,
    WebhookStore,
)
from tests.conversation_fakes import conversation
from tests.fakes import ACME, NOON, ZENITH
from tests.webhook_fakes import (
    MemoryChatwoot,
    MemoryContacts,
    MemoryWebhooks,
    finished,
    make_event,
)

LEASE = timedelta(seconds=60)
FIRST = Target(TargetKind.WEBHOOK, "first")
SECOND = Target(TargetKind.WEBHOOK, "second")
WEBHOOK = Webhook(WebhookId("first"), ACME, "https://hooks.example/é", "whsec_a", NOON)
DESK = ChatwootDesk("cw_1", ACME, "https://desk.example", 7, "api-token", "digest", NOON, "sign")


@dataclass
class Stores:
    webhooks: WebhookStore
    queue: DeliveryQueue
    archive: DeliveryArchive
    contacts: ContactStore
    desks: ChatwootDesks
    links: ChatwootLinks

    def add(self, number: int, *targets: Target, conversation_id: str = "conversation-1") -> None:
        event = make_event(number, conversation_id=conversation_id)
        self.queue.add_deliveries(event, targets or (FIRST,), NOON)

    def claim(self, after_s: float = 0) -> Delivery | None:
        now = NOON + timedelta(seconds=after_s)
        return self.queue.claim_delivery(now, now + LEASE)

    def take(self, after_s: float = 0) -> Delivery:
        taken = self.claim(after_s)
        assert taken is not None
        return taken

    def listed(self, target: Target = FIRST, state: DeliveryState | None = None) -> list[int]:
        found = self.queue.list_deliveries(ACME, target, state, 10)
        return [each.event.id for each in found]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Open stores of each kind; there are two clients and two conversations."""
    if request.param == "memory":
        memory, chatwoot = MemoryWebhooks(), MemoryChatwoot()
        return Stores(memory, memory, memory, MemoryContacts(), chatwoot, chatwoot)
    name = {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}[request.param]
    engine = request.getfixturevalue(name)
    _fill(engine)
    queue = SqlDeliveryQueue(engine)
    return Stores(
        SqlWebhookStore(engine),
        queue,
        queue,
        SqlContactStore(engine),
        SqlChatwootDesks(engine),
        SqlChatwootLinks(engine),
    )


def _fill(engine: object) -> None:
    from sqlalchemy import Engine

    from assist.adapters.sql.clients import SqlClientDirectory
    from assist.domain.client import ClientProfile

    assert isinstance(engine, Engine)
    for client_id in (ACME, ZENITH):
        SqlClientDirectory(engine).add_client(client_id, ClientProfile(name=client_id))
    for name in ("conversation-1", "conversation-2"):
        SqlConversationStore(engine).add_conversation(conversation(name))


class TestWebhooks:
    def test_every_field_of_a_webhook_survives(self, stores: Stores) -> None:
        full = replace(
            WEBHOOK,
            kinds=(EventKind.ESCALATED, EventKind.MESSAGE_ADDED),
            include_internal=True,
            description="Desk £",
            disabled_at=NOON + LEASE,
            disabled_reason="gone",
        )
        stores.webhooks.add_webhook(full)

        assert stores.webhooks.find_webhook(ACME, full.id) == full

    def test_webhooks_of_another_client_are_not_seen(self, stores: Stores) -> None:
        stores.webhooks.add_webhook(WEBHOOK)

        assert stores.webhooks.find_webhook(ZENITH, WEBHOOK.id) is None
        assert list(stores.webhooks.list_webhooks(ZENITH)) == []

    def test_webhooks_are_listed_oldest_first(self, stores: Stores) -> None:
        newer = replace(WEBHOOK, id=WebhookId("a"), created_at=NOON + LEASE)
        stores.webhooks.add_webhook(newer)
        stores.webhooks.add_webhook(WEBHOOK)

        assert list(stores.webhooks.list_webhooks(ACME)) == [WEBHOOK, newer]

    def test_a_change_is_stored_and_adds_nothing(self, stores: Stores) -> None:
        changed = replace(WEBHOOK, url="https://other.example", kinds=(EventKind.RESOLVED,))
        stores.webhooks.update_webhook(changed)
        stores.webhooks.add_webhook(WEBHOOK)
        stores.webhooks.update_webhook(changed)

        assert list(stores.webhooks.list_webhooks(ACME)) == [changed]

    def test_a_removed_webhook_takes_its_deliveries_along(self, stores: Stores) -> None:
        stores.webhooks.add_webhook(WEBHOOK)
        stores.add(1, FIRST, SECOND)

        stores.webhooks.remove_webhook(ZENITH, WEBHOOK.id)
        assert stores.listed(FIRST) == [1]
        stores.webhooks.remove_webhook(ACME, WEBHOOK.id)

        assert stores.webhooks.find_webhook(ACME, WEBHOOK.id) is None
        assert (stores.listed(FIRST), stores.listed(SECOND)) == ([], [1])


class TestDeliveries:
    def test_every_field_of_a_delivery_survives(self, stores: Stores) -> None:
        event = make_event(7, EventKind.HANDED_OFF, sequence=3, state=ConversationState.QUEUED)
        target = Target(TargetKind.CHATWOOT, "cw_1", "note")
        stores.queue.add_deliveries(event, [target], NOON)

        taken = stores.take()

        assert taken == Delivery(taken.id, event, target, NOON, NOON)

    def test_the_same_event_is_stored_once_for_each_receiver(self, stores: Stores) -> None:
        stores.add(1)
        stores.add(1, FIRST, SECOND, replace(FIRST, part="note"))

        assert stores.listed(FIRST) == [1, 1]
        assert stores.listed(SECOND) == [1]

    def test_nothing_is_claimed_from_an_empty_queue(self, stores: Stores) -> None:
        assert stores.claim() is None

    def test_a_claimed_delivery_comes_again_when_its_lease_ends(self, stores: Stores) -> None:
        stores.add(1)
        taken = stores.take()

        assert stores.claim(after_s=59) is None
        assert stores.take(after_s=61) == taken

    def test_a_receiver_gets_one_delivery_at_a_time(self, stores: Stores) -> None:
        stores.add(1, FIRST, SECOND)
        stores.add(2, FIRST, conversation_id="conversation-2")

        assert [stores.take().target, stores.take().target] == [FIRST, SECOND]
        assert stores.claim() is None

    def test_a_delivery_is_claimed_once_its_time_has_come(self, stores: Stores) -> None:
        stores.add(1)
        later = replace(stores.take(), next_at=NOON + timedelta(seconds=30), attempt=1)
        stores.queue.save_delivery(later)

        assert stores.claim(after_s=29) is None
        assert stores.take(after_s=30) == later

    def test_a_failing_delivery_stops_only_its_conversation(self, stores: Stores) -> None:
        stores.add(1)
        stores.add(2)
        stores.add(3, conversation_id="conversation-2")
        failed = replace(stores.take(), next_at=NOON + timedelta(seconds=30))
        stores.queue.save_delivery(failed)

        assert stores.take().event.id == 3

    def test_a_dead_delivery_stops_nothing(self, stores: Stores) -> None:
        stores.add(1)
        stores.add(2)
        stores.queue.save_delivery(finished(stores.take(), DeliveryState.DEAD))

        assert stores.take().event.id == 2
        assert stores.listed(state=DeliveryState.DEAD) == [1]

    def test_the_outcome_of_an_attempt_is_stored(self, stores: Stores) -> None:
        stores.add(1)
        taken = stores.take()
        dead = replace(finished(taken, DeliveryState.DEAD), status=500, error="boom", attempt=7)
        stores.queue.save_delivery(dead)

        assert stores.queue.find_delivery(ACME, taken.id) == dead
        assert stores.queue.find_delivery(ZENITH, taken.id) is None
        assert stores.queue.find_delivery(ACME, DeliveryId(taken.id + 1)) is None

    def test_deliveries_are_listed_newest_first_up_to_the_limit(self, stores: Stores) -> None:
        for number in (1, 2, 3):
            stores.add(number)

        page = stores.queue.list_deliveries(ACME, FIRST, DeliveryState.WAITING, 2)
        assert [each.event.id for each in page] == [3, 2]
        assert list(stores.queue.list_deliveries(ZENITH, FIRST, None, 2)) == []

    def test_all_deliveries_of_an_event_are_listed(self, stores: Stores) -> None:
        stores.add(1, FIRST, SECOND)
        stores.add(2, FIRST)

        found = stores.archive.list_of_event(make_event(1))

        assert [(each.event.id, each.target) for each in found] == [(1, FIRST), (1, SECOND)]

    def test_only_finished_deliveries_are_pruned(self, stores: Stores) -> None:
        stores.add(1)
        stores.add(2)
        stores.queue.save_delivery(finished(stores.take(), DeliveryState.DELIVERED))

        assert stores.archive.prune(NOON) == 0
        assert stores.archive.prune(NOON + LEASE) == 1
        assert stores.listed() == [2]

    def test_workers_at_the_same_time_never_get_the_same_delivery(self, stores: Stores) -> None:
        for number in range(1, 9):
            stores.add(number, Target(TargetKind.WEBHOOK, f"hook-{number}"))

        with ThreadPoolExecutor(4) as pool:
            claimed = list(pool.map(lambda _: stores.claim(), range(16)))

        taken = [each.id for each in claimed if each]
        assert len(taken) == len(set(taken))
        while again := stores.claim():
            taken.append(again.id)
        assert len(taken) == 8


class TestContacts:
    def test_a_client_keeps_its_first_key(self, stores: Stores) -> None:
        assert stores.contacts.get_secret(ACME, "whsec_a") == "whsec_a"
        assert stores.contacts.get_secret(ACME, "whsec_b") == "whsec_a"
        assert stores.contacts.get_secret(ZENITH, "whsec_c") == "whsec_c"

    def test_a_link_is_found_by_its_digest(self, stores: Stores) -> None:
        link = ReplyLink("d" * 64, ACME, ConversationId("conversation-1"), NOON, NOON + LEASE)
        stores.contacts.add_link(link)

        assert stores.contacts.find_link("d" * 64) == link
        assert stores.contacts.find_link("e" * 64) is None


class TestChatwoot:
    def test_a_desk_is_found_by_its_key(self, stores: Stores) -> None:
        stores.desks.add_desk(DESK)

        assert stores.desks.find_desk("cw_1") == DESK
        assert stores.desks.find_desk("cw_2") is None
        assert list(stores.desks.list_desks(ACME)) == [DESK]
        assert list(stores.desks.list_desks(ZENITH)) == []

    def test_a_link_leads_both_ways_and_is_replaced(self, stores: Stores) -> None:
        stores.desks.add_desk(DESK)
        first = ChatwootLink("cw_1", 5, ACME, ConversationId("conversation-1"), "pending")
        second = replace(first, conversation_id=ConversationId("conversation-2"))
        stores.links.save_link(first)
        assert stores.links.find_link_of(first.conversation_id) == first

        stores.links.save_link(second)

        assert stores.links.find_link("cw_1", 5) == second
        assert stores.links.find_link("cw_1", 6) is None
        assert stores.links.find_link_of(first.conversation_id) is None
