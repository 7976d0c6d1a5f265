"""When the assistant asks back, and what it offers."""

from __future__ import annotations

import pytest

from assist.domain.clarifying import MOST_CHOICES, ask_back
from assist.domain.decision import Abstain, Answer, Clarify, Decision, HandOff, Reason
from assist.domain.situation import NOTHING_KNOWN, Situation
from knowledge_base.models import Article, ArticleId, Passage, PassageId, RankedPassage
from tests.fakes import matches_of

UNSURE = Abstain(Reason.NOT_SUPPORTED, 0.4)
QUESTION = "What is the monthly price?"


def plan(name: str, *, score: float = 0.6, question: str = QUESTION) -> RankedPassage:
    article = Article(ArticleId(name.lower()), title=f"The {name} plan")
    passage = Passage(PassageId(sum(map(ord, name))), article, 0, "The monthly price is $5.")
    return RankedPassage(passage, score, score, score, matches_of(question, passage))


def choices_of(decision: Decision) -> tuple[str, ...]:
    assert isinstance(decision, Clarify)
    return decision.choices


def test_articles_that_fit_alike_are_offered_instead_of_nothing() -> None:
    decision = ask_back(UNSURE, [plan("Cove"), plan("Bay", score=0.58)], NOTHING_KNOWN)
    assert decision == Clarify(("The Cove plan", "The Bay plan"), 0.4)


def test_one_article_is_no_choice() -> None:
    twice = [plan("Cove"), plan("Cove", score=0.59)]
    assert ask_back(UNSURE, twice, NOTHING_KNOWN) == UNSURE


def test_an_article_that_fits_much_worse_is_no_choice() -> None:
    assert ask_back(UNSURE, [plan("Cove"), plan("Bay", score=0.4)], NOTHING_KNOWN) == UNSURE


def test_a_question_that_names_one_of_them_is_not_ambiguous() -> None:
    question = "What is the monthly price of Cove?"
    passages = [plan("Cove", question=question), plan("Bay", score=0.58, question=question)]
    assert ask_back(UNSURE, passages, NOTHING_KNOWN) == UNSURE


def test_what_is_asked_must_stand_in_the_choices() -> None:
    question = "Who won the football league?"
    passages = [plan("Cove", question=question), plan("Bay", question=question)]
    assert ask_back(UNSURE, passages, NOTHING_KNOWN) == UNSURE


def test_it_never_asks_twice_in_a_row() -> None:
    asked = Situation(was_asked_back=True)
    assert ask_back(UNSURE, [plan("Cove"), plan("Bay")], asked) == UNSURE


def test_good_evidence_is_answered_beside_one_other_article_but_not_beside_many() -> None:
    passages = [plan("Cove"), plan("Bay"), plan("Ocean")]
    answer = Answer(tuple(passages), 0.7)
    assert ask_back(answer, passages[:2], NOTHING_KNOWN) == answer
    assert len(choices_of(ask_back(answer, passages, NOTHING_KNOWN))) == 3


def test_only_the_best_choices_are_offered() -> None:
    passages = [plan(name) for name in ("Cove", "Bay", "Ocean", "Gulf", "Sound")]
    choices = choices_of(ask_back(UNSURE, passages, NOTHING_KNOWN))
    assert choices == tuple(each.passage.article.title for each in passages[:MOST_CHOICES])


@pytest.mark.parametrize(
    "decision",
    [
        HandOff("complaint"),
        Abstain(Reason.OFF_TOPIC, 0.1),
        Answer((plan("Cove"),), 0.9, Reason.VERBATIM),
    ],
    ids=["handoff", "off topic", "verbatim"],
)
def test_other_decisions_stand(decision: Decision) -> None:
    assert ask_back(decision, [plan("Cove"), plan("Bay"), plan("Ocean")], NOTHING_KNOWN) == decision


def test_nothing_found_is_nothing_to_choose() -> None:
    assert ask_back(UNSURE, [], NOTHING_KNOWN) == UNSURE
