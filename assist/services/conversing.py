"""Takes a customer's message and lets the assistant reply."""

from __future__ import annotations

import logging

from assist.domain.conversation import (
    Author,
    Conversation,
    MessageDraft,
    assistant_replies,
    customer_writes,
)
from assist.domain.exchange import Exchange, RequestKey
from assist.domain.turn import Question
from assist.ports import Clock, ConversationLists, ConversationStore, Wakeups
from assist.services.answering import AnsweringService
from assist.services.clients import ClientService
from knowledge_base.models import Audience

CONTEXT_MESSAGES = 20
"""How many messages before a question are looked through for the customer's earlier ones."""

_logger = logging.getLogger(__name__)


class ConversingService:
    """Customers' messages, each stored before it is answered and answered once."""

    def __init__(
        self,
        store: ConversationStore,
        lists: ConversationLists,
        answering: AnsweringService,
        clients: ClientService,
        wakeups: Wakeups,
        clock: Clock,
    ) -> None:
        self._store = store
        self._lists = lists
        self._answering = answering
        self._clients = clients
        self._wakeups = wakeups
        self._clock = clock

    def receive(self, conversation: Conversation, text: str, key: str) -> Exchange:
        """Store a customer's message and, unless people handle the conversation, answer it.

        The same key again returns the same messages, and first adds the reply if a crash kept it
        from being stored. Raises `ConversationStateError` once the conversation is resolved and
        `KeyReusedError` when the key came with another text.
        """
        message = MessageDraft(Author.CUSTOMER, text, self._clock())
        accepted = self._store.accept(
            conversation.id,
            RequestKey.of(Author.CUSTOMER, key, text),
            lambda current: customer_writes(current, message),
        )
        self._wakeups.wake(conversation.id)
        if not accepted.awaits_reply:
            return accepted
        return self._answer(accepted)

    def answer_left_over(self) -> int:
        """Answer what a crash left unanswered and return how much; for the start of a server."""
        left_over = self._lists.list_unanswered()
        return sum(self._try_to_answer(accepted) for accepted in left_over)

    def _answer(self, accepted: Exchange) -> Exchange:
        """Answer outside any transaction; people who took over meanwhile are not talked over."""
        conversation = accepted.conversation
        turn = self._answering.answer(self._question(accepted))
        completed = self._store.complete(
            conversation.id,
            accepted.key,
            lambda current: assistant_replies(current, turn, self._clock()),
        )
        self._wakeups.wake(conversation.id)
        return completed

    def _question(self, accepted: Exchange) -> Question:
        """Put the customer's earlier messages before the new one."""
        client_id, [message] = accepted.conversation.client_id, accepted.messages
        before = max(0, message.sequence - 1 - CONTEXT_MESSAGES)
        context = self._store.list_messages(
            message.conversation_id, before, message.sequence - before
        )
        texts = tuple(each.text for each in context if each.author is Author.CUSTOMER)
        on = self._clients.get(client_id).hours.day_of(message.created_at)
        return Question(client_id, texts, Audience.PUBLIC, on)

    def _try_to_answer(self, accepted: Exchange) -> bool:
        try:
            self._answer(accepted)
        except Exception:  # one client's fault must not keep the others from being served
            _logger.exception("a message of %s stays unanswered", accepted.conversation.id)
            return False
        return True
