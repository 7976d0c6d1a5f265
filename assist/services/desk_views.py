"""What agents read at the desk: pages of conversations, one with its history, and each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assist.domain.conversation import Conversation, Handoff
from assist.domain.desk import DeskEntry, DeskPlace, DeskQuery, place_of
from assist.domain.people import Permission, PresenceStatus, User
from assist.ports.desk import DeskLists
from assist.services.people import PeopleService, PresenceService
from knowledge_base.models import ClientId


@dataclass(frozen=True)
class Colleague:
    """An agent of a client, whether they are there, and how many conversations they have."""

    user: User
    presence: PresenceStatus
    open: int


class DeskViews:
    """Reads only."""

    def __init__(self, lists: DeskLists, people: PeopleService, presence: PresenceService) -> None:
        self._lists = lists
        self._people = people
        self._presence = presence

    def list_page(
        self, query: DeskQuery, after: DeskPlace | None, limit: int
    ) -> tuple[Sequence[DeskEntry], DeskPlace | None]:
        """Return a page of a view, and behind what the next one goes on if there is one."""
        found = self._lists.list_entries(query, after, limit + 1)
        page = found[:limit]
        has_more = len(found) > limit
        return page, place_of(query, page[-1].conversation) if has_more else None

    def read(self, conversation: Conversation) -> tuple[DeskEntry, Sequence[Handoff]]:
        """Return a conversation with its newest message, and all its handoffs."""
        [entry] = self._lists.read_entries([conversation.id])
        return entry, self._lists.list_handoffs(conversation.id)

    def list_agents(self, client_id: ClientId) -> Sequence[Colleague]:
        """Return who works on a client's conversations, by name."""
        users = [
            user
            for user in self._people.list_serving(client_id)
            if Permission.WORK_DESK in user.role.permissions
        ]
        statuses = self._presence.list_statuses()
        counts = self._lists.count_open([user.id for user in users])
        offline = PresenceStatus.OFFLINE
        return [
            Colleague(user, statuses.get(user.id, offline), counts.get(user.id, 0))
            for user in sorted(users, key=lambda user: user.name.casefold())
        ]
