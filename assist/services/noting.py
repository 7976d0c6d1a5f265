"""Leaves notes for agents on conversations when something happened that they cannot see."""

from __future__ import annotations

from assist.domain.conversation import Author, Conversation, MessageDraft
from assist.domain.deliveries import Delivery
from assist.domain.desk_moves import add_note
from assist.domain.exchange import RequestKey
from assist.ports import Clock, ConversationStore
from assist.services.desk import DeskService
from knowledge_base.models import Audience


class NotingService:
    """Notes of the system, which no customer sees."""

    def __init__(self, conversations: ConversationStore, desk: DeskService, clock: Clock) -> None:
        self._conversations = conversations
        self._desk = desk
        self._clock = clock

    def note_dead(self, delivery: Delivery, text: str) -> None:
        """Say that a delivery is dead; the same death is noted once."""
        event = delivery.event
        found = self._conversations.find_conversation(event.client_id, event.conversation_id)
        if found is not None:
            self.note(found, f"dead-{delivery.id}-{delivery.finished_at}", text)

    def note(self, conversation: Conversation, cause: str, text: str) -> None:
        """Add a note; the same cause is noted once."""
        draft = MessageDraft(Author.SYSTEM, text, self._clock(), audience=Audience.INTERNAL)
        key = RequestKey.of(Author.SYSTEM, cause, "")
        self._desk.move(conversation, lambda current: add_note(current, draft), key)
