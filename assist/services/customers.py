"""What customers tell about themselves, and how they end or take up their conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from assist.domain.conversation import (
    Author,
    Conversation,
    Message,
    MessageDraft,
    Move,
    Resolution,
    Resolver,
    new_token,
)
from assist.domain.customer import Customer
from assist.domain.exchange import Exchange, RequestKey
from assist.domain.identity import VerifiedIdentity, identify, rotate_token
from assist.domain.moves import customer_ends, with_customer
from assist.domain.transcript import write_transcript
from assist.ports import Clock, ConversationStore, Wakeups
from assist.ports.widget import CustomerConversations
from assist.services.clients import ClientService
from knowledge_base.models import ClientId

_PAGE = 200


class CustomerService:
    """Customers' own part in their conversations, besides writing."""

    def __init__(
        self,
        store: ConversationStore,
        found: CustomerConversations,
        clients: ClientService,
        wakeups: Wakeups,
        clock: Clock,
    ) -> None:
        self._store = store
        self._found = found
        self._clients = clients
        self._wakeups = wakeups
        self._clock = clock

    def note_contact(self, conversation: Conversation, given: Customer) -> Exchange:
        """Note how the customer can be reached; what the client vouches for stays."""
        return self._move(
            conversation, lambda current: with_customer(current, _merged(current.customer, given))
        )

    def identify(self, conversation: Conversation, identity: VerifiedIdentity) -> Exchange:
        """Note who the customer is. Raises `OtherCustomerError`."""
        return self._move(conversation, lambda current: identify(current, identity))

    def resume(
        self, client_id: ClientId, identity: VerifiedIdentity
    ) -> tuple[Conversation, str] | None:
        """Let a verified customer into their open conversation with a new token."""
        conversation = self._found.find_open(client_id, identity.subject)
        if conversation is None:
            return None
        token = new_token()
        exchange = self._move(conversation, lambda current: rotate_token(current, token, identity))
        return exchange.conversation, token

    def end(self, conversation: Conversation, *, is_solved: bool | None) -> Exchange:
        """End the conversation for its customer; once it has ended only their word is noted."""
        resolution = Resolution(Resolver.CUSTOMER, self._clock(), is_confirmed=is_solved)
        phrase = self._clients.get(conversation.client_id).phrases.resolved
        notice = MessageDraft(Author.SYSTEM, phrase, resolution.at)
        return self._move(
            conversation, lambda current: customer_ends(current, resolution, [notice])
        )

    def write_transcript(self, conversation: Conversation) -> str:
        """Return all that was said, as a text for the customer."""
        profile = self._clients.get(conversation.client_id)
        return write_transcript(profile, conversation, self._list_messages(conversation))

    def _list_messages(self, conversation: Conversation) -> Sequence[Message]:
        found: list[Message] = []
        while True:
            after = found[-1].sequence if found else 0
            page = self._store.list_messages(conversation.id, after, _PAGE)
            found.extend(page)
            if len(page) < _PAGE:
                return found

    def _move(self, conversation: Conversation, move: Move) -> Exchange:
        key = RequestKey.of(Author.CUSTOMER, uuid4().hex, "")
        exchange = self._store.accept(conversation.id, key, move)
        self._wakeups.wake(conversation.id, conversation.client_id)
        return exchange


def _merged(customer: Customer, given: Customer) -> Customer:
    first, second = (customer, given) if customer.is_verified else (given, customer)
    return replace(
        customer,
        name=first.name or second.name,
        email=first.email or second.email,
        phone=first.phone or second.phone,
    )
