"""What the website widget needs from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from assist.domain.conversation import Conversation, ConversationId
from assist.domain.rating import Rating
from assist.domain.site import Site, SiteKey
from knowledge_base.models import ClientId


class SiteDirectory(Protocol):
    """The websites of all clients; a removed one is as if it had never been."""

    def add_site(self, site: Site) -> None:
        """Store a new site."""

    def find_site(self, key: SiteKey) -> Site | None:
        """Return the site of a public key."""

    def list_sites(self, client_id: ClientId) -> Sequence[Site]:
        """Return a client's sites, oldest first."""

    def save_site(self, site: Site) -> bool:
        """Replace a site's label, origins and secret; say whether there is one."""

    def remove_site(self, client_id: ClientId, key: SiteKey) -> bool:
        """Remove a client's site; say whether there was one."""


class Opinions(Protocol):
    """What customers think of conversations and answers."""

    def save_rating(self, conversation: Conversation, rating: Rating) -> None:
        """Store a rating in place of an earlier one, together with its event for others."""

    def find_rating(self, conversation_id: ConversationId) -> Rating | None:
        """Return the newest rating of a conversation."""

    def save_feedback(
        self, conversation: Conversation, sequence: int, at: datetime, *, is_helpful: bool
    ) -> None:
        """Store whether an answer helped, in place of an earlier word on it."""

    def list_feedback(self, conversation_id: ConversationId) -> Mapping[int, bool]:
        """Return whether answers helped, by their sequences."""


class CustomerConversations(Protocol):
    """Finds conversations by who has them."""

    def find_open(self, client_id: ClientId, external_id: str) -> Conversation | None:
        """Return the newest conversation of a verified customer that is not resolved."""


class IdentityReader(Protocol):
    """Reads the tokens with which a client's server says who a customer is."""

    def read(self, token: str, secret: str) -> Mapping[str, Any]:
        """Return the claims of a token with the right signature. Raises `IdentityError`."""
