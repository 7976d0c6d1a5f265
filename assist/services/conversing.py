"""Takes a customer's message and lets the assistant reply."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationState,
    MessageDraft,
    Move,
    Step,
)
from assist.domain.errors import ConversationResolvedError
from assist.domain.exchange import Exchange, RequestKey
from assist.domain.language import LanguageGuess, language_of
from assist.domain.moves import Reopening, assistant_fails, assistant_replies, customer_writes
from assist.domain.turn import Question
from assist.ports import Clock, ConversationLists, ConversationStore, Wakeups
from assist.services.answering import AnsweringService
from assist.services.clients import ClientService
from assist.services.handing_over import HandingOverService
from assist.services.keyed_locks import KeyedLocks
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
        handing_over: HandingOverService,
        clients: ClientService,
        wakeups: Wakeups,
        clock: Clock,
        *,
        detect: Callable[[str], LanguageGuess | None] = lambda _: None,
    ) -> None:
        self._detect = detect
        self._store = store
        self._lists = lists
        self._answering = answering
        self._handing_over = handing_over
        self._clients = clients
        self._wakeups = wakeups
        self._clock = clock
        self._locks = KeyedLocks()

    def receive(
        self,
        conversation: Conversation,
        text: str,
        key: str,
        on_accepted: Callable[[Exchange], None] = lambda _: None,
    ) -> Exchange:
        """Store a customer's message and, unless people handle the conversation, answer it.

        `on_accepted` hears of the stored message before it is answered. The same key again
        returns the same messages, and first adds the reply if a crash kept it from being stored;
        at the same time it waits for the first one. Raises
        `ConversationStateError` when the conversation was resolved too long ago and
        `KeyReusedError` when the key came with another text.
        """
        request = RequestKey.of(Author.CUSTOMER, key, text)
        with self._locks.hold((conversation.id, request.name)):
            accepted = self._accept(conversation, text, request)
            on_accepted(accepted)
            return self._answer(accepted) if accepted.awaits_reply else accepted

    def answer_left_over(self) -> int:
        """Answer what a crash left unanswered and return how much; for the start of a server."""
        left_over = self._lists.list_unanswered()
        return sum(self._try_to_answer(accepted) for accepted in left_over)

    def _accept(self, conversation: Conversation, text: str, request: RequestKey) -> Exchange:
        """Store the message; what it takes to reopen a resolved conversation is prepared before."""
        message = MessageDraft(Author.CUSTOMER, text, self._clock())
        language = self._language(conversation, text)
        is_resolved = conversation.state is ConversationState.RESOLVED
        reopening = self._handing_over.for_return(conversation) if is_resolved else None
        try:
            accepted = self._store.accept(
                conversation.id,
                request,
                lambda current: _take(current, message, language, reopening),
            )
        except ConversationResolvedError:
            prepared = self._handing_over.for_return(conversation)
            accepted = self._store.accept(
                conversation.id,
                request,
                lambda current: _take(current, message, language, prepared),
            )
        self._wakeups.wake(conversation.id, conversation.client_id)
        return accepted

    def _language(self, conversation: Conversation, text: str) -> str:
        """Return the language that the customer speaks: the first message may tell another one."""
        given = conversation.language
        return given if conversation.last_sequence else language_of([text], given, self._detect)

    def _answer(self, accepted: Exchange) -> Exchange:
        """Answer outside any transaction; people who took over meanwhile are not talked over."""
        conversation = accepted.conversation
        completed = self._store.complete(conversation.id, accepted.key, self._reply(accepted))
        self._wakeups.wake(conversation.id, conversation.client_id)
        return completed

    def _reply(self, accepted: Exchange) -> Move:
        """Let the assistant think; if it cannot, people get the conversation with the reason."""
        conversation = accepted.conversation
        asked = accepted.messages[0].sequence
        try:
            turn = self._answering.answer(self._question(accepted))
            handover = self._handing_over.for_turn(conversation, turn)
        except Exception:  # whatever it was, the customer must not be left in silence
            _logger.exception("a message of %s could not be answered", conversation.id)
            failure = self._handing_over.for_failure(conversation)
            return lambda current: assistant_fails(current, asked, failure)
        at = self._clock()
        return lambda current: assistant_replies(current, turn, asked, at, handover)

    def _question(self, accepted: Exchange) -> Question:
        """Put the customer's earlier messages before the new one."""
        client_id, message = accepted.conversation.client_id, accepted.messages[0]
        before = max(0, message.sequence - 1 - CONTEXT_MESSAGES)
        context = self._store.list_messages(
            message.conversation_id, before, message.sequence - before
        )
        seen = [each for each in context if each.sequence <= message.sequence]
        texts = tuple(each.text for each in seen if each.author is Author.CUSTOMER)
        on = self._clients.get(client_id).hours.day_of(message.created_at)
        situation = self._handing_over.situation(accepted.conversation, seen)
        return Question(client_id, texts, Audience.PUBLIC, on, situation)

    def _try_to_answer(self, left_over: Exchange) -> bool:
        """Answer a request that its customer may be repeating at this moment."""
        conversation = left_over.conversation
        try:
            with self._locks.hold((conversation.id, left_over.key.name)):
                accepted = self._store.accept(conversation.id, left_over.key, _never)
                if accepted.awaits_reply:
                    self._answer(accepted)
        except Exception:  # one client's fault must not keep the others from being served
            _logger.exception("a message of %s stays unanswered", conversation.id)
            return False
        return True


def _take(
    current: Conversation, message: MessageDraft, language: str, reopening: Reopening | None
) -> Step:
    """Take a customer's message; the first one tells the conversation's language."""
    step = customer_writes(current, message, reopening)
    if current.last_sequence:
        return step
    return replace(step, conversation=replace(step.conversation, language=language))


def _never(conversation: Conversation) -> NoReturn:
    raise LookupError(f"a request to {conversation.id!r} was accepted and then forgotten")
