"""Conversations in memory, and an assistant that answers what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from threading import Lock

from assist.domain.conversation import (
    Conversation,
    ConversationId,
    ConversationState,
    Message,
    MessageDraft,
    MessageId,
    Move,
    Step,
)
from assist.domain.decision import DecisionKind, HandoffTarget
from assist.domain.errors import ConversationNotFoundError, KeyReusedError
from assist.domain.exchange import (
    Event,
    EventId,
    Exchange,
    QueuePlace,
    RequestKey,
    event_kinds,
)
from assist.domain.policy import AnswerPolicy
from assist.domain.rules import Priority
from assist.domain.turn import Citation, Question, Turn, TurnId
from knowledge_base.models import ArticleId, Audience, ClientId, PassageId
from tests.fakes import ACME, NOON

CITATION = Citation(
    ArticleId("cards"), "Cards", "Loss", "Call us.", 0.9, Audience.PUBLIC, PassageId(7)
)


def conversation(
    name: str = "conversation-1", client_id: ClientId = ACME, digest: str = "digest"
) -> Conversation:
    return Conversation(ConversationId(name), client_id, digest, NOON, "en")


class MemoryConversations:
    """A `ConversationStore` and its `ConversationLists` and `Outbox`, in dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._conversations: dict[ConversationId, Conversation] = {}
        self._messages: dict[ConversationId, list[Message]] = {}
        self._requests: dict[tuple[ConversationId, str], Exchange] = {}
        self._events: dict[EventId, tuple[Event, datetime | None]] = {}
        self._ids = count(1)

    def add_conversation(self, conversation: Conversation) -> None:
        self._conversations[conversation.id] = conversation
        self._messages[conversation.id] = []

    def find_conversation(
        self, client_id: ClientId, conversation_id: ConversationId
    ) -> Conversation | None:
        found = self._conversations.get(conversation_id)
        return found if found and found.client_id == client_id else None

    def accept(self, conversation_id: ConversationId, key: RequestKey, move: Move) -> Exchange:
        with self._lock:
            before = self._conversations.get(conversation_id)
            if before is None:
                raise ConversationNotFoundError(conversation_id)
            known = self._requests.get((conversation_id, key.name))
            if known is None:
                step = move(before)
                known = Exchange(before, key, self._take(before, step), step.awaits_reply)
                self._requests[conversation_id, key.name] = known
            if known.key != key:
                raise KeyReusedError("this Idempotency-Key came with another text before")
            return self._refreshed(known)

    def complete(self, conversation_id: ConversationId, key: RequestKey, move: Move) -> Exchange:
        with self._lock:
            known = self._requests[conversation_id, key.name]
            if known.awaits_reply:
                before = self._conversations[conversation_id]
                step = move(before)
                messages = (*known.messages, *self._take(before, step))
                known = replace(known, messages=messages, awaits_reply=step.awaits_reply)
                self._requests[conversation_id, key.name] = known
            return self._refreshed(known)

    def list_messages(
        self, conversation_id: ConversationId, after: int, limit: int
    ) -> Sequence[Message]:
        return self._messages.get(conversation_id, [])[after : after + limit]

    def list_queued(
        self, client_id: ClientId, after: QueuePlace | None, limit: int
    ) -> Sequence[Conversation]:
        waiting = [
            each
            for each in self._conversations.values()
            if each.client_id == client_id and each.state is ConversationState.QUEUED
        ]
        ordered = sorted(waiting, key=lambda each: _rank(QueuePlace.of(each)))
        follows = [
            each for each in ordered if not after or _rank(QueuePlace.of(each)) > _rank(after)
        ]
        return follows[:limit]

    def list_unanswered(self) -> Sequence[Exchange]:
        return [self._refreshed(each) for each in self._requests.values() if each.awaits_reply]

    def claim_events(self, now: datetime, until: datetime, limit: int) -> Sequence[Event]:
        with self._lock:
            free = [event for event, held in self._events.values() if held is None or held < now]
            for event in free[:limit]:
                self._events[event.id] = (event, until)
            return free[:limit]

    def acknowledge(self, event_ids: Sequence[EventId]) -> None:
        for event_id in event_ids:
            self._events.pop(event_id, None)

    def _take(self, before: Conversation, step: Step) -> tuple[Message, ...]:
        own = self._messages[before.id]
        added = [
            _message(before.id, sequence, draft)
            for sequence, draft in enumerate(step.messages, start=len(own) + 1)
        ]
        self._conversations[before.id] = step.conversation
        own.extend(added)
        for position, kind in enumerate(event_kinds(before, step)):
            message = added[min(position, len(added) - 1)]
            event = Event(
                EventId(next(self._ids)),
                before.client_id,
                before.id,
                kind,
                message.sequence,
                step.conversation.state,
                message.created_at,
            )
            self._events[event.id] = (event, None)
        return tuple(added)

    def _refreshed(self, exchange: Exchange) -> Exchange:
        return replace(exchange, conversation=self._conversations[exchange.conversation.id])


def _rank(place: QueuePlace) -> tuple[int, datetime, str]:
    return list(Priority).index(place.priority), place.queued_at, place.conversation_id


def _message(conversation_id: ConversationId, sequence: int, draft: MessageDraft) -> Message:
    message_id = MessageId(f"{conversation_id}-{sequence}")
    return Message(conversation_id, sequence, message_id, **vars(draft))


def make_reply(question: Question, **changes: object) -> Turn:
    values: dict[str, object] = {
        "id": TurnId("turn-1"),
        "client_id": question.client_id,
        "audience": question.audience,
        "asked_at": NOON,
        "on": question.on,
        "messages": question.messages,
        "search_text": question.messages[-1],
        "policy": AnswerPolicy(),
        "knowledge_version": 1,
        "candidates": (),
        "decision": DecisionKind.ANSWER,
        "reason": "supported",
        "confidence": 0.9,
        "text": f"Reply to {question.messages[-1]}",
        "citations": (CITATION,),
    }
    return Turn(**values | changes)  # type: ignore[arg-type]


def make_handoff(question: Question) -> Turn:
    return make_reply(
        question,
        decision=DecisionKind.HANDOFF,
        reason="lost_card",
        citations=(),
        handoff=HandoffTarget("fraud", Priority.URGENT),
    )


@dataclass
class ScriptedAnswering:
    """Remembers the questions and answers them as told; `reply` may also raise."""

    reply: Callable[[Question], Turn] = make_reply
    questions: list[Question] = field(default_factory=list)

    def answer(self, question: Question) -> Turn:
        self.questions.append(question)
        return self.reply(question)
