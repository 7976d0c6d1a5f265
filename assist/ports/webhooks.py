"""What the assistant needs from outside to tell other systems what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from assist.domain.chatwoot import ChatwootDesk, ChatwootLink
from assist.domain.conversation import ConversationId
from assist.domain.deliveries import Answer, Delivery, DeliveryId, DeliveryState, Target
from assist.domain.escalation import ReplyLink
from assist.domain.exchange import Event
from assist.domain.webhooks import Webhook, WebhookId
from knowledge_base.models import ClientId


class WebhookStore(Protocol):
    """The webhooks of clients."""

    def add_webhook(self, webhook: Webhook) -> None:
        """Store a new webhook."""

    def find_webhook(self, client_id: ClientId, webhook_id: WebhookId) -> Webhook | None:
        """Return a client's webhook, a disabled one too."""

    def list_webhooks(self, client_id: ClientId) -> Sequence[Webhook]:
        """Return a client's webhooks, oldest first."""

    def update_webhook(self, webhook: Webhook) -> None:
        """Replace a webhook's data; one that was removed meanwhile stays removed."""

    def remove_webhook(self, client_id: ClientId, webhook_id: WebhookId) -> None:
        """Remove a webhook with its deliveries."""


class DeliveryQueue(Protocol):
    """Deliveries with a lease: one whose sender dies is taken again by another one."""

    def add_deliveries(self, event: Event, targets: Sequence[Target], now: datetime) -> None:
        """Store what an event means for its receivers; what is known already is left alone."""

    def claim_delivery(self, now: datetime, lease_until: datetime) -> Delivery | None:
        """Take the oldest delivery that is due; nobody else gets it until the lease ends.

        Those of one receiver are taken one at a time, and those of one receiver and conversation
        in order: none before an earlier one that still waits.
        """

    def save_delivery(self, delivery: Delivery) -> None:
        """Store the outcome of an attempt and end the lease."""

    def list_deliveries(
        self, client_id: ClientId, target: Target, state: DeliveryState | None, limit: int
    ) -> Sequence[Delivery]:
        """Return the deliveries of a receiver, newest first."""

    def find_delivery(self, client_id: ClientId, delivery_id: DeliveryId) -> Delivery | None:
        """Return a client's delivery."""


class DeliveryArchive(Protocol):
    """Deliveries to look back on."""

    def list_of_event(self, event: Event) -> Sequence[Delivery]:
        """Return all deliveries of an event, oldest first."""

    def prune(self, before: datetime) -> int:
        """Forget those that were delivered or died before a time, and return how many."""


class ContactStore(Protocol):
    """What is known for the contacts of client companies: keys to sign with, and reply links."""

    def get_secret(self, client_id: ClientId, new: str) -> str:
        """Return the key with which a client's contact is told; the first call stores `new`."""

    def add_link(self, link: ReplyLink) -> None:
        """Store a reply link."""

    def find_link(self, digest: str) -> ReplyLink | None:
        """Return the link of a token's digest."""


class ChatwootDesks(Protocol):
    """Connected Chatwoot accounts."""

    def add_desk(self, desk: ChatwootDesk) -> None:
        """Store a connected account."""

    def find_desk(self, key: str) -> ChatwootDesk | None:
        """Return the account of a webhook's address."""

    def list_desks(self, client_id: ClientId) -> Sequence[ChatwootDesk]:
        """Return a client's accounts, oldest first."""


class ChatwootLinks(Protocol):
    """Which of our conversations are Chatwoot's."""

    def save_link(self, link: ChatwootLink) -> None:
        """Store which conversation Chatwoot's is now, and its status; replaces an earlier one."""

    def find_link(self, desk_key: str, remote_id: int) -> ChatwootLink | None:
        """Return what is known of Chatwoot's conversation."""

    def find_link_of(self, conversation_id: ConversationId) -> ChatwootLink | None:
        """Return what is known of our conversation."""


@dataclass(frozen=True)
class Letter:
    """A mail in plain text; `id` stays the same over attempts."""

    id: str
    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Call:
    """A POST request with a JSON body."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpSender(Protocol):
    """Calls other systems, but no address inside the operator's network."""

    def call(self, call: Call) -> Answer:
        """Send a request once; what fails is an answer too."""


class Mailer(Protocol):
    """Sends mail."""

    def send(self, letter: Letter) -> Answer:
        """Hand a mail to the server; what fails is an answer too."""
