"""Keeps the canned responses of each client, and fills them for a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from assist.domain.canned import (
    CannedResponse,
    CannedResponseId,
    FilledResponse,
    Slot,
    check_response,
    fill,
    search_responses,
)
from assist.domain.canned_values import client_values, customer_values
from assist.domain.conversation import Conversation
from assist.domain.errors import CannedResponseNotFoundError
from assist.domain.summary import said_by_customer
from assist.ports import Clock, ConversationStore
from assist.ports.suggestions import CannedResponses
from assist.services.clients import ClientService
from assist.services.handing_over import newest_messages
from knowledge_base.models import ClientId

READ_MESSAGES = 100


class CannedResponseService:
    """Canned responses with checked texts."""

    def __init__(
        self,
        store: CannedResponses,
        clients: ClientService,
        conversations: ConversationStore,
        clock: Clock,
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._clients = clients
        self._clock = clock

    def add(
        self,
        client_id: ClientId,
        title: str,
        text: str,
        *,
        tags: Sequence[str] = (),
        language: str = "",
    ) -> CannedResponse:
        """Add a response.

        Raises `InvalidCannedResponseError` or `CannedTitleTakenError`.
        """
        response = CannedResponse(
            CannedResponseId(uuid4().hex),
            client_id,
            title.strip(),
            text.strip(),
            self._clock(),
            tuple(tags),
            language or self._clients.get(client_id).language,
        )
        self._store.save_response(check_response(response))
        return response

    def change(
        self, client_id: ClientId, response_id: CannedResponseId, **changes: str | tuple[str, ...]
    ) -> CannedResponse:
        """Replace fields of a response; also raises `CannedResponseNotFoundError`."""
        known = self._store.find_response(client_id, response_id)
        if known is None:
            raise _not_found(response_id)
        values: dict[str, object] = {**changes, "updated_at": self._clock()}
        changed = replace(known, **values)  # type: ignore[arg-type]
        self._store.save_response(check_response(changed))
        return changed

    def remove(self, client_id: ClientId, response_id: CannedResponseId) -> None:
        """Remove a response. Raises `CannedResponseNotFoundError`."""
        if not self._store.delete_response(client_id, response_id):
            raise _not_found(response_id)

    def search(self, client_id: ClientId, words: str = "") -> list[CannedResponse]:
        """Return the responses that hold all words, by title; without words, all of them."""
        return search_responses(self._store.list_responses(client_id), words)

    def fill(
        self,
        client_id: ClientId,
        responses: Sequence[CannedResponse],
        *,
        conversation: Conversation | None = None,
        agent: str = "",
    ) -> list[FilledResponse]:
        """Fill the slots from the client, the agent and what the customer has said."""
        profile = self._clients.get(client_id)
        values: dict[Slot, str] = client_values(profile, self._clock()) | {Slot.AGENT_NAME: agent}
        if conversation is not None:
            messages = newest_messages(self._conversations, conversation, READ_MESSAGES)
            values |= customer_values(conversation.customer, said_by_customer(messages))
        return [fill(response, values) for response in responses]

    def import_all(self, client_id: ClientId, entries: Sequence[Mapping[str, object]]) -> None:
        """Add responses, replacing those of the same titles; `entries` are as in the file."""
        known = {each.title: each.id for each in self._store.list_responses(client_id)}
        for entry in entries:
            title, text = str(entry["title"]).strip(), str(entry["text"]).strip()
            tags = entry.get("tags") or ()
            words = tuple(str(tag) for tag in tags) if isinstance(tags, Sequence) else ()
            if title in known:
                self.change(client_id, known[title], text=text, tags=words)
            else:
                self.add(client_id, title, text, tags=words)


def _not_found(response_id: str) -> CannedResponseNotFoundError:
    return CannedResponseNotFoundError(
        f"there is no canned response {response_id!r} of this client; list them for their ids"
    )
