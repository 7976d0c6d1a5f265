"""Finds the small words that turn a statement: no, only, if, at most, before, usually, must."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum


class Marker(StrEnum):
    """What such words do to a statement."""

    NEGATION = "negation"
    EXCEPTION = "exception"
    CONDITION = "condition"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    BEFORE = "before"
    AFTER = "after"
    HEDGE = "hedge"
    POSSIBLE = "possible"
    MUST = "must"
    UNIVERSAL = "universal"
    REPORTED = "reported"


LANGUAGES = frozenset({"en"})
"""Languages whose markers are known here; in others no paraphrase can be checked."""

_WORDS = {
    Marker.NEGATION: r"""no|not|never|cannot|\w+n't|cant|dont|wont|without|neither|nor|none|nobody
        |nothing|non\w*|unable|impossible|unavailable|ineligible|invalid|refus\w+|prohibit\w+
        |forbid\w*|forbade|exclud\w+|declin\w+|den(?:y|ies|ied)|reject\w*|stop\w*|ceas\w+|avoid\w*
        |instead\ of|rather\ than|fail\w*|ban(?:s|ned)?|lack\w*""",
    Marker.EXCEPTION: r"""except\w*|unless|only|other\ than|apart\ from|aside\ from|but\ not
        |exclud\w+|solely|exclusively|just""",
    Marker.CONDITION: r"""if|when|whenever|unless|provided|providing|as\ long\ as|in\ case
        |subject\ to|depend\w*|whether|(?<!at\ )once|where""",
    Marker.AT_MOST: r"""up\ to|at\ most|(?:no|not)\ more\ than|maximum|max|less\ than|fewer\ than
        |below|under|within|no\ later\ than|limited\ to|capped""",
    Marker.AT_LEAST: r"""at\ least|minimum|min|(?<!no\ )(?<!not\ )more\ than|no\ less\ than|over
        |above|or\ more|from|starting|exceed\w*""",
    Marker.BEFORE: r"before|until|till|prior|no\ later\ than|in\ advance|beforehand|ahead",
    Marker.AFTER: r"after|afterwards|since|later",
    Marker.HEDGE: r"""usual\w*|normal\w*|typical\w*|general\w*|often|sometimes|most|mostly|some
        |about|approximate\w*|approx|around|roughly|likely|probabl[ey]|estimated?|expected|almost
        |nearly|many|few|mainly|occasional\w*|rarely|seldom""",
    Marker.POSSIBLE: r"""may|might|can|could|cannot|can't|able|unable|allow\w*|permit\w*|possibl[ey]
        |option\w*|eligible""",
    Marker.MUST: r"""must\w*|requir\w+|ha(?:ve|s)\ to|needs?|needed|mandatory|obliged|compulsory
        |shall|necessary""",
    Marker.UNIVERSAL: r"""all|every\w*|always|any|anything|anyone|each|entire\w*|full|fully
        |complete\w*|guarantee\w*|immediate\w*|instant\w*|both|whole|unlimited""",
    Marker.REPORTED: r"""tell\w*|told|say\w*|said|claim\w*|pretend\w*|suppos\w*|believ\w*|think\w*
        |myth\w*|rumou?r\w*|false\w*|untrue|wrong\w*|incorrect\w*|mistak\w*|ignor\w*|instruct\w*
        |imagin\w*|example|scam\w*|fraud\w*|fake\w*|ask\w*""",
}  # fmt: skip
_PATTERNS = {
    marker: re.compile(rf"(?<![\w'-])(?:{words})(?!\w)", re.IGNORECASE | re.VERBOSE)
    for marker, words in _WORDS.items()
}

_KEPT = (
    Marker.NEGATION,
    Marker.AT_MOST,
    Marker.AT_LEAST,
    Marker.BEFORE,
    Marker.AFTER,
    Marker.HEDGE,
    Marker.POSSIBLE,
)
"""What says no or limits a statement must not be lost from what is used of the source."""

_KEPT_ALWAYS = (Marker.EXCEPTION, Marker.CONDITION, Marker.REPORTED)
"""What makes a statement hold in some cases only must not be lost from any part of the source."""

_ADDED = (
    Marker.NEGATION,
    Marker.EXCEPTION,
    Marker.AT_MOST,
    Marker.AT_LEAST,
    Marker.BEFORE,
    Marker.AFTER,
    Marker.MUST,
    Marker.UNIVERSAL,
)
"""What makes a statement stronger, or another one, must be in its source."""


def count_markers(*texts: str) -> Counter[Marker]:
    """Count the markers in English texts."""
    plain = "\n".join(texts).replace("\u2019", "'")
    return Counter({marker: len(found.findall(plain)) for marker, found in _PATTERNS.items()})


def is_negated(text: str) -> bool:
    """Say whether a clause says no."""
    return count_markers(text)[Marker.NEGATION] > 0


def changes_limits(claim: str, used: Iterable[str], source: Sequence[str]) -> bool:
    """Say whether a claim is bounded, limited or stressed otherwise than the source's clauses.

    `used` are the clauses of which the claim says nearly all.
    """
    said, given, whole = count_markers(claim), count_markers(*used), count_markers(*source)
    is_lost = any(said[marker] < given[marker] for marker in _KEPT)
    is_lost_anywhere = any(said[marker] < whole[marker] for marker in _KEPT_ALWAYS)
    is_added = any(said[marker] > whole[marker] for marker in _ADDED)
    is_laxer = given[Marker.MUST] > said[Marker.MUST] and said[Marker.POSSIBLE] > 0
    return is_lost or is_lost_anywhere or is_added or is_laxer


_SELF = re.compile(r"\b(?:we|us|our|ours)\b", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)


def swaps_persons(claim: str, source: str) -> bool:
    """Say whether "we refund you" became "you refund us"."""
    orders = [
        (mine.start() < yours.start())
        for text in (claim, source)
        if (mine := _SELF.search(text)) and (yours := _OTHER.search(text))
    ]
    return len(orders) == 2 and orders[0] != orders[1]  # noqa: PLR2004 - the claim and its source
