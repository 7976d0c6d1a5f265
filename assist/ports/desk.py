"""What the desk reads besides single conversations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from assist.domain.conversation import ConversationId, Handoff
from assist.domain.desk import Change, DeskEntry, DeskPlace, DeskQuery, Watermark
from assist.domain.people import UserId
from knowledge_base.models import ClientId


class DeskLists(Protocol):
    """The conversations of several clients, each with its newest message for customers."""

    def list_entries(
        self, query: DeskQuery, after: DeskPlace | None, limit: int
    ) -> Sequence[DeskEntry]:
        """Return a page of a view in its order."""

    def list_changes(
        self, client_ids: Collection[ClientId], after: Watermark, limit: int
    ) -> Sequence[Change]:
        """Return the last changes behind a watermark, the oldest first; they cost little."""

    def read_entries(self, ids: Sequence[ConversationId]) -> Sequence[DeskEntry]:
        """Return some conversations in the order of their ids; the unknown are left out."""

    def list_handoffs(self, conversation_id: ConversationId) -> Sequence[Handoff]:
        """Return all handoffs of a conversation in order."""

    def count_open(self, user_ids: Collection[UserId]) -> Mapping[UserId, int]:
        """Return how many conversations that are not resolved each user has; 0 is left out."""


class QueueFigures(Protocol):
    """What an honest word on waiting is made of."""

    def count_ahead(self, client_id: ClientId, handoff: Handoff) -> int:
        """Return how many wait in the handoff's queue that come before it."""

    def list_waits_s(self, client_id: ClientId, queue: str, limit: int) -> Sequence[float]:
        """Return how many seconds a queue's newest claimed handoffs had waited.

        Those that came while nobody worked are left out.
        """
