"""How a question is compared with a passage word by word."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from knowledge_base.models import (
    WORD_DIMENSION,
    Article,
    ArticleId,
    Passage,
    PassageId,
    WordMatches,
    WordVectors,
)
from knowledge_base.retrieval.matching import match_words
from tests.fakes import matches_of

TEXT = "The late fee is $5. Delivery takes two days."


def passage(text: str = TEXT) -> Passage:
    return Passage(PassageId(1), Article(ArticleId("fees"), title="Fees and times"), 0, text)


def words(*rows: tuple[int, int]) -> WordVectors:
    """Return words with two numbers each."""
    wide = np.zeros((len(rows), WORD_DIMENSION), dtype=np.int8)
    for row, values in enumerate(rows):
        wide[row, : len(values)] = values
    return WordVectors(np.arange(len(rows), dtype=np.int32), wide)


def compare(question: WordVectors, weights: Mapping[str, float], own: WordVectors) -> WordMatches:
    return match_words(question, weights, [passage()], [own])[0]


def test_passages_are_compared_together_as_each_by_itself() -> None:
    question, weights = words((1, 0), (1, 2)), {"fee": 2.0, "late": 1.0}
    several = [words((5, 1), (0, 3)), words(), words((2, 2))]
    together = match_words(question, weights, [passage()] * 3, several)
    for found, own in zip(together, several, strict=True):
        alone = compare(question, weights, own)
        assert found.similarities.tolist() == alone.similarities.tolist()
        assert found.score == pytest.approx(alone.score)
    assert match_words(question, weights, [], []) == []


def test_a_question_that_stands_in_the_passage_matches_fully() -> None:
    assert matches_of("the late fee", passage()).score == pytest.approx(1)


def test_the_score_is_the_share_of_the_weight_that_is_met() -> None:
    assert matches_of("late fee zeppelin hangar", passage()).score == pytest.approx(0.5)


def test_telling_words_count_more() -> None:
    found = compare(words((1, 0), (0, 1)), {"fee": 3.0, "japan": 1.0}, words((5, 0)))
    assert found.score == pytest.approx(0.75)
    assert found.terms == ("fee", "japan")


def test_words_that_point_apart_do_not_match_at_all() -> None:
    found = compare(words((1, 1)), {"fee": 1.0}, words((-1, -1)))
    assert found.similarities.tolist() == [[0.0]]


def test_half_alike_words_match_by_their_cosine() -> None:
    found = compare(words((1, 1)), {"fee": 1.0}, words((127, 0)))
    assert found.score == pytest.approx(np.sqrt(0.5), abs=1e-3)


def test_a_part_of_the_text_is_met_by_its_own_words_only() -> None:
    found = matches_of("late delivery", passage())
    first, second = (0, TEXT.index(" Delivery")), (TEXT.index("Delivery"), len(TEXT))
    assert found.within(*first).tolist() == [1, 0]
    assert found.within(*second).tolist() == [0, 1]


def test_the_title_stands_outside_of_the_text() -> None:
    found = matches_of("times", passage())
    assert found.score == pytest.approx(1)
    assert found.within(0, len(TEXT)).tolist() == [0]


@pytest.mark.parametrize(
    "found",
    [
        matches_of("", passage()),
        matches_of("late fee", Passage(PassageId(1), Article(ArticleId("empty"), ""), 0, "")),
    ],
    ids=["no question", "no passage"],
)
def test_nothing_to_compare_is_no_match(found: WordMatches) -> None:
    assert found.score == 0
    assert not found.within(0, 9).any()
