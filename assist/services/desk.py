"""What customers and agents do with a conversation besides asking the assistant."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from assist.domain import desk_moves, moves
from assist.domain.conversation import (
    Author,
    Channel,
    Conversation,
    ConversationId,
    MessageDraft,
    Resolution,
    Resolver,
    new_token,
)
from assist.domain.customer import UNKNOWN_CUSTOMER, Customer
from assist.domain.desk_moves import Actor
from assist.domain.errors import UnknownDispositionError
from assist.domain.exchange import Exchange, RequestKey
from assist.domain.keys import secret_digest
from assist.domain.people import Role, User
from assist.ports import Clock, ConversationStore, Wakeups
from assist.services.capacity import CapacityService
from assist.services.clients import ClientService
from assist.services.handing_over import HandingOverService
from assist.services.passing_on import PassingOn
from knowledge_base.models import ClientId

DraftGuard = Callable[[Conversation, str, frozenset[str]], None]
"""Raises for an agent's text that must not go out; it gets the kinds of findings confirmed."""

ReplyRecorder = Callable[[Conversation, str, str | None], None]
"""Hears what an agent has sent, and from which suggestion."""


def let_pass(conversation: Conversation, text: str, confirmed: frozenset[str]) -> None:
    """Find no fault with any draft."""


def forget(conversation: Conversation, text: str, suggestion_id: str | None) -> None:
    """Record nothing of a reply."""


class DeskService(PassingOn):
    """Starts conversations and moves them between the assistant and people.

    What the conversation's state does not allow raises `ConversationStateError`, and what another
    agent has raises `AlreadyTakenError`.
    """

    def __init__(
        self,
        store: ConversationStore,
        clients: ClientService,
        handing_over: HandingOverService,
        capacity: CapacityService,
        wakeups: Wakeups,
        clock: Clock,
        guard: DraftGuard = let_pass,
        record_reply: ReplyRecorder = forget,
    ) -> None:
        super().__init__(store, clients, handing_over, wakeups, clock)
        self._capacity = capacity
        self._guard = guard
        self._record_reply = record_reply

    def start(
        self,
        client_id: ClientId,
        language: str = "",
        *,
        channel: Channel = Channel.API,
        channel_ref: str = "",
        customer: Customer = UNKNOWN_CUSTOMER,
    ) -> tuple[Conversation, str]:
        """Start a conversation and return it with the customer's token, which is not stored."""
        token = new_token()
        conversation = Conversation(
            ConversationId(uuid4().hex),
            client_id,
            secret_digest(token),
            self._clock(),
            language or self._clients.get(client_id).language,
            channel=channel,
            channel_ref=channel_ref,
            customer=customer,
        )
        self._store.add_conversation(conversation)
        return conversation, token

    def ask_for_person(self, conversation: Conversation) -> Exchange:
        """Queue the conversation because its customer wants a person."""
        handover = self._handing_over.for_customer(conversation)
        return self.move(
            conversation, lambda current: moves.customer_asks_for_person(current, handover)
        )

    def claim(self, conversation: Conversation, user: User) -> Exchange:
        """Give the conversation to the agent; also raises `CapacityError`."""
        actor, at = actor_of(user), self._clock()
        joined = self._joined(conversation, actor)
        with self._capacity.room_for(user, conversation):
            return self.move(
                conversation, lambda current: desk_moves.claim(current, actor, joined, at)
            )

    def reply(
        self,
        conversation: Conversation,
        actor: Actor,
        text: str,
        key: str,
        *,
        suggestion_id: str | None = None,
        confirmed: frozenset[str] = frozenset(),
        user: User | None = None,
    ) -> Exchange:
        """Send an agent's message; the same key again returns the same message.

        The guard reads the text first, and may refuse it unless its findings are `confirmed`.
        """
        self._guard(conversation, text, confirmed)
        message = MessageDraft(
            Author.AGENT,
            text,
            self._clock(),
            author_id=actor.user_id,
            author_name=actor.name,
            suggestion_id=suggestion_id,
        )
        joined = self._joined(conversation, actor)
        request = RequestKey.of(f"{Author.AGENT}:{actor.user_id or ''}", key, text)
        with self._capacity.room_for(user, conversation):
            sent = self.move(
                conversation,
                lambda current: desk_moves.agent_replies(current, actor, message, joined),
                request,
            )
        self._record_reply(conversation, text, suggestion_id)
        return sent

    def add_note(
        self, conversation: Conversation, actor: Actor, text: str, *, key: str = ""
    ) -> Exchange:
        """Add a note that only agents see."""
        note = self._note(actor, text)
        return self.move(
            conversation,
            lambda current: desk_moves.add_note(current, note),
            self._request(actor, "note", key, text),
        )

    def resolve(
        self,
        conversation: Conversation,
        actor: Actor,
        disposition: str = "",
        note: str = "",
        *,
        key: str = "",
    ) -> Exchange:
        """End the conversation and tell the customer. Raises `UnknownDispositionError`."""
        allowed = self._clients.get(conversation.client_id).dispositions
        if disposition and disposition not in allowed:
            raise UnknownDispositionError(
                f"the client {conversation.client_id!r} has no disposition {disposition!r}; "
                f"use one of {', '.join(map(repr, allowed))}, or none"
            )
        resolution = Resolution(Resolver.AGENT, self._clock(), disposition, note)
        notice = self._notice(self._phrases(conversation).resolved)
        return self.move(
            conversation,
            lambda current: desk_moves.agent_resolves(current, actor, resolution, [notice]),
            self._request(actor, "resolve", key, disposition, note),
        )

    def reopen(
        self, conversation: Conversation, actor: Actor, user: User | None = None, *, key: str = ""
    ) -> Exchange:
        """Take up a resolved conversation again."""
        at = self._clock()
        joined = [self._joined(conversation, actor)] if actor.user_id else []
        with self._capacity.room_for(user, conversation):
            return self.move(
                conversation,
                lambda current: desk_moves.reopen(current, actor, joined, at),
                self._request(actor, "reopen", key),
            )


def actor_of(user: User) -> Actor:
    """Return a user as who acts; leads may act on what others have."""
    return Actor(user.id, user.name, is_lead=user.role in {Role.LEAD, Role.ADMIN})
