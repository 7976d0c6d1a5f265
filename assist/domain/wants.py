"""Finds what a customer wants, in the customer's own words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from assist.domain.contextualising import is_self_contained
from assist.domain.general_rules import general_rules
from assist.domain.masking import mask_secrets
from assist.domain.rules import find_rule
from assist.domain.smalltalk import find_smalltalk
from knowledge_base.retrieval.terms import terms

LONGEST_WANT = 200
_JOINED = " / "
_CUT = " ..."

_ASKS_NOTHING = frozenset({"asks_for_person", "repeated_failure"})
"""General rules that match messages which say what to do next, and not what is wanted."""

_MOST_WORDS_ASIDE = 5
"""A message that such a rule matches and that has more terms says something besides."""


def find_want(messages: Sequence[str], language: str = "en") -> str:
    """Return the customer's last request, led by the one before it if it leans on that.

    Courtesies and plain calls for a person are passed over, unless there is nothing else. At most
    `LONGEST_WANT` characters; empty without a message. Secrets are masked.
    """
    newest_first = (" ".join(mask_secrets(message).split()) for message in reversed(messages))
    wanted = [*islice((text for text in newest_first if _is_substantial(text, language)), 2)]
    if not wanted:
        return cut(mask_secrets(messages[-1]), LONGEST_WANT) if messages else ""
    last = wanted[0]
    leads = wanted[1:] if not is_self_contained(last, language) else []
    joined = _JOINED.join([*leads, last])
    return joined if len(joined) <= LONGEST_WANT else cut(last, LONGEST_WANT)


def cut(text: str, limit: int) -> str:
    """Return a text in one line, cut between words if it is longer than the limit."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    room = limit - len(_CUT)
    return (line[: room + 1].rpartition(" ")[0] or line[:room])[:room] + _CUT


def _is_substantial(message: str, language: str) -> bool:
    if find_smalltalk(message):
        return False
    words = len(set(terms(message, language)))
    if not words or words > _MOST_WORDS_ASIDE:
        return bool(words)
    rules = (rule for rule in general_rules() if rule.any_of and rule.name in _ASKS_NOTHING)
    return find_rule(message, rules) is None
