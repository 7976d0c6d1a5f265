"""What a customer sees of their conversation besides its messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assist.domain.conversation import ConversationState


@dataclass(frozen=True)
class Status:
    """Who handles the conversation, and how long it will take.

    `place` counts from 1 while a person is waited for. `opens_at` is when people answer again, and
    is there only while they do not.
    """

    state: ConversationState
    agent_name: str | None = None
    place: int | None = None
    expected_wait_s: int | None = None
    is_open: bool = True
    opens_at: datetime | None = None
    is_agent_typing: bool = False
    is_rated: bool = False
