"""Takes what customers think of conversations and of single answers."""

from __future__ import annotations

from assist.domain.conversation import Author, Conversation
from assist.domain.errors import MessageNotFoundError
from assist.domain.rating import Rating, is_rated, rate
from assist.ports import Clock, ConversationStore, Wakeups
from assist.ports.widget import Opinions


class RatingService:
    """Ratings and feedback."""

    def __init__(
        self, opinions: Opinions, store: ConversationStore, wakeups: Wakeups, clock: Clock
    ) -> None:
        self._opinions = opinions
        self._store = store
        self._wakeups = wakeups
        self._clock = clock

    def rate(self, conversation: Conversation, score: int, comment: str) -> Rating:
        """Take a rating of an ended conversation; a repeated one is one. Raises `RatingError`."""
        before = self._opinions.find_rating(conversation.id)
        rating = rate(conversation, score, comment, before, self._clock())
        if rating != before:
            self._opinions.save_rating(conversation, rating)
            self._wakeups.wake(conversation.id, conversation.client_id)
        return rating

    def find(self, conversation: Conversation) -> Rating | None:
        """Return the rating of how the conversation ended."""
        rating = self._opinions.find_rating(conversation.id)
        return rating if is_rated(conversation, rating) else None

    def judge(self, conversation: Conversation, sequence: int, *, is_helpful: bool) -> None:
        """Note whether an answer of the assistant helped. Raises `MessageNotFoundError`."""
        found = self._store.list_messages(conversation.id, sequence - 1, 1)
        if not found or (found[0].sequence, found[0].author) != (sequence, Author.ASSISTANT):
            raise MessageNotFoundError(
                f"The message {sequence} is no answer of the assistant in this conversation."
            )
        self._opinions.save_feedback(conversation, sequence, self._clock(), is_helpful=is_helpful)
