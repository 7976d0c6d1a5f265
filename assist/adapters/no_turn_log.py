"""A log for turns that no customer asked for."""

from __future__ import annotations

from assist.domain.turn import Turn, TurnId
from knowledge_base.models import ClientId


class NoTurnLog:
    """A `TurnLog` that keeps nothing, so that measuring leaves no trace in reports."""

    def add_turn(self, _turn: Turn) -> None:
        """Drop a turn."""

    def find_turn(self, _client_id: ClientId, _turn_id: TurnId) -> Turn | None:
        """Find nothing."""
        return None
