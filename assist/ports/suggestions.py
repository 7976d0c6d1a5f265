"""What suggestions and canned responses need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assist.domain.canned import CannedResponse, CannedResponseId
from assist.domain.suggestion import Ending, Suggestion, SuggestionId
from knowledge_base.models import ClientId


class SuggestionLog(Protocol):
    """The durable record of suggestions and of what became of them."""

    def add_suggestion(self, suggestion: Suggestion) -> None:
        """Store a suggestion; open ones of the same thread are ignored from then on."""

    def find_suggestion(
        self, client_id: ClientId, suggestion_id: SuggestionId
    ) -> Suggestion | None:
        """Return a client's suggestion."""

    def find_latest(self, client_id: ClientId, thread: str) -> Suggestion | None:
        """Return the newest suggestion of a thread."""

    def end_suggestion(
        self, client_id: ClientId, suggestion_id: SuggestionId, ending: Ending
    ) -> None:
        """Store what became of a suggestion; what was known before is replaced."""

    def ignore_open(self, client_id: ClientId, thread: str, at: datetime) -> None:
        """End what is still open in a thread: the agent did without it."""


class CannedResponses(Protocol):
    """The approved reusable replies of each client."""

    def save_response(self, response: CannedResponse) -> None:
        """Store a response, replacing the client's one of that id.

        Raises `CannedTitleTakenError` when another one of the client has the title.
        """

    def find_response(
        self, client_id: ClientId, response_id: CannedResponseId
    ) -> CannedResponse | None:
        """Return a client's response."""

    def list_responses(self, client_id: ClientId) -> Sequence[CannedResponse]:
        """Return all responses of a client by title."""

    def delete_response(self, client_id: ClientId, response_id: CannedResponseId) -> bool:
        """Remove a response; say whether there was one."""
