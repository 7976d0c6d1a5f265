"""The widget's stores in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from assist.domain.conversation import Conversation, ConversationId, ConversationState
from assist.domain.rating import Rating
from assist.domain.site import Site, SiteKey
from knowledge_base.models import ClientId


class MemorySites:
    """A `SiteDirectory` in a dictionary."""

    def __init__(self) -> None:
        self._sites: dict[SiteKey, Site] = {}

    def add_site(self, site: Site) -> None:
        self._sites[site.key] = site

    def find_site(self, key: SiteKey) -> Site | None:
        return self._sites.get(key)

    def list_sites(self, client_id: ClientId) -> Sequence[Site]:
        own = [site for site in self._sites.values() if site.client_id == client_id]
        return sorted(own, key=lambda site: (site.created_at, site.key))

    def save_site(self, site: Site) -> bool:
        before = self._sites.get(site.key)
        if before is None or before.client_id != site.client_id:
            return False
        self._sites[site.key] = site
        return True

    def remove_site(self, client_id: ClientId, key: SiteKey) -> bool:
        site = self._sites.get(key)
        if site is None or site.client_id != client_id:
            return False
        del self._sites[key]
        return True


class MemoryOpinions:
    """`Opinions` in dictionaries; `rated` are the conversations with an event."""

    def __init__(self) -> None:
        self._ratings: dict[ConversationId, Rating] = {}
        self._feedback: dict[ConversationId, dict[int, bool]] = {}
        self.rated: list[ConversationId] = []

    def save_rating(self, conversation: Conversation, rating: Rating) -> None:
        self._ratings[conversation.id] = rating
        self.rated.append(conversation.id)

    def find_rating(self, conversation_id: ConversationId) -> Rating | None:
        return self._ratings.get(conversation_id)

    def save_feedback(
        self, conversation: Conversation, sequence: int, at: datetime, *, is_helpful: bool
    ) -> None:
        del at
        self._feedback.setdefault(conversation.id, {})[sequence] = is_helpful

    def list_feedback(self, conversation_id: ConversationId) -> Mapping[int, bool]:
        return self._feedback.get(conversation_id, {})


class MemoryCustomerConversations:
    """`CustomerConversations` over a list."""

    def __init__(self, conversations: Sequence[Conversation]) -> None:
        self._conversations = conversations

    def find_open(self, client_id: ClientId, external_id: str) -> Conversation | None:
        found = [
            each
            for each in self._conversations
            if (each.client_id, each.customer.external_id) == (client_id, external_id)
            and each.customer.is_verified
            and each.state is not ConversationState.RESOLVED
        ]
        return max(found, key=lambda each: each.created_at, default=None)
