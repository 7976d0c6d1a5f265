"""What a search returns, and what it must never touch."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from knowledge_base.models import Audience
from tests.fakes import (
    ACME,
    TODAY,
    ZENITH,
    Knowledge,
    MemoryLexicalIndex,
    MemoryVectorIndex,
    draft,
)

BOTH = (Audience.PUBLIC, Audience.INTERNAL)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def knowledge(sqlite_engine: Engine) -> Knowledge:
    return Knowledge(sqlite_engine)


def test_the_best_passage_comes_first_with_its_scores(knowledge: Knowledge) -> None:
    knowledge.publish(
        draft("refunds", "Refunds take 14 days."),
        draft("cards", "A lost card is blocked at once."),
    )

    found = knowledge.retrieve("is my lost card blocked?")

    first, second = found.passages
    assert first.passage.article.id == "cards"
    assert first.score > second.score
    assert 0 < first.dense <= 1
    assert 0 < first.lexical <= 1
    assert found.version == knowledge.base.publications.find_published(ACME)


def test_no_more_passages_than_asked_for_are_returned(knowledge: Knowledge) -> None:
    knowledge.publish(draft("cards", *(f"Card rule {number}." for number in range(30))))

    assert len(knowledge.retrieve("card rule", limit=7).passages) == 7


def test_outdated_passages_hide_nothing_however_many_there_are(knowledge: Knowledge) -> None:
    old = [f"The card fee of tariff {number} is 5." for number in range(300)]
    knowledge.publish(
        draft("old-fees", *old, effective_until=YESTERDAY),
        draft("fees", "A fee is charged for each replacement."),
    )

    found = knowledge.retrieve("what is the card fee of the tariff?", limit=3)

    assert [ranked.passage.article.id for ranked in found.passages] == ["fees"]


def test_a_client_with_outdated_passages_only_gets_none(knowledge: Knowledge) -> None:
    knowledge.publish(draft("fees", "The fee is 5.", effective_until=YESTERDAY))

    assert knowledge.retrieve("fee").passages == ()


@pytest.mark.parametrize(("on", "expected"), [(YESTERDAY, ["old"]), (TODAY, ["new"])])
def test_the_day_decides_which_edition_is_found(
    knowledge: Knowledge, on: date, expected: list[str]
) -> None:
    knowledge.publish(
        draft("old", "The fee is 5.", effective_until=YESTERDAY),
        draft("new", "The fee is 6.", effective_from=TODAY),
    )

    found = knowledge.retrieve("fee", on=on)

    assert [ranked.passage.article.id for ranked in found.passages] == expected


def test_a_public_search_never_touches_the_internal_index(sqlite_engine: Engine) -> None:
    vectors, lexical = MemoryVectorIndex(), MemoryLexicalIndex()
    knowledge = Knowledge(sqlite_engine, vectors=vectors, lexical=lexical)
    version = knowledge.publish(
        draft("limits", "Agents may refund up to 50.", audience=Audience.INTERNAL),
        draft("refunds", "Refunds take 14 days."),
    )

    found = knowledge.retrieve("up to how much may agents refund?")

    assert [ranked.passage.article.id for ranked in found.passages] == ["refunds"]
    public = version.indexes[Audience.PUBLIC]
    assert {*vectors.searched, *lexical.searched} == {public}


def test_a_search_for_agents_orders_both_audiences_by_score(knowledge: Knowledge) -> None:
    knowledge.publish(
        draft("limits", "Agents may refund up to 50.", audience=Audience.INTERNAL),
        draft("refunds", "Refunds take 14 days."),
    )

    found = knowledge.retrieve("up to how much may agents refund?", audiences=BOTH)

    assert [ranked.passage.article.id for ranked in found.passages] == ["limits", "refunds"]


def test_a_client_without_public_knowledge_gives_customers_nothing(knowledge: Knowledge) -> None:
    knowledge.publish(draft("limits", "Up to 50.", audience=Audience.INTERNAL))

    found = knowledge.retrieve("limits")

    assert (found.passages, found.term_weights) == ((), {})


def test_the_terms_of_the_question_come_weighed_once_each(knowledge: Knowledge) -> None:
    knowledge.publish(draft("cards", "A lost card.", "Another card."))

    weights = knowledge.retrieve("Lost card, lost card, zeppelin!").term_weights

    assert list(weights) == ["lost", "card", "zeppelin"]
    assert weights["card"] < weights["lost"] < weights["zeppelin"]


def test_a_question_without_terms_is_searched_by_its_vector_alone(knowledge: Knowledge) -> None:
    knowledge.publish(draft("cards", "A lost card."))

    found = knowledge.retrieve("how do I?")

    assert [ranked.lexical for ranked in found.passages] == [0.0]


def test_nothing_is_found_before_anything_is_published(knowledge: Knowledge) -> None:
    knowledge.publish(draft("cards", "A lost card."), client_id=ZENITH)

    assert knowledge.find("card") == []
