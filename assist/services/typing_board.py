"""Who is typing just now; it is forgotten within seconds and is stored nowhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from threading import Lock

from assist.domain.conversation import Conversation, ConversationId
from assist.ports import Clock, Wakeups
from knowledge_base.models import ClientId

TYPING_LIFE = timedelta(seconds=6)
"""How long a sign lasts: who goes on typing sends one every few seconds."""

CUSTOMER = "customer"


@dataclass(frozen=True)
class Typing:
    """A sign of somebody typing; `who` is `customer` or an agent's name."""

    number: int
    conversation_id: ConversationId
    client_id: ClientId
    who: str
    until: datetime


class TypingBoard:
    """The signs of this process. Several processes would each know their own only."""

    def __init__(self, wakeups: Wakeups, clock: Clock) -> None:
        self._wakeups = wakeups
        self._clock = clock
        self._lock = Lock()
        self._numbers = count(1)
        self._signs: dict[tuple[ConversationId, str], Typing] = {}

    def note(self, conversation: Conversation, who: str) -> None:
        """Take a sign and wake who looks on."""
        now = self._clock()
        place = (conversation.id, who)
        with self._lock:
            self._signs = {key: sign for key, sign in self._signs.items() if sign.until > now}
            self._signs[place] = Typing(
                next(self._numbers),
                *(conversation.id, conversation.client_id),
                who,
                now + TYPING_LIFE,
            )
        self._wakeups.wake(conversation.id, conversation.client_id)

    def is_agent_typing(self, conversation_id: ConversationId) -> bool:
        """Say whether anybody but the customer types."""
        now = self._clock()
        with self._lock:
            return any(
                sign.conversation_id == conversation_id
                and sign.who != CUSTOMER
                and sign.until > now
                for sign in self._signs.values()
            )

    def list_new(self, client_ids: Collection[ClientId], after: int) -> list[Typing]:
        """Return the signs of some clients' conversations behind a number, in order."""
        now = self._clock()
        with self._lock:
            found = [
                sign
                for sign in self._signs.values()
                if sign.number > after and sign.client_id in client_ids and sign.until > now
            ]
        return sorted(found, key=lambda sign: sign.number)
