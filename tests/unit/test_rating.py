"""Ratings: when one is taken, whom it is about, and how long it may be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assist.domain.conversation import Conversation, ConversationState, Resolution, Resolver
from assist.domain.errors import RatingError
from assist.domain.people import UserId
from assist.domain.rating import Rating, ServedBy, is_rated, rate
from tests.conversation_fakes import conversation
from tests.fakes import NOON

LATER = NOON + timedelta(hours=24)


def resolved(by: Resolver = Resolver.CUSTOMER, reopened: int = 0) -> Conversation:
    return replace(
        conversation(),
        state=ConversationState.RESOLVED,
        resolution=Resolution(by, NOON),
        reopened=reopened,
    )


def test_an_open_conversation_is_not_rated() -> None:
    with pytest.raises(RatingError, match="once it is closed"):
        rate(conversation(), 5, "", None, NOON)


@pytest.mark.parametrize(
    ("ended", "served_by"),
    [
        (resolved(), ServedBy.ASSISTANT),
        (resolved(Resolver.IDLE), ServedBy.ASSISTANT),
        (resolved(Resolver.AGENT), ServedBy.HUMAN),
        (replace(resolved(), last_agent=UserId("ana")), ServedBy.HUMAN),
    ],
)
def test_a_rating_is_about_whoever_served(ended: Conversation, served_by: ServedBy) -> None:
    rating = rate(ended, 4, "Fine", None, NOON)
    assert rating == Rating(ended.id, 4, "Fine", served_by, NOON)
    assert is_rated(ended, rating)


def test_a_rating_may_be_changed_for_a_day_and_keeps_its_time() -> None:
    first = rate(resolved(), 5, "", None, NOON)
    assert rate(resolved(), 2, "No", first, LATER) == replace(first, score=2, comment="No")
    with pytest.raises(RatingError, match="stays as it is"):
        rate(resolved(), 2, "", first, LATER + timedelta(seconds=1))


def test_each_resolution_has_a_rating_of_its_own() -> None:
    first = rate(resolved(), 5, "", None, NOON)
    again = resolved(reopened=1)
    assert not is_rated(again, first)
    assert rate(again, 1, "", first, LATER + timedelta(days=9)).score == 1
    assert not is_rated(again, None)
