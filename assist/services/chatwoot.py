"""Lets the assistant answer in Chatwoot: hears what its agent-bot webhooks tell."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from assist.domain import chatwoot
from assist.domain.chatwoot import ChatwootDesk, ChatwootLink, RemoteEvent, RemoteKind
from assist.domain.conversation import (
    Author,
    Channel,
    Conversation,
    ConversationState,
    MessageDraft,
    Resolution,
    Resolver,
)
from assist.domain.customer import Customer
from assist.domain.decision import HandoffTarget
from assist.domain.desk import GENERAL_QUEUE
from assist.domain.desk_moves import Actor, agent_replies, agent_resolves
from assist.domain.errors import ConversationStateError, WebhookNotFoundError
from assist.domain.exchange import RequestKey
from assist.domain.keys import secret_digest
from assist.domain.moves import Handover, customer_asks_for_person
from assist.domain.rules import Priority
from assist.domain.targets import check_target_url
from assist.ports import Clock, ConversationStore
from assist.ports.webhooks import ChatwootDesks, ChatwootLinks
from assist.services.conversing import ConversingService
from assist.services.desk import DeskService
from assist.services.handing_over import HandingOverService
from assist.services.keyed_locks import KeyedLocks
from knowledge_base.models import ClientId

TAKEN_IN_DESK = "taken_in_desk"
"""The reason of a handoff that an agent of Chatwoot began by opening the conversation."""

CHATWOOT = "Chatwoot"
MAX_NAME = 200
MAX_TEXT = 10_000
WORDLESS = "[The customer sent something without text: see it in Chatwoot.]"

SETTLING = timedelta(seconds=15)
"""How long after a handoff Chatwoot's events may still show the time before it."""

_HANDLED = {
    ConversationState.QUEUED,
    ConversationState.WITH_AGENT,
    ConversationState.WAITING_ON_CLIENT,
}

_logger = logging.getLogger(__name__)


class ChatwootDeskService:
    """The Chatwoot accounts of clients."""

    def __init__(self, desks: ChatwootDesks, clock: Clock, *, allow_private: bool) -> None:
        self._desks = desks
        self._clock = clock
        self._allow_private = allow_private

    def add(
        self,
        client_id: ClientId,
        base_url: str,
        account_id: int,
        api_token: str,
        signing_secret: str = "",
    ) -> tuple[ChatwootDesk, str]:
        """Connect an account and return it with its webhook's token, which is not stored.

        Raises `InvalidTargetError`.
        """
        check_target_url(base_url, allow_private=self._allow_private)
        token = chatwoot.TOKEN_PREFIX + secrets.token_urlsafe(32)
        desk = ChatwootDesk(
            chatwoot.KEY_PREFIX + secrets.token_hex(8),
            client_id,
            base_url.rstrip("/"),
            account_id,
            api_token,
            secret_digest(token),
            self._clock(),
            signing_secret,
        )
        self._desks.add_desk(desk)
        return desk, token

    def get(self, key: str) -> ChatwootDesk:
        """Return an account by the key in its webhook's address. Raises `WebhookNotFoundError`."""
        found = self._desks.find_desk(key)
        if found is None:
            raise WebhookNotFoundError(f"there is no connected desk {key!r}")
        return found

    def list_all(self, client_id: ClientId) -> Sequence[ChatwootDesk]:
        """Return a client's accounts, oldest first."""
        return self._desks.list_desks(client_id)


class ChatwootInbound:
    """Does here what happened at Chatwoot; the same message again changes nothing."""

    def __init__(
        self,
        links: ChatwootLinks,
        conversations: ConversationStore,
        conversing: ConversingService,
        desk: DeskService,
        handing_over: HandingOverService,
        clock: Clock,
    ) -> None:
        self._links = links
        self._conversations = conversations
        self._conversing = conversing
        self._desk = desk
        self._handing_over = handing_over
        self._clock = clock
        self._locks = KeyedLocks()

    def receive(self, account: ChatwootDesk, event: RemoteEvent) -> None:
        """Take an event of a connected account.

        Who has a conversation is settled for one event at a time. Messages are answered outside of
        that: an agent who takes over must not wait until the assistant has spoken.
        """
        if event.account_id not in {0, account.account_id}:
            return
        with self._settling(account, event):
            link = self._links.find_link(account.key, event.conversation_id)
            if link is None and event.kind is RemoteKind.CUSTOMER_WROTE:
                link = self._begin(account, event)
            if link is not None:
                self._follow_status(link, event)
        if link is not None:
            self._take(account, self._get(link), event)

    def _settling(self, account: ChatwootDesk, event: RemoteEvent) -> AbstractContextManager[None]:
        return self._locks.hold((account.key, event.conversation_id))

    def _take(self, account: ChatwootDesk, current: Conversation, event: RemoteEvent) -> None:
        if event.kind is RemoteKind.CUSTOMER_WROTE:
            self._customer_wrote(account, current, event)
        elif event.kind is RemoteKind.AGENT_WROTE and event.text:
            self._agent_wrote(current, event)

    def _begin(self, account: ChatwootDesk, event: RemoteEvent, status: str = "") -> ChatwootLink:
        """Start a conversation for one of Chatwoot's."""
        conversation, _ = self._desk.start(
            account.client_id,
            channel=Channel.CHATWOOT,
            channel_ref=f"{account.account_id}/{event.conversation_id}",
            customer=_customer(event.sender or {}),
        )
        link = ChatwootLink(
            account.key, event.conversation_id, account.client_id, conversation.id, status
        )
        self._links.save_link(link)
        return link

    def _follow_status(self, link: ChatwootLink, event: RemoteEvent) -> None:
        """Let people or the assistant have the conversation, as at Chatwoot.

        `pending` gives it back to the assistant only after it was something else: the handoff may
        not have reached Chatwoot yet when its customer writes again.
        """
        current = self._get(link)
        if not event.status or event.status == link.remote_status or self._is_stale(event, current):
            return
        self._links.save_link(replace(link, remote_status=event.status))
        is_given_back = event.status == chatwoot.PENDING and link.remote_status
        if is_given_back and current.state in _HANDLED:
            self._desk.hand_back(current, Actor(None, CHATWOOT))
        elif event.status == chatwoot.OPEN and current.state is ConversationState.ASSISTANT:
            self._fall_silent(current)
        elif event.status == chatwoot.RESOLVED:
            self._end(current)

    def _is_stale(self, event: RemoteEvent, current: Conversation) -> bool:
        """Say whether `pending` may be from before a handoff: Chatwoot's events can overtake."""
        handoff = current.handoff
        if event.status != chatwoot.PENDING or handoff is None or handoff.ended_at:
            return False
        return self._clock() - handoff.queued_at < SETTLING

    def _customer_wrote(
        self, account: ChatwootDesk, current: Conversation, event: RemoteEvent
    ) -> None:
        """Take a message; one without words goes to people, for nobody can answer it."""
        try:
            self._receive(current, event)
        except ConversationStateError:
            self._receive(self._successor(account, current, event), event)

    def _successor(
        self, account: ChatwootDesk, ended: Conversation, event: RemoteEvent
    ) -> Conversation:
        """Return the conversation that goes on with an ended one; two messages get the same."""
        with self._settling(account, event):
            link = self._links.find_link(account.key, event.conversation_id)
            if link is None or link.conversation_id == ended.id:
                link = self._begin(account, event, event.status)
        return self._get(link)

    def _receive(self, current: Conversation, event: RemoteEvent) -> None:
        if not event.text and current.state is ConversationState.ASSISTANT:
            self._desk.ask_for_person(current)
        text = event.text[:MAX_TEXT] or WORDLESS
        self._conversing.receive(current, text, f"chatwoot-{event.message_id}")

    def _agent_wrote(self, current: Conversation, event: RemoteEvent) -> None:
        """Note what an agent wrote at Chatwoot; from then on the assistant is silent."""
        name = str((event.sender or {}).get("name") or "")[:MAX_NAME]
        actor = Actor(None, name)
        said = MessageDraft(Author.AGENT, event.text[:MAX_TEXT], self._clock(), author_name=name)
        key = RequestKey.of(Author.AGENT, f"chatwoot-{event.message_id}", said.text)
        try:
            self._desk.move(current, lambda latest: agent_replies(latest, actor, said, said), key)
        except ConversationStateError:
            _logger.info("a message in the resolved conversation %s is not kept", current.id)

    def _fall_silent(self, current: Conversation) -> None:
        """Give the conversation to people without a word: at Chatwoot they have it already."""
        target = HandoffTarget(GENERAL_QUEUE, Priority.NORMAL)
        handoff = self._handing_over.for_agent(current, TAKEN_IN_DESK, target).handoff
        self._desk.move(current, lambda latest: customer_asks_for_person(latest, Handover(handoff)))

    def _end(self, current: Conversation) -> None:
        """Resolve without a word: at Chatwoot it is resolved already."""
        if current.state is ConversationState.RESOLVED:
            return
        resolution = Resolution(Resolver.AGENT, self._clock())
        actor = Actor(None, CHATWOOT)
        self._desk.move(current, lambda latest: agent_resolves(latest, actor, resolution, []))

    def _get(self, link: ChatwootLink) -> Conversation:
        found = self._conversations.find_conversation(link.client_id, link.conversation_id)
        if found is None:
            raise WebhookNotFoundError(f"the conversation {link.conversation_id!r} is gone")
        return found


def _customer(sender: Mapping[str, Any]) -> Customer:
    """Return what Chatwoot knows of a contact; nobody has verified it."""
    name, email, phone, external_id = (
        str(sender.get(field) or "")[:MAX_NAME]
        for field in ("name", "email", "phone_number", "identifier")
    )
    return Customer(name, email, phone, external_id)
