"""Articles in time, and the text of a passage that is searched."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge_base.models import Article, ArticleId, Passage, PassageId

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
REFUNDS = Article(ArticleId("refunds"), "Refunds")


@pytest.mark.parametrize(
    ("starts", "ends", "on", "expected"),
    [
        (None, None, MARCH, True),
        (MARCH, None, date(2026, 2, 28), False),
        (MARCH, None, MARCH, True),
        (None, APRIL, APRIL, True),
        (None, APRIL, date(2026, 4, 2), False),
        (MARCH, APRIL, date(2026, 3, 15), True),
        (MARCH, MARCH, MARCH, True),
    ],
)
def test_an_article_holds_from_its_first_day_to_its_last(
    starts: date | None, ends: date | None, on: date, *, expected: bool
) -> None:
    article = Article(ArticleId("a"), "A", effective_from=starts, effective_until=ends)

    assert article.is_effective(on) is expected


def passage(section: tuple[str, ...] = (), question: str | None = None) -> Passage:
    return Passage(PassageId(1), REFUNDS, 0, "Within 14 days.", section, question)


def test_title_headings_and_question_lead_the_searched_text() -> None:
    piece = passage(("Returns", "By post."), "How long does it take?")

    assert piece.index_text == (
        "Refunds. Returns. By post. How long does it take?\nWithin 14 days."
    )


def test_a_question_that_is_also_a_heading_is_written_once() -> None:
    piece = passage(("How long?",), "How long?")

    assert piece.index_text == "Refunds. How long?\nWithin 14 days."


def test_without_headings_the_title_leads_alone() -> None:
    assert passage().index_text == "Refunds\nWithin 14 days."


def test_the_heading_is_the_innermost_one() -> None:
    assert passage(("Returns", "By post")).heading == "By post"
    assert passage().heading == ""
