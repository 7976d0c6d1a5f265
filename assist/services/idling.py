"""Ends conversations with the assistant whose customers have gone without a word."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from assist.domain.client import ClientProfile
from assist.domain.conversation import (
    Author,
    Conversation,
    MessageDraft,
    Resolution,
    Resolver,
    Step,
)
from assist.domain.exchange import RequestKey
from assist.domain.moves import resolve
from assist.ports import Clock, ConversationLists
from assist.services.clients import ClientService
from assist.services.desk import DeskService

BATCH = 100
"""How many of a client are ended at a time: other writers get their turn in between."""

_logger = logging.getLogger(__name__)


class IdlingService:
    """The passing of time; several processes may do it at once."""

    def __init__(
        self, lists: ConversationLists, clients: ClientService, desk: DeskService, clock: Clock
    ) -> None:
        self._lists = lists
        self._clients = clients
        self._desk = desk
        self._clock = clock

    def resolve_idle(self) -> int:
        """Resolve what nothing has happened in for its client's `idle_hours`; return how many."""
        now = self._clock()
        count = 0
        for client_id, profile in self._clients.list_all():
            until = now - timedelta(hours=profile.idle_hours)
            for conversation in self._lists.list_idle(client_id, until, BATCH):
                count += self._try_to_resolve(conversation, profile, now)
        return count

    def _try_to_resolve(
        self, conversation: Conversation, profile: ClientProfile, at: datetime
    ) -> bool:
        """Resolve it once, unless something has happened meanwhile; a fault stops no other one."""
        resolution = Resolution(Resolver.IDLE, at)
        notice = MessageDraft(Author.SYSTEM, profile.phrases.resolved, at)

        def move(current: Conversation) -> Step:
            if current.revision != conversation.revision:
                return Step(current)
            return resolve(current, resolution, [notice])

        key = RequestKey.of(Author.SYSTEM, f"idle-{conversation.revision}", "")
        try:
            ended = self._desk.move(conversation, move, key).conversation
        except Exception:
            _logger.exception("the idle conversation %s cannot be ended", conversation.id)
            return False
        return ended.resolution is not None
