"""Conversations in memory, and an assistant that answers what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from threading import Lock

from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationId,
    ConversationState,
    Handoff,
    Message,
    MessageDraft,
    MessageId,
    Move,
    Step,
    counted,
)
from assist.domain.decision import DecisionKind, HandoffTarget
from assist.domain.desk import (
    Change,
    DeskEntry,
    DeskPlace,
    DeskQuery,
    DeskView,
    WaitingPlace,
    Watermark,
    place_of,
)
from assist.domain.errors import ConversationNotFoundError, KeyReusedError
from assist.domain.exchange import (
    Event,
    EventId,
    Exchange,
    QueuePlace,
    RequestKey,
    step_events,
)
from assist.domain.people import UserId
from assist.domain.policy import AnswerPolicy
from assist.domain.rules import Priority
from assist.domain.turn import Citation, Question, Turn, TurnId
from assist.ports import Clock
from knowledge_base.models import ArticleId, Audience, ClientId, PassageId
from tests.fakes import ACME, NOON, FakeClock

CITATION = Citation(
    ArticleId("cards"), "Cards", "Loss", "Call us.", 0.9, Audience.PUBLIC, PassageId(7)
)


def conversation(
    name: str = "conversation-1", client_id: ClientId = ACME, digest: str = "digest"
) -> Conversation:
    return Conversation(ConversationId(name), client_id, digest, NOON, "en", updated_at=NOON)


class MemoryConversations:
    """A `ConversationStore`, its lists, `DeskLists`, `QueueFigures` and `Outbox`, in memory."""

    def __init__(self, clock: Clock = FakeClock()) -> None:  # noqa: B008 - it stands still
        self._clock = clock
        self._lock = Lock()
        self._conversations: dict[ConversationId, Conversation] = {}
        self._messages: dict[ConversationId, list[Message]] = {}
        self._handoffs: dict[ConversationId, dict[int, Handoff]] = {}
        self._requests: dict[tuple[ConversationId, str], Exchange] = {}
        self._events: dict[EventId, tuple[Event, datetime | None]] = {}
        self._ids = count(1)

    def add_conversation(self, conversation: Conversation) -> None:
        stored = replace(conversation, updated_at=conversation.changed_at)
        self._conversations[conversation.id] = stored
        self._messages[conversation.id] = []
        self._handoffs[conversation.id] = {}

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
        self,
        conversation_id: ConversationId,
        after: int,
        limit: int,
        audience: Audience = Audience.PUBLIC,
    ) -> Sequence[Message]:
        readable = {Audience.PUBLIC, audience}
        later = self._messages.get(conversation_id, [])[after:]
        return [message for message in later if message.audience in readable][:limit]

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

    def list_idle(self, client_id: ClientId, until: datetime, limit: int) -> Sequence[Conversation]:
        owed = {each.conversation.id for each in self.list_unanswered()}
        idle = [
            each
            for each in self._conversations.values()
            if each.client_id == client_id
            and each.state is ConversationState.ASSISTANT
            and each.changed_at <= until
            and each.id not in owed
        ]
        return sorted(idle, key=lambda each: (each.changed_at, each.id))[:limit]

    def claim_events(self, now: datetime, until: datetime, limit: int) -> Sequence[Event]:
        with self._lock:
            free = [event for event, held in self._events.values() if held is None or held < now]
            for event in free[:limit]:
                self._events[event.id] = (event, until)
            return free[:limit]

    def acknowledge(self, event_ids: Sequence[EventId]) -> None:
        for event_id in event_ids:
            self._events.pop(event_id, None)

    def list_entries(
        self, query: DeskQuery, after: DeskPlace | None, limit: int
    ) -> Sequence[DeskEntry]:
        visible = [
            each
            for each in self._conversations.values()
            if each.client_id in query.client_ids and _is_in_view(query, each)
        ]
        is_queue = query.view is DeskView.WAITING
        ordered = sorted(
            visible, key=lambda each: _order(place_of(query, each)), reverse=not is_queue
        )
        places = {each.id: _order(place_of(query, each)) for each in ordered}
        behind = [
            each
            for each in ordered
            if after is None
            or (places[each.id] > _order(after) if is_queue else places[each.id] < _order(after))
        ]
        return [self._entry(each) for each in behind[:limit]]

    def list_changes(
        self, client_ids: Collection[ClientId], after: Watermark, limit: int
    ) -> Sequence[Change]:
        marks = {each.id: _order(Watermark.of(each)) for each in self._conversations.values()}
        changed = [
            each
            for each in self._conversations.values()
            if each.client_id in client_ids and marks[each.id] > _order(after)
        ]
        ordered = sorted(changed, key=lambda each: marks[each.id])
        return [Change(Watermark.of(each), each.revision) for each in ordered[:limit]]

    def read_entries(self, ids: Sequence[ConversationId]) -> Sequence[DeskEntry]:
        return [self._entry(self._conversations[each]) for each in ids]

    def _entry(self, conversation: Conversation) -> DeskEntry:
        public = self.list_messages(conversation.id, 0, 10_000)
        said = [each for each in public if each.author is not Author.SYSTEM]
        return DeskEntry(conversation, said[-1] if said else None)

    def list_handoffs(self, conversation_id: ConversationId) -> Sequence[Handoff]:
        return list(self._handoffs[conversation_id].values())

    def count_open(self, user_ids: Collection[UserId]) -> Mapping[UserId, int]:
        open_ones = [
            each.assignee
            for each in self._conversations.values()
            if each.state is not ConversationState.RESOLVED
        ]
        return {each: open_ones.count(each) for each in user_ids if each in open_ones}

    def count_ahead(self, client_id: ClientId, handoff: Handoff) -> int:
        place = (list(Priority).index(handoff.priority), handoff.queued_at)
        return sum(
            (list(Priority).index(each.handoff.priority), each.handoff.queued_at) < place
            for each in self._conversations.values()
            if each.client_id == client_id
            and each.state is ConversationState.QUEUED
            and each.handoff
            and each.handoff.queue == handoff.queue
        )

    def list_waits_s(self, client_id: ClientId, queue: str, limit: int) -> Sequence[float]:
        claimed = [
            (handoff.claimed_at, handoff.queued_at)
            for conversation_id, handoffs in self._handoffs.items()
            for handoff in handoffs.values()
            if self._conversations[conversation_id].client_id == client_id
            and handoff.queue == queue
            and handoff.claimed_at
            and not handoff.is_after_hours
        ]
        newest = sorted(claimed, reverse=True)[:limit]
        return [(claimed_at - queued_at).total_seconds() for claimed_at, queued_at in newest]

    def _take(self, before: Conversation, step: Step) -> tuple[Message, ...]:
        own = self._messages[before.id]
        added = [
            _message(before.id, sequence, draft)
            for sequence, draft in enumerate(step.messages, start=len(own) + 1)
        ]
        at = self._clock()
        after = counted(before, step, at)
        self._conversations[before.id] = after
        for handoff in (step.ended, after.handoff):
            if handoff is not None:
                self._handoffs[before.id][handoff.number] = handoff
        own.extend(added)
        for kind, sequence in step_events(before, step):
            event = Event(
                EventId(next(self._ids)),
                before.client_id,
                before.id,
                kind,
                sequence,
                step.conversation.state,
                at,
            )
            self._events[event.id] = (event, None)
        return tuple(added)

    def _refreshed(self, exchange: Exchange) -> Exchange:
        return replace(exchange, conversation=self._conversations[exchange.conversation.id])


class MemoryTurns:
    """A `TurnLog` in a list."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def add_turn(self, turn: Turn) -> None:
        self.turns.append(turn)

    def find_turn(self, client_id: ClientId, turn_id: TurnId) -> Turn | None:
        own = (turn for turn in self.turns if turn.client_id == client_id)
        return next((turn for turn in own if turn.id == turn_id), None)


def _is_in_view(query: DeskQuery, each: Conversation) -> bool:
    is_open = each.state is not ConversationState.RESOLVED
    return {
        DeskView.WAITING: each.state is ConversationState.QUEUED,
        DeskView.MINE: is_open and query.user_id in {each.assignee} - {None},
        DeskView.OPEN: is_open and not _is_left_alone(query, each),
        DeskView.RESOLVED: not is_open,
    }[query.view]


def _is_left_alone(query: DeskQuery, each: Conversation) -> bool:
    has_assistant = each.state is ConversationState.ASSISTANT
    until = query.untouched_until
    return has_assistant and until is not None and each.changed_at <= until


def _order(place: DeskPlace) -> tuple[int, bool, datetime, str]:
    if isinstance(place, WaitingPlace):
        rank = list(Priority).index(place.priority)
        return rank, place.lacks_skill, place.queued_at, place.conversation_id
    return 0, False, place.updated_at, place.conversation_id


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
