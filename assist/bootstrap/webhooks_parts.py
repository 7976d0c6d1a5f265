"""The parts that tell other systems what happened, and those that listen to Chatwoot."""

from __future__ import annotations

from functools import cached_property
from threading import Event

from assist.adapters.http_sender import PinnedHttpSender
from assist.adapters.mail_sender import SmtpMailer
from assist.adapters.sql.deliveries import SqlDeliveryQueue
from assist.adapters.sql.webhooks import (
    SqlChatwootDesks,
    SqlChatwootLinks,
    SqlContactStore,
    SqlWebhookStore,
)
from assist.bootstrap.desk_parts import DeskParts
from assist.domain.deliveries import TargetKind
from assist.domain.people import PresenceStatus, UserId
from assist.ports.webhooks import HttpSender, Mailer, WebhookStore
from assist.services.chatwoot import ChatwootDeskService, ChatwootInbound
from assist.services.chatwoot_courier import ChatwootCourier
from assist.services.escalating import EscalatingService
from assist.services.notifying import NotifyingService, WebhookCourier
from assist.services.noting import NotingService
from assist.services.unreached import UnreachedService
from assist.services.webhooks import WebhookService


class WebhookParts(DeskParts):
    """The parts that tell other systems what happened."""

    @cached_property
    def delivery_wake(self) -> Event:
        """Set when there may be something to deliver."""
        return Event()

    @cached_property
    def http_sender(self) -> HttpSender:
        """How other systems are called."""
        return PinnedHttpSender(allow_private=self.settings.allow_private_targets)

    @cached_property
    def mailer(self) -> Mailer | None:
        """How mail is sent; `None` without a mail server."""
        settings = self.settings
        return SmtpMailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None

    @cached_property
    def webhook_store(self) -> WebhookStore:
        """The webhooks of clients."""
        return SqlWebhookStore(self.engine)

    @cached_property
    def delivery_queue(self) -> SqlDeliveryQueue:
        """What is to be sent."""
        return SqlDeliveryQueue(self.engine)

    @cached_property
    def webhooks(self) -> WebhookService:
        """Webhooks and their deliveries, for people."""
        return WebhookService(
            self.webhook_store,
            self.delivery_queue,
            self.clock,
            allow_private=self.settings.allow_private_targets,
            send_escalation_again=self.unreached.send_again,
        )

    @cached_property
    def noting(self) -> NotingService:
        """Notes of the system for agents."""
        return NotingService(self.conversations, self.desk, self.clock)

    @cached_property
    def unreached(self) -> UnreachedService:
        """Escalations that did not arrive."""
        return UnreachedService(
            self.conversations,
            self.delivery_queue,
            self.noting,
            self.desk,
            self.handing_over,
            self.clock,
            is_agent_gone=self._is_offline,
        )

    @cached_property
    def escalating(self) -> EscalatingService:
        """Questions to client companies and their answers."""
        return EscalatingService(
            self.conversations,
            self.clients,
            SqlContactStore(self.engine),
            self.http_sender,
            self.mailer,
            self.unreached,
            self.desk,
            self.handing_over,
            self.clock,
            link_base=self.settings.link_base,
            is_agent_gone=self._is_offline,
        )

    @cached_property
    def chatwoot_desks(self) -> ChatwootDeskService:
        """The Chatwoot accounts of clients."""
        desks = SqlChatwootDesks(self.engine)
        allow_private = self.settings.allow_private_targets
        return ChatwootDeskService(desks, self.clock, allow_private=allow_private)

    @cached_property
    def chatwoot_inbound(self) -> ChatwootInbound:
        """What happens at Chatwoot."""
        return ChatwootInbound(
            SqlChatwootLinks(self.engine),
            self.conversations,
            self.conversing,
            self.desk,
            self.handing_over,
            self.clock,
        )

    @cached_property
    def notifying(self) -> NotifyingService:
        """Events on their way to other systems."""
        webhooks = WebhookCourier(
            self.webhook_store, self.conversations, self.http_sender, self.clock
        )
        chatwoot = ChatwootCourier(
            SqlChatwootDesks(self.engine),
            SqlChatwootLinks(self.engine),
            self.conversations,
            self.http_sender,
            self.noting,
        )
        contacts = self.escalating
        return NotifyingService(
            self.outbox,
            self.delivery_queue,
            self.delivery_queue,
            (webhooks, contacts, chatwoot),
            {
                TargetKind.WEBHOOK: webhooks,
                TargetKind.CONTACT_MAIL: contacts,
                TargetKind.CONTACT_WEBHOOK: contacts,
                TargetKind.CHATWOOT: chatwoot,
            },
            self.clock,
        )

    def _is_offline(self, user_id: UserId) -> bool:
        return self.presence.status_of(user_id) is PresenceStatus.OFFLINE
