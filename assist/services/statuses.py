"""Tells a customer how their conversation stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assist.domain.conversation import Conversation, ConversationState
from assist.domain.rating import Rating
from assist.domain.status import Status
from assist.ports import Clock
from assist.services.clients import ClientService
from assist.services.handing_over import HandingOverService
from assist.services.typing_board import TypingBoard

FindRating = Callable[[Conversation], Rating | None]
"""Returns what the customer said of how the conversation ended."""

_WITH_PEOPLE = (ConversationState.WITH_AGENT, ConversationState.WAITING_ON_CLIENT)


class StatusService:
    """Puts together what is stored, counted and typed."""

    def __init__(
        self,
        clients: ClientService,
        handing_over: HandingOverService,
        typing: TypingBoard,
        find_rating: FindRating,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._handing_over = handing_over
        self._typing = typing
        self._find_rating = find_rating
        self._clock = clock

    def read(self, conversation: Conversation) -> Status:
        """Return how the conversation stands now."""
        now = self._clock()
        hours = self._clients.get(conversation.client_id).hours
        is_open = hours.is_open(now)
        has_ended = conversation.resolution is not None  # ratings are of how it ended
        status = Status(
            conversation.state,
            is_open=is_open,
            opens_at=None if is_open else hours.next_opening(now),
            is_rated=has_ended and self._find_rating(conversation) is not None,
        )
        if conversation.state in _WITH_PEOPLE:
            status = replace(status, agent_name=conversation.assignee_name or None)
        if conversation.state is ConversationState.QUEUED and conversation.handoff:
            place = self._handing_over.find_place(conversation.client_id, conversation.handoff)
            wait_s = place.expected_wait_s if is_open else None
            status = replace(status, place=place.number, expected_wait_s=wait_s)
        return self.with_typing(status, conversation)

    def with_typing(self, status: Status, conversation: Conversation) -> Status:
        """Return the status with what costs nothing to know."""
        is_typing = self._typing.is_agent_typing(conversation.id)
        return replace(status, is_agent_typing=is_typing)
