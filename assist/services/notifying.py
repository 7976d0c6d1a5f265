"""Turns events into deliveries to other systems, and works the deliveries off."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from standardwebhooks.webhooks import Webhook as Signer

from assist.domain.conversation import ConversationId, Message
from assist.domain.deliveries import (
    GONE,
    Answer,
    Delivery,
    DeliveryState,
    Target,
    TargetKind,
    after_attempt,
)
from assist.domain.exchange import Event, EventId, EventKind
from assist.domain.webhooks import WebhookId, event_payload
from assist.ports import Clock, ConversationStore, Outbox
from assist.ports.webhooks import (
    Call,
    DeliveryArchive,
    DeliveryQueue,
    HttpSender,
    WebhookStore,
)
from knowledge_base.models import Audience

BATCH = 100
EVENT_LEASE = timedelta(seconds=30)
DELIVERY_LEASE = timedelta(seconds=120)
"""Longer than any attempt may take: what is still being sent is not sent again."""

KEPT = timedelta(days=30)
"""How long finished deliveries can be looked up and dead ones retried."""

_logger = logging.getLogger(__name__)


class Router(Protocol):
    """Says who has to be told of an event."""

    def targets(self, event: Event) -> Sequence[Target]:
        """Return the receivers; the order is that of the deliveries."""


class Courier(Protocol):
    """Brings deliveries to one kind of receiver."""

    def send(self, delivery: Delivery) -> Answer:
        """Try once; a delivery that nobody needs any more counts as delivered."""

    def give_up(self, delivery: Delivery) -> None:
        """Tell who should know that a delivery is dead."""


class NotifyingService:
    """Takes events from the outbox and brings them to everybody concerned, at least once."""

    def __init__(
        self,
        outbox: Outbox,
        queue: DeliveryQueue,
        archive: DeliveryArchive,
        routers: Sequence[Router],
        couriers: Mapping[TargetKind, Courier],
        clock: Clock,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._queue = queue
        self._archive = archive
        self._routers = routers
        self._couriers = couriers
        self._clock = clock
        self._jitter = jitter

    def dispatch(self) -> int:
        """Make deliveries of the next events and return how many events there were.

        The events are forgotten only when their deliveries are stored. One that cannot be routed
        comes again with those behind it in its conversation, and holds up no other one.
        """
        now = self._clock()
        events = self._outbox.claim_events(now, now + EVENT_LEASE, BATCH)
        stuck: set[ConversationId] = set()
        done: list[EventId] = []
        for event in events:
            if event.conversation_id not in stuck and self._route(event, now):
                done.append(event.id)
            else:
                stuck.add(event.conversation_id)
        if done:
            self._outbox.acknowledge(done)
        return len(events)

    def _route(self, event: Event, now: datetime) -> bool:
        """Store an event's deliveries and say whether that went well."""
        try:
            targets = [target for router in self._routers for target in router.targets(event)]
            if targets:
                self._queue.add_deliveries(event, targets, now)
        except Exception:  # one client's fault must not hold up the events of the others
            _logger.exception("the event %s cannot be routed; it comes again", event.id)
            return False
        return True

    def take(self) -> Delivery | None:
        """Take the next delivery; it must be delivered before its lease ends."""
        now = self._clock()
        return self._queue.claim_delivery(now, now + DELIVERY_LEASE)

    def deliver(self, delivery: Delivery) -> Delivery:
        """Try a taken delivery once and store what came of it."""
        courier = self._couriers[delivery.target.kind]
        try:
            answer = courier.send(delivery)
        except Exception as error:
            _logger.exception("the delivery %s failed", delivery.id)
            answer = Answer(error=f"unexpected {type(error).__name__}; the log has the details")
        attempted = after_attempt(delivery, answer, self._clock(), self._jitter())
        self._queue.save_delivery(attempted)
        if attempted.state is DeliveryState.DEAD:
            _logger.warning(
                "the delivery %s to %s is dead: %s",
                attempted.id,
                attempted.target.name,
                attempted.error,
            )
            courier.give_up(attempted)
        return attempted

    def prune(self) -> int:
        """Forget old deliveries and return how many."""
        return self._archive.prune(self._clock() - KEPT)


class WebhookCourier:
    """The `Router` and `Courier` of clients' webhooks."""

    def __init__(
        self,
        webhooks: WebhookStore,
        conversations: ConversationStore,
        sender: HttpSender,
        clock: Clock,
    ) -> None:
        self._webhooks = webhooks
        self._conversations = conversations
        self._sender = sender
        self._clock = clock

    def targets(self, event: Event) -> Sequence[Target]:
        """Return the active webhooks that want the event."""
        webhooks = self._webhooks.list_webhooks(event.client_id)
        if not webhooks:
            return []
        is_internal = _is_internal(self._message(event))
        return [
            Target(TargetKind.WEBHOOK, webhook.id)
            for webhook in webhooks
            if webhook.wants(event.kind, is_internal=is_internal)
        ]

    def send(self, delivery: Delivery) -> Answer:
        """Call the webhook; one that is disabled or gone, or asks for less now, gets nothing."""
        event = delivery.event
        webhook = self._webhooks.find_webhook(event.client_id, WebhookId(delivery.target.id))
        if webhook is None or webhook.disabled_at:
            return Answer(error="the webhook is disabled", is_final=True)
        conversation = self._conversations.find_conversation(event.client_id, event.conversation_id)
        if conversation is None:
            return Answer(error="the conversation is gone", is_final=True)
        message = self._message(event)
        if not webhook.wants(event.kind, is_internal=_is_internal(message)):
            return Answer()
        payload = event_payload(event, conversation, message)
        call = signed_call(webhook.url, webhook.secret, delivery, payload, self._clock)
        return self._sender.call(call)

    def give_up(self, delivery: Delivery) -> None:
        """Disable a webhook whose receiver says that it is gone."""
        if delivery.status != GONE:
            return
        webhook_id = WebhookId(delivery.target.id)
        webhook = self._webhooks.find_webhook(delivery.event.client_id, webhook_id)
        if webhook and not webhook.disabled_at:
            self._webhooks.update_webhook(
                replace(
                    webhook,
                    disabled_at=self._clock(),
                    disabled_reason="the receiver answered 410 Gone",
                )
            )

    def _message(self, event: Event) -> Message | None:
        """Return the message that the event is about, if it is about one."""
        if event.kind is not EventKind.MESSAGE_ADDED:
            return None
        return find_message(self._conversations, event)


def find_message(conversations: ConversationStore, event: Event) -> Message | None:
    """Return the message with the event's sequence, a note too."""
    found = conversations.list_messages(
        event.conversation_id, event.sequence - 1, 1, Audience.INTERNAL
    )
    return found[0] if found else None


def _is_internal(message: Message | None) -> bool:
    return message is not None and message.audience is Audience.INTERNAL


def signed_call(
    url: str, secret: str, delivery: Delivery, payload: Mapping[str, object], clock: Clock
) -> Call:
    """Return the request of a delivery with the headers of Standard Webhooks."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    now = clock()
    headers = {
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(delivery.message_id, now, body),
    }
    return Call(url, body.encode(), headers)
