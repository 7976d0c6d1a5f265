"""What customers think: a rating when a conversation has ended, and a word on single answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from assist.domain.conversation import Conversation, ConversationId, Resolver
from assist.domain.errors import RatingError

MAY_CHANGE_FOR = timedelta(hours=24)


class ServedBy(StrEnum):
    """Whom a rating is about."""

    ASSISTANT = "assistant"
    HUMAN = "human"


@dataclass(frozen=True)
class Rating:
    """A customer's score from 1 to 5, with a comment or an empty one.

    `reopened` is how often the conversation had been reopened: each resolution has its own rating.
    """

    conversation_id: ConversationId
    score: int
    comment: str
    served_by: ServedBy
    rated_at: datetime
    reopened: int = 0


def rate(
    conversation: Conversation, score: int, comment: str, before: Rating | None, at: datetime
) -> Rating:
    """Return the rating of how a conversation ended; one may be changed for a day.

    Raises `RatingError`.
    """
    if conversation.resolution is None:
        raise RatingError("a conversation can be rated once it is closed")
    rating = Rating(
        conversation.id, score, comment, _served_by(conversation), at, conversation.reopened
    )
    if before is None or before.reopened != conversation.reopened:
        return rating
    if at > before.rated_at + MAY_CHANGE_FOR:
        raise RatingError("the rating was given more than a day ago and stays as it is")
    return replace(rating, rated_at=before.rated_at)


def is_rated(conversation: Conversation, rating: Rating | None) -> bool:
    """Say whether the customer has rated how the conversation ended."""
    return rating is not None and rating.reopened == conversation.reopened


def _served_by(conversation: Conversation) -> ServedBy:
    resolution = conversation.resolution
    by_agent = resolution is not None and resolution.by is Resolver.AGENT
    has_served = by_agent or conversation.last_agent or conversation.assignee
    return ServedBy.HUMAN if has_served else ServedBy.ASSISTANT
