"""Asks back which of several like things a question is about, with choices from the knowledge."""

from __future__ import annotations

from collections.abc import Sequence

from assist.domain.decision import Abstain, Answer, Clarify, Decision, Reason
from assist.domain.situation import Situation
from knowledge_base.models import RankedPassage
from knowledge_base.retrieval.terms import terms

MOST_CHOICES = 4
LONGEST_CHOICE = 60
"""In characters: a choice is a button in the widget."""

NEAR = 0.9
"""An article is a choice from this share of the best one's score on."""

LEAST_MATCH = 0.6
"""What is asked must stand in each choice: the least match of the question's words."""

MANY = 3
"""From so many choices on, even good evidence for the first one speaks for the others as much. On
490 labelled questions of four clients, which mostly name what they are about, it held none back."""


def ask_back(
    decision: Decision, passages: Sequence[RankedPassage], situation: Situation
) -> Decision:
    """Ask when articles fit alike and the question names none of them, but never twice in a row."""
    least = _least_choices(decision)
    if not least or situation.was_asked_back or not passages:
        return decision
    choices = _choices(passages)
    return (
        Clarify(choices[:MOST_CHOICES], decision.confidence) if len(choices) >= least else decision
    )


def _least_choices(decision: Decision) -> int:
    """Return how many choices speak against a decision; 0 if none do."""
    if isinstance(decision, Abstain) and decision.reason == Reason.NOT_SUPPORTED:
        return 2
    is_quoted = isinstance(decision, Answer) and decision.reason == Reason.SUPPORTED
    return MANY if is_quoted else 0


def _choices(passages: Sequence[RankedPassage]) -> tuple[str, ...]:
    """Return the titles of the articles that fit alike; none if the question tells them apart."""
    first = passages[0]
    asked = set(first.matches.terms)
    titles: dict[str, set[str]] = {}
    for ranked in passages:
        article = ranked.passage.article
        if ranked.score >= NEAR * first.score and ranked.matches.score >= LEAST_MATCH:
            titles[article.title] = asked & set(terms(article.title, article.language))
    named = list(titles.values())
    is_open = all(names == named[0] for names in named)
    is_short = all(len(title) <= LONGEST_CHOICE for title in titles)
    return tuple(titles) if is_open and is_short else ()
