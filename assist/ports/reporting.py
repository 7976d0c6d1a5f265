"""What reports need of the stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from assist.domain.conversation import ConversationId
from assist.domain.desk_report import DeskNow, SuggestionCounts
from assist.domain.desk_rows import ConversationRow
from knowledge_base.models import ClientId


class DeskHistory(Protocol):
    """Reads what happened to conversations; it changes nothing."""

    def list_started(
        self, client_ids: Sequence[ClientId], since: datetime, until: datetime
    ) -> Sequence[ConversationId]:
        """List what started from `since` until just before `until`, the oldest first."""
        ...

    def read_rows(self, ids: Sequence[ConversationId]) -> Sequence[ConversationRow]:
        """Read conversations in the order of their ids; at most a few thousand at once."""
        ...

    def count_suggestions(
        self, client_ids: Sequence[ClientId], since: datetime, until: datetime
    ) -> SuggestionCounts:
        """Count what was offered from `since` until just before `until`, and what became of it."""
        ...

    def count_open(self, client_ids: Sequence[ClientId]) -> Mapping[ClientId, DeskNow]:
        """Count what people have to look after now; clients without any may be missing."""
        ...
