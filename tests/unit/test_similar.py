"""The ingest report's hints: duplicates and likely contradictions, and what is neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

import numpy as np
import pytest

from ingest.similar import SimilarPair, find_contradictions, find_duplicates
from knowledge_base.models import Article, ArticleDraft, ArticleId, Audience, PassageDraft, Vectors

_ids = count()


def _article(
    *texts: str, title: str = "Help", section: str = "", question: str | None = None
) -> ArticleDraft:
    path = (section,) if section else ()
    passages = tuple(PassageDraft(text, path, question) for text in texts)
    return ArticleDraft(Article(ArticleId(f"a{next(_ids)}"), title), passages, "f")


def _alike(*articles: ArticleDraft) -> Vectors:
    rows = sum(len(article.passages) for article in articles)
    return np.tile(np.array([1, 0], dtype=np.float32), (rows, 1))


def _contradictions(*articles: ArticleDraft, client_name: str = "") -> tuple[SimilarPair, ...]:
    return find_contradictions(articles, _alike(*articles), client_name=client_name)


_POLICY = "You may return an unused item within 30 days and we refund the full price to your card."


@pytest.mark.parametrize("copy", [_POLICY, _POLICY.upper().replace(" ", "  "), f"- {_POLICY}"])
def test_same_passage_in_two_articles_is_a_duplicate(copy: str) -> None:
    first, second = _article(_POLICY), _article("Something else.", copy)

    (pair,) = find_duplicates((first, second))

    assert (pair.first, pair.second) == (first.article.id, second.article.id)
    assert (pair.kind, pair.first_quote, pair.second_quote) == ("duplicate", _POLICY, copy)
    assert pair.score == pytest.approx(1.0)


def test_nearly_the_same_long_passage_is_a_duplicate() -> None:
    words = " ".join(f"word{index}x" for index in range(60))

    (pair,) = find_duplicates((_article(words), _article(f"{words} indeed")))

    assert 0.95 < pair.score < 1


@pytest.mark.parametrize(
    "other",
    [
        _POLICY.replace("30", "14"),
        "You may return a used item within 30 days and we refund half of the price in vouchers.",
    ],
)
def test_other_figures_or_other_words_are_no_duplicate(other: str) -> None:
    assert find_duplicates((_article(_POLICY), _article(other))) == ()


def test_passages_of_one_article_are_no_duplicates() -> None:
    assert find_duplicates((_article(_POLICY, _POLICY),)) == ()


def test_short_answers_are_duplicates_only_with_their_questions() -> None:
    asked = _article("No, sorry.", question="Do you deliver abroad by post or courier?")
    again = _article("No, sorry.", question="Do you deliver abroad by post or courier?")
    other = _article("No, sorry.", question="Can I pay the whole price in cash?")

    assert find_duplicates((asked, other)) == ()
    assert len(find_duplicates((asked, again, other))) == 1


def test_versions_that_follow_each_other_are_neither() -> None:
    old, new = _article(_POLICY), _article(_POLICY)
    old = replace(old, article=replace(old.article, effective_until=date(2027, 12, 31)))
    new = replace(new, article=replace(new.article, effective_from=date(2028, 1, 1)))
    shorter = replace(new, passages=(PassageDraft(_POLICY.replace("30", "14")),))

    assert find_duplicates((old, new)) == ()
    assert _contradictions(old, shorter) == ()


@pytest.mark.parametrize(
    ("claim", "counterclaim"),
    [
        ("A gift card is valid for 24 months.", "Our gift card is valid for 18 months."),
        ("The late payment fee is $10.", "We add a late payment fee of $8."),
        (
            "Repeat prescriptions are ready within two working days.",
            "Repeat prescriptions take three working days.",
        ),
        ("| Late payment fee | $10 |", "The late payment fee is $8."),
        ("Unused gift cards can be exchanged.", "Unused gift cards cannot be exchanged."),
    ],
)
def test_claims_that_differ_in_a_figure_or_in_yes_and_no_contradict(
    claim: str, counterclaim: str
) -> None:
    first, second = _article(claim, title="Cards"), _article(counterclaim, title="Terms")

    (pair,) = _contradictions(first, second)

    assert (pair.first, pair.second) == (first.article.id, second.article.id)
    assert (pair.first_quote, pair.second_quote) == (claim, counterclaim)
    assert pair.kind == "contradiction"
    assert 0.5 < pair.score <= 1


def test_short_answer_is_read_with_its_question() -> None:
    question = "Does the guarantee cover holiday lets?"

    (pair,) = _contradictions(
        _article("Yes.", question=question), _article("No. They are left out.", question=question)
    )

    assert (pair.first_quote, pair.second_quote) == ("Yes.", "No.")


_FEE = "The monthly fee of the plan is £{}."


@pytest.mark.parametrize(
    "other",
    [
        _article(_FEE.format(5)),
        _article("The setup charge for a router is £9."),
        _article(_FEE.format(5), _FEE.format(9)),
    ],
)
def test_agreeing_or_unlike_claims_do_not_contradict(other: ArticleDraft) -> None:
    assert _contradictions(_article(_FEE.format(5)), other) == ()


def test_articles_for_other_readers_do_not_contradict() -> None:
    public, other = _article(_FEE.format(5)), _article(_FEE.format(9))
    internal = replace(other, article=replace(other.article, audience=Audience.INTERNAL))
    french = replace(other, article=replace(other.article, language="fr"))

    assert _contradictions(public, internal) == ()
    assert _contradictions(public, french) == ()
    assert len(_contradictions(public, other)) == 1


def test_passages_that_are_not_close_do_not_contradict() -> None:
    articles = (_article(_FEE.format(5)), _article(_FEE.format(9)))

    assert find_contradictions(articles, np.eye(2, dtype=np.float32)) == ()


def test_pages_of_sibling_products_do_not_contradict_but_pages_of_one_product_do() -> None:
    told = "Choose the Bronze plan or the Silver plan."
    bronze = _article(_FEE.format(5), told, title="Bronze plan: prices")
    silver = _article(_FEE.format(9), told, title="Silver plan: prices")
    again = _article(_FEE.format(7), told, title="Bronze plan at a glance")

    (pair,) = _contradictions(bronze, silver, again)

    assert {pair.first, pair.second} == {bronze.article.id, again.article.id}


@pytest.mark.parametrize(
    ("title", "sibling"),
    [("Standard delivery", "Express delivery"), ("Fibre 100 prices", "Fibre 500 prices")],
)
def test_titles_of_one_kind_do_not_contradict(title: str, sibling: str) -> None:
    claim, counterclaim = "Your parcel arrives within 5 days.", "Your parcel arrives within 2 days."

    assert (
        _contradictions(_article(claim, title=title), _article(counterclaim, title=sibling)) == ()
    )


def test_name_of_the_client_tells_no_subjects_apart() -> None:
    articles = (
        _article("A gift card is valid for 24 months.", title="Gift cards"),
        _article("A Larkspur gift card is valid for 18 months.", title="Gift card terms"),
        _article("Shop with Larkspur and pay with Larkspur points."),
    )

    assert _contradictions(*articles) == ()
    assert len(_contradictions(*articles, client_name="Larkspur")) == 1


def test_limits_that_one_article_tells_apart_do_not_contradict() -> None:
    purchases, withdrawals = "Daily card purchase limit: £900", "Daily card withdrawal limit: £300"

    assert len(_contradictions(_article(purchases), _article(withdrawals))) == 1
    assert (
        _contradictions(
            _article(purchases), _article(withdrawals), _article(f"{purchases}\n{withdrawals}")
        )
        == ()
    )


def test_articles_without_words_or_passages_give_nothing() -> None:
    articles = (_article(), _article("42", title=""), _article("43", title=""))

    assert find_duplicates(articles) == ()
    assert _contradictions(*articles) == ()
