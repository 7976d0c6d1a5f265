"""Follows a conversation live: the stored messages first, then the new ones as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from assist.domain.conversation import ConversationId, Message
from assist.ports import ConversationStore, Wakeups

PAGE = 100
POLL_S = 1.0
"""How often the store is read without a wake-up: one may get lost."""


class FollowingService:
    """Tails messages by their sequence, which has no gaps: none is missed and none comes twice."""

    def __init__(
        self, store: ConversationStore, wakeups: Wakeups, *, poll_s: float = POLL_S
    ) -> None:
        self._store = store
        self._wakeups = wakeups
        self._poll_s = poll_s

    async def follow(self, conversation_id: ConversationId, after: int) -> AsyncGenerator[Message]:
        """Yield the messages whose sequences follow `after`, until streams must end."""
        with self._wakeups.listen(conversation_id) as listener:
            while True:
                page = await asyncio.to_thread(
                    self._store.list_messages, conversation_id, after, PAGE
                )
                for message in page:
                    yield message
                    after = message.sequence
                if len(page) < PAGE and not await listener.wait(self._poll_s):
                    return
