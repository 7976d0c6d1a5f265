"""Webhooks, deliveries and Chatwoot links in memory, and receivers that answer as told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from threading import Lock

from assist.domain.chatwoot import ChatwootDesk, ChatwootLink
from assist.domain.conversation import ConversationId, ConversationState
from assist.domain.deliveries import Answer, Delivery, DeliveryId, DeliveryState, Target, TargetKind
from assist.domain.escalation import ReplyLink
from assist.domain.exchange import Event, EventId, EventKind
from assist.domain.webhooks import Webhook, WebhookId
from assist.ports.webhooks import Call, Letter
from assist.services.notifying import NotifyingService
from knowledge_base.models import ClientId
from tests.fakes import ACME, NOON


def make_event(
    number: int = 1,
    kind: EventKind = EventKind.MESSAGE_ADDED,
    conversation_id: str = "conversation-1",
    sequence: int = 1,
    state: ConversationState = ConversationState.ASSISTANT,
) -> Event:
    return Event(
        EventId(number), ACME, ConversationId(conversation_id), kind, sequence, state, NOON
    )


class MemoryWebhooks:
    """A `WebhookStore`, `DeliveryQueue` and `DeliveryArchive` in dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._webhooks: dict[WebhookId, Webhook] = {}
        self._deliveries: dict[DeliveryId, Delivery] = {}
        self._leases: dict[DeliveryId, datetime] = {}
        self._ids = count(1)

    def add_webhook(self, webhook: Webhook) -> None:
        self._webhooks[webhook.id] = webhook

    def find_webhook(self, client_id: ClientId, webhook_id: WebhookId) -> Webhook | None:
        found = self._webhooks.get(webhook_id)
        return found if found and found.client_id == client_id else None

    def list_webhooks(self, client_id: ClientId) -> Sequence[Webhook]:
        own = [each for each in self._webhooks.values() if each.client_id == client_id]
        return sorted(own, key=lambda each: (each.created_at, each.id))

    def update_webhook(self, webhook: Webhook) -> None:
        if self.find_webhook(webhook.client_id, webhook.id):
            self._webhooks[webhook.id] = webhook

    def remove_webhook(self, client_id: ClientId, webhook_id: WebhookId) -> None:
        if self.find_webhook(client_id, webhook_id):
            del self._webhooks[webhook_id]
            target = Target(TargetKind.WEBHOOK, webhook_id)
            for delivery in self.list_deliveries(client_id, target, None, 1000):
                del self._deliveries[delivery.id]

    def add_deliveries(self, event: Event, targets: Sequence[Target], now: datetime) -> None:
        with self._lock:
            known = {(each.event.id, each.target) for each in self._deliveries.values()}
            for target in targets:
                if (event.id, target) not in known:
                    delivery_id = DeliveryId(next(self._ids))
                    self._deliveries[delivery_id] = Delivery(delivery_id, event, target, now, now)

    def claim_delivery(self, now: datetime, lease_until: datetime) -> Delivery | None:
        with self._lock:
            waiting = [
                each for each in self._deliveries.values() if each.state is DeliveryState.WAITING
            ]
            busy = {each.target.name for each in waiting if self._is_leased(each, now)}
            passed = set()
            for delivery in waiting:
                lane = (delivery.target.name, delivery.event.conversation_id)
                is_next = lane not in passed and delivery.target.name not in busy
                if is_next and delivery.next_at <= now:
                    self._leases[delivery.id] = lease_until
                    return delivery
                passed.add(lane)
        return None

    def save_delivery(self, delivery: Delivery) -> None:
        self._leases.pop(delivery.id, None)
        if delivery.id in self._deliveries:
            self._deliveries[delivery.id] = delivery

    def list_deliveries(
        self, client_id: ClientId, target: Target, state: DeliveryState | None, limit: int
    ) -> Sequence[Delivery]:
        own = [
            each
            for each in self._deliveries.values()
            if each.event.client_id == client_id
            and each.target.name == target.name
            and state in {None, each.state}
        ]
        return sorted(own, key=lambda each: each.id, reverse=True)[:limit]

    def find_delivery(self, client_id: ClientId, delivery_id: DeliveryId) -> Delivery | None:
        found = self._deliveries.get(delivery_id)
        return found if found and found.event.client_id == client_id else None

    def list_of_event(self, event: Event) -> Sequence[Delivery]:
        return [each for each in self._deliveries.values() if each.event.id == event.id]

    def prune(self, before: datetime) -> int:
        old = [
            each.id
            for each in self._deliveries.values()
            if each.finished_at and each.finished_at < before
        ]
        for delivery_id in old:
            del self._deliveries[delivery_id]
        return len(old)

    def _is_leased(self, delivery: Delivery, now: datetime) -> bool:
        return delivery.id in self._leases and self._leases[delivery.id] >= now


class MemoryContacts:
    """A `ContactStore` in dictionaries."""

    def __init__(self) -> None:
        self._secrets: dict[ClientId, str] = {}
        self._links: dict[str, ReplyLink] = {}

    def get_secret(self, client_id: ClientId, new: str) -> str:
        return self._secrets.setdefault(client_id, new)

    def add_link(self, link: ReplyLink) -> None:
        self._links[link.digest] = link

    def find_link(self, digest: str) -> ReplyLink | None:
        return self._links.get(digest)


class MemoryChatwoot:
    """`ChatwootDesks` and `ChatwootLinks` in dictionaries."""

    def __init__(self) -> None:
        self._desks: dict[str, ChatwootDesk] = {}
        self._links: dict[tuple[str, int], ChatwootLink] = {}

    def add_desk(self, desk: ChatwootDesk) -> None:
        self._desks[desk.key] = desk

    def find_desk(self, key: str) -> ChatwootDesk | None:
        return self._desks.get(key)

    def list_desks(self, client_id: ClientId) -> Sequence[ChatwootDesk]:
        own = [each for each in self._desks.values() if each.client_id == client_id]
        return sorted(own, key=lambda each: (each.created_at, each.key))

    def save_link(self, link: ChatwootLink) -> None:
        self._links[link.desk_key, link.remote_id] = link

    def find_link(self, desk_key: str, remote_id: int) -> ChatwootLink | None:
        return self._links.get((desk_key, remote_id))

    def find_link_of(self, conversation_id: ConversationId) -> ChatwootLink | None:
        found = [each for each in self._links.values() if each.conversation_id == conversation_id]
        return found[0] if found else None


@dataclass
class ScriptedReceiver:
    """An `HttpSender` and a `Mailer` that remember what they sent and answer as told."""

    answer: Callable[[str], Answer] = lambda _: Answer(200)
    calls: list[Call] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    def call(self, call: Call) -> Answer:
        self.calls.append(call)
        return self.answer(call.url)

    def send(self, letter: Letter) -> Answer:
        self.letters.append(letter)
        return self.answer(letter.to)


def finished(delivery: Delivery, state: DeliveryState, at: datetime = NOON) -> Delivery:
    return replace(delivery, state=state, attempt=1, status=200, finished_at=at)


def drain(notifying: NotifyingService) -> list[Delivery]:
    """Do all that a worker would do now, and return what came of it."""
    while notifying.dispatch():
        pass
    done = []
    while taken := notifying.take():
        done.append(notifying.deliver(taken))
    return done
