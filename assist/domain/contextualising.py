"""Makes a message that leans on earlier ones searchable by itself, without a language model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge_base.retrieval.retriever import Retrieved
from knowledge_base.retrieval.terms import fold, terms

CARRIED_MESSAGES = 2
"""How many earlier messages lend their words to a follow-up."""

SELF_CONTAINED_TERMS = 6
"""A message with this many distinct terms and no pointer back names its own topic."""

_POINTS_BACK = re.compile(
    r"\b(it|its|that|this|those|these|they|them|one|ones|there|he|she|him|her|his|same|other|others|"
    r"else|instead|both|either|then|also|too|eso|esto|esa|ese|lo|la|ellos|cela|ca|celui|celle|das|"
    r"dies\w*|es|isso|isto|esse|essa)\b|^(and|but|or|so|ok|okay|y|et|und|e|what about|how about)\b"
)


ALONE_NEAR = 0.08
"""A short message that finds by itself nearly what it finds with its context names its own topic.
Of 11 follow-ups that point back nowhere none came this near, of 272 other questions put behind an
unrelated one two thirds."""


def searchable_text(messages: Sequence[str], language: str = "en") -> str:
    """Return the last message, led by the earlier ones that it leans on.

    It leans on them unless it is long enough to name its own topic and points back nowhere.
    """
    last = messages[-1]
    if len(messages) == 1 or is_self_contained(last, language):
        return last
    return " ".join([*messages[-1 - CARRIED_MESSAGES : -1], last])


def is_self_contained(message: str, language: str = "en") -> bool:
    """Say whether a message can be understood without the ones before it."""
    enough = len(set(terms(message, language))) >= SELF_CONTAINED_TERMS
    return enough and not _points_back(message)


def may_change_topic(message: str) -> bool:
    """Say whether a message could be about something else than the ones before it."""
    return not _points_back(message)


def changes_topic(alone: float, in_context: Retrieved) -> bool:
    """Say whether a message finds by itself what it asks for: `alone` is its nearest cosine."""
    passages = in_context.passages
    return bool(passages) and alone >= passages[0].dense - ALONE_NEAR


def _points_back(message: str) -> bool:
    return bool(_POINTS_BACK.search(fold(message).strip()))
