"""What customers and agents do with a conversation besides asking the assistant."""

from __future__ import annotations

from uuid import uuid4

from assist.domain.client import Phrases
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationId,
    Handoff,
    MessageDraft,
    Move,
    agent_replies,
    customer_asks_for_person,
    hand_back,
    new_token,
    resolve,
)
from assist.domain.exchange import Exchange, RequestKey
from assist.domain.keys import secret_digest
from assist.domain.rules import Priority
from assist.ports import Clock, ConversationStore, Wakeups
from assist.services.clients import ClientService
from knowledge_base.models import ClientId

ASKED_FOR_PERSON = "asked_for_person"
GENERAL_QUEUE = "general"


class DeskService:
    """Starts conversations and moves them between the assistant and people.

    What the conversation's state does not allow raises `ConversationStateError`.
    """

    def __init__(
        self, store: ConversationStore, clients: ClientService, wakeups: Wakeups, clock: Clock
    ) -> None:
        self._store = store
        self._clients = clients
        self._wakeups = wakeups
        self._clock = clock

    def start(self, client_id: ClientId, language: str = "") -> tuple[Conversation, str]:
        """Start a conversation and return it with the customer's token, which is not stored."""
        token = new_token()
        conversation = Conversation(
            ConversationId(uuid4().hex),
            client_id,
            secret_digest(token),
            self._clock(),
            language or self._clients.get(client_id).language,
        )
        self._store.add_conversation(conversation)
        return conversation, token

    def ask_for_person(self, conversation: Conversation) -> Exchange:
        """Queue the conversation because its customer wants a person."""
        now = self._clock()
        handoff = Handoff(ASKED_FOR_PERSON, GENERAL_QUEUE, Priority.NORMAL, now)
        notice = self._notice(self._phrases(conversation).handoff)
        return self._do(
            conversation, lambda current: customer_asks_for_person(current, handoff, notice)
        )

    def reply(self, conversation: Conversation, text: str, key: str) -> Exchange:
        """Send an agent's message; the same key again returns the same message."""
        message = MessageDraft(Author.AGENT, text, self._clock())
        return self._do(
            conversation,
            lambda current: agent_replies(current, message),
            RequestKey.of(Author.AGENT, key, text),
        )

    def hand_back(self, conversation: Conversation) -> Exchange:
        """Return the conversation to the assistant and tell the customer."""
        notice = self._notice(self._phrases(conversation).handed_back)
        return self._do(conversation, lambda current: hand_back(current, notice))

    def resolve(self, conversation: Conversation) -> Exchange:
        """End the conversation and tell the customer."""
        notice = self._notice(self._phrases(conversation).resolved)
        return self._do(conversation, lambda current: resolve(current, notice))

    def _do(
        self, conversation: Conversation, move: Move, key: RequestKey | None = None
    ) -> Exchange:
        """Do a request; one without a key is always a new one."""
        key = key or RequestKey.of(Author.SYSTEM, uuid4().hex, "")
        exchange = self._store.accept(conversation.id, key, move)
        self._wakeups.wake(conversation.id)
        return exchange

    def _phrases(self, conversation: Conversation) -> Phrases:
        return self._clients.get(conversation.client_id).phrases

    def _notice(self, text: str) -> MessageDraft:
        return MessageDraft(Author.SYSTEM, text, self._clock())
