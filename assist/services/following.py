"""Follows a conversation live: the stored messages first, then the new ones as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from time import monotonic

from assist.domain.conversation import Conversation, Message
from assist.domain.status import Status
from assist.ports import ConversationStore, Wakeups
from assist.services.statuses import StatusService
from knowledge_base.models import Audience

PAGE = 100
POLL_S = 5.0
"""How often the store is read without a wake-up: one may get lost."""

TYPING_S = 1.0
"""How often while somebody types: nothing wakes when they stop."""

STATUS_S = 5.0
"""How often a status is made anew though the conversation is as before: queues move by others."""


class FollowingService:
    """Tails messages by their sequence: none is missed and none comes twice."""

    def __init__(
        self,
        store: ConversationStore,
        statuses: StatusService,
        wakeups: Wakeups,
        *,
        poll_s: float = POLL_S,
    ) -> None:
        self._store = store
        self._statuses = statuses
        self._wakeups = wakeups
        self._poll_s = poll_s

    async def follow(
        self, conversation: Conversation, after: int, audience: Audience = Audience.PUBLIC
    ) -> AsyncGenerator[Message | Status]:
        """Yield the status, then messages behind `after` and the status whenever it changes.

        It goes on until streams must end. A customer's ends when another token opens the
        conversation: whoever holds the old one is out.
        """
        seen = _Seen(conversation, after)
        with self._wakeups.listen(conversation.id) as listener:
            while True:
                page, status = await asyncio.to_thread(self._look, seen, audience)
                if seen.is_shut_out(audience):
                    return
                if status is not None:
                    yield status
                for message in page:
                    yield message
                if len(page) < PAGE and not await listener.wait(self._pause_s(seen)):
                    return

    def _pause_s(self, seen: _Seen) -> float:
        is_typing = seen.status is not None and seen.status.is_agent_typing
        return min(self._poll_s, TYPING_S) if is_typing else self._poll_s

    def _look(self, seen: _Seen, audience: Audience) -> tuple[Sequence[Message], Status | None]:
        """Read what is new; a quiet conversation costs one row."""
        before = seen.conversation
        now = self._store.find_conversation(before.client_id, before.id) or before
        page: Sequence[Message] = ()
        if now.last_sequence > seen.sequence:
            page = self._store.list_messages(now.id, seen.sequence, PAGE, audience)
            newest = page[-1].sequence if page else 0
            # Messages may have come since the conversation was read; notes may stand at its end.
            seen.sequence = newest if len(page) == PAGE else max(newest, now.last_sequence)
        status = self._status(now, seen)
        is_news = status != seen.status
        seen.conversation, seen.status = now, status
        return page, status if is_news else None

    def _status(self, now: Conversation, seen: _Seen) -> Status:
        is_old = monotonic() - seen.status_at >= STATUS_S
        if seen.status and now.revision == seen.conversation.revision and not is_old:
            return self._statuses.with_typing(seen.status, now)
        seen.status_at = monotonic()
        return self._statuses.read(now)


@dataclass
class _Seen:
    """What a viewer has got so far."""

    conversation: Conversation
    sequence: int
    status: Status | None = None
    status_at: float = 0.0
    token_digest: str = field(init=False)

    def __post_init__(self) -> None:
        self.token_digest = self.conversation.token_digest

    def is_shut_out(self, audience: Audience) -> bool:
        """Say whether a customer came with a token that opens the conversation no more."""
        has_changed = self.conversation.token_digest != self.token_digest
        return audience is Audience.PUBLIC and has_changed
