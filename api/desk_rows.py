"""Describes conversations for the desk, and the places in its lists and streams."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from api.conversation_access import parse_id
from api.schemas.desk import DeskRow, row_values
from api.schemas.desk_conversations import (
    DeskConversation,
    HandoffStepOut,
    RatingOut,
    conversation_values,
)
from assist.domain.desk import DeskPlace, DeskView, WaitingPlace, Watermark
from assist.domain.errors import ConversationNotFoundError
from assist.domain.rules import Priority

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assist.bootstrap import Container
    from assist.domain.conversation import Conversation
    from assist.domain.desk import DeskEntry
    from knowledge_base.models import ClientId


class RowWriter:
    """Writes rows with the names of their clients; it lasts as long as a request or a stream."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._names: dict[ClientId, str] = {}

    def write(self, entry: DeskEntry) -> DeskRow:
        """Describe an entry."""
        return DeskRow.of(entry, self.name_of(entry.conversation.client_id))

    def learn(self, client_ids: Iterable[ClientId]) -> None:
        """Read clients' names ahead, for a stream that must not wait for the database."""
        for client_id in client_ids:
            self.name_of(client_id)

    def name_of(self, client_id: ClientId) -> str:
        """Return a client's name, read once."""
        if client_id not in self._names:
            self._names[client_id] = self._container.clients.get(client_id).name
        return self._names[client_id]


def describe_conversation(container: Container, conversation: Conversation) -> DeskConversation:
    """Describe a conversation with all that an agent should know."""
    entry, handoffs = container.desk_views.read(conversation)
    profile = container.clients.get(conversation.client_id)
    rating = container.find_rating(conversation)
    values = row_values(entry, profile.name) | conversation_values(conversation, profile)
    return DeskConversation(
        **values,
        handoffs=[HandoffStepOut.of(handoff) for handoff in handoffs],
        rating=RatingOut.of(rating) if rating else None,
    )


def encode_place(place: DeskPlace) -> str:
    """Return a place as a cursor."""
    if isinstance(place, Watermark):
        return _encode([place.updated_at.isoformat(), place.conversation_id])
    moment = place.queued_at.isoformat()
    return _encode([place.priority, place.lacks_skill, moment, place.conversation_id])


def decode_place(cursor: str, view: DeskView) -> DeskPlace:
    """Return the place of a cursor. Raises `HTTPException` with 422."""
    try:
        parts = _decode(cursor)
        if view is not DeskView.WAITING:
            updated_at, conversation_id = parts
            return Watermark(_moment(updated_at), parse_id(conversation_id))
        priority, lacks_skill, queued_at, conversation_id = parts
        place = Priority(priority), bool(lacks_skill), _moment(queued_at)
        return WaitingPlace(*place, parse_id(conversation_id))
    except (ValueError, TypeError, OverflowError, ConversationNotFoundError) as error:
        raise HTTPException(422, "`cursor` must be a `next_cursor` of this view.") from error


def encode_mark(mark: datetime) -> str:
    """Return a moment of a stream as an event's id."""
    return _encode([mark.isoformat()])


def decode_mark(event_id: str) -> datetime:
    """Return the moment of an event's id. Raises `HTTPException` with 422."""
    try:
        [moment] = _decode(event_id)
        return _moment(moment)
    except (ValueError, TypeError, OverflowError) as error:
        raise HTTPException(422, "`Last-Event-ID` must be an `id` of this stream.") from error


def _encode(parts: list[object]) -> str:
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _decode(text: str) -> list[str]:
    parts: list[str] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return parts


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
