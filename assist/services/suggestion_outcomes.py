"""Records what became of suggestions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assist.domain.conversation import Conversation
from assist.domain.errors import SuggestionNotFoundError
from assist.domain.suggestion import Ending, Outcome, Suggestion, SuggestionId, sent_ending
from assist.ports import Clock
from assist.ports.suggestions import SuggestionLog
from knowledge_base.models import ClientId


class SuggestionOutcomes:
    """Suggestions that were made, and their endings."""

    def __init__(self, log: SuggestionLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    def get(self, client_id: ClientId, suggestion_id: SuggestionId) -> Suggestion:
        """Return a client's suggestion. Raises `SuggestionNotFoundError`."""
        found = self._log.find_suggestion(client_id, suggestion_id)
        if found is None:
            raise _not_found(suggestion_id)
        return found

    def get_of(self, client_ids: Iterable[ClientId], suggestion_id: SuggestionId) -> Suggestion:
        """Return a suggestion of one of the clients. Raises `SuggestionNotFoundError`."""
        tried = (self._log.find_suggestion(each, suggestion_id) for each in client_ids)
        found = next((each for each in tried if each), None)
        if found is None:
            raise _not_found(suggestion_id)
        return found

    def record_outcome(
        self, suggestion: Suggestion, outcome: Outcome, text: str = "", reason: str = ""
    ) -> Suggestion:
        """Store what became of a suggestion; a `text` that was sent decides between its forms."""
        now = self._clock()
        was_sent = outcome in {Outcome.ACCEPTED, Outcome.EDITED}
        if was_sent and text:
            ending = sent_ending(suggestion.drafted.text, text, now)
        else:
            distance = 0.0 if outcome is Outcome.ACCEPTED else None
            ending = Ending(outcome, now, distance, reason)
        self._log.end_suggestion(suggestion.client_id, suggestion.id, ending)
        return replace(suggestion, ending=ending)

    def record_reply(
        self, conversation: Conversation, text: str, suggestion_id: str | None
    ) -> None:
        """Record that an agent sent this, from a suggestion or without one.

        A suggestion of another conversation counts as none.
        """
        client_id = conversation.client_id
        used = (
            self._log.find_suggestion(client_id, SuggestionId(suggestion_id))
            if suggestion_id
            else None
        )
        if used and used.thread == conversation.id:
            ending = sent_ending(used.drafted.text, text, self._clock())
            self._log.end_suggestion(client_id, used.id, ending)
        self._log.ignore_open(client_id, conversation.id, self._clock())


def _not_found(suggestion_id: str) -> SuggestionNotFoundError:
    return SuggestionNotFoundError(
        f"there is no suggestion {suggestion_id!r} that you can see; use the `id` of one"
    )
