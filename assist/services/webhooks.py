"""Keeps the webhooks of clients, and lets people look after what was not delivered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from assist.domain.deliveries import (
    Delivery,
    DeliveryId,
    DeliveryState,
    Target,
    TargetKind,
    revived,
)
from assist.domain.errors import WebhookNotFoundError, WebhookStateError
from assist.domain.exchange import EventKind
from assist.domain.targets import check_target_url
from assist.domain.webhooks import MAX_WEBHOOKS, Webhook, WebhookId, new_secret
from assist.ports import Clock
from assist.ports.webhooks import DeliveryQueue, WebhookStore
from knowledge_base.models import ClientId

MAX_LISTED = 200
CONTACTS = tuple(str(kind) for kind in TargetKind if kind.is_contact)
"""What stands for a webhook's id where the deliveries of escalations are meant."""


class WebhookService:
    """Webhooks and their deliveries, always of one client."""

    def __init__(
        self,
        store: WebhookStore,
        queue: DeliveryQueue,
        clock: Clock,
        *,
        allow_private: bool,
        send_escalation_again: Callable[[Delivery], None],
    ) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._allow_private = allow_private
        self._send_escalation_again = send_escalation_again

    def add(
        self,
        client_id: ClientId,
        url: str,
        kinds: Sequence[EventKind] = (),
        *,
        include_internal: bool = False,
        description: str = "",
    ) -> Webhook:
        """Add a webhook with a new secret. Raises `InvalidTargetError`, `WebhookStateError`."""
        check_target_url(url, allow_private=self._allow_private)
        if len(self._store.list_webhooks(client_id)) >= MAX_WEBHOOKS:
            raise WebhookStateError(
                f"the client {client_id!r} has {MAX_WEBHOOKS} webhooks; remove one first"
            )
        webhook = Webhook(
            WebhookId(uuid4().hex),
            client_id,
            url,
            new_secret(),
            self._clock(),
            _unique(kinds),
            include_internal,
            description,
        )
        self._store.add_webhook(webhook)
        return webhook

    def get(self, client_id: ClientId, webhook_id: str) -> Webhook:
        """Return a webhook. Raises `WebhookNotFoundError`."""
        found = self._store.find_webhook(client_id, WebhookId(webhook_id))
        if found is None:
            raise WebhookNotFoundError(f"the client {client_id!r} has no webhook {webhook_id!r}")
        return found

    def list_all(self, client_id: ClientId) -> Sequence[Webhook]:
        """Return a client's webhooks, oldest first."""
        return self._store.list_webhooks(client_id)

    def change(
        self, client_id: ClientId, webhook_id: str, *, is_disabled: bool | None, **changes: Any
    ) -> Webhook:
        """Change some of url, kinds, include_internal and description, and turn it on or off.

        Raises `InvalidTargetError`, `WebhookNotFoundError`.
        """
        webhook = self.get(client_id, webhook_id)
        if "url" in changes:
            check_target_url(changes["url"], allow_private=self._allow_private)
        if "kinds" in changes:
            changes["kinds"] = _unique(changes["kinds"])
        if is_disabled is True and not webhook.disabled_at:
            changes |= {"disabled_at": self._clock(), "disabled_reason": "turned off"}
        if is_disabled is False:
            changes |= {"disabled_at": None, "disabled_reason": ""}
        changed = replace(webhook, **changes)
        self._store.update_webhook(changed)
        return changed

    def remove(self, client_id: ClientId, webhook_id: str) -> None:
        """Remove a webhook with its deliveries. Raises `WebhookNotFoundError`."""
        self._store.remove_webhook(client_id, self.get(client_id, webhook_id).id)

    def list_deliveries(
        self,
        client_id: ClientId,
        webhook_id: str,
        state: DeliveryState | None = None,
        limit: int = MAX_LISTED,
    ) -> Sequence[Delivery]:
        """Return a webhook's deliveries, newest first. Raises `WebhookNotFoundError`.

        `contact_mail` and `contact_webhook` stand for the ways of the client's escalations.
        """
        target = self._target(client_id, webhook_id)
        return self._queue.list_deliveries(client_id, target, state, limit)

    def retry(self, client_id: ClientId, webhook_id: str, delivery_id: int) -> Delivery:
        """Begin a dead delivery anew; an escalation that agents got back is sent as a new one.

        Raises `WebhookNotFoundError`, `WebhookStateError`, and for escalations
        `ConversationStateError` and `NoContactError`.
        """
        target = self._target(client_id, webhook_id)
        found = self._queue.find_delivery(client_id, DeliveryId(delivery_id))
        if found is None or found.target != target:
            raise WebhookNotFoundError(
                f"the webhook {webhook_id!r} has no delivery {delivery_id}; old ones are forgotten"
            )
        if found.state is not DeliveryState.DEAD:
            raise WebhookStateError(
                f"the delivery {delivery_id} is {str(found.state)!r}; only a dead one is retried"
            )
        if target.kind.is_contact:
            self._send_escalation_again(found)
        else:
            self._refuse_disabled(client_id, webhook_id)
        again = revived(found, self._clock())
        self._queue.save_delivery(again)
        return again

    def _target(self, client_id: ClientId, webhook_id: str) -> Target:
        if webhook_id in CONTACTS:
            return Target(TargetKind(webhook_id), client_id)
        return Target(TargetKind.WEBHOOK, self.get(client_id, webhook_id).id)

    def _refuse_disabled(self, client_id: ClientId, webhook_id: str) -> None:
        webhook = self.get(client_id, webhook_id)
        if webhook.disabled_at:
            raise WebhookStateError(
                f"the webhook {webhook_id!r} is disabled ({webhook.disabled_reason}); enable it "
                "first"
            )


def _unique(kinds: Sequence[EventKind]) -> tuple[EventKind, ...]:
    return tuple(dict.fromkeys(kinds))
