"""Reads the claims that a text makes: its sentences with their figures, units and telling words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")
_MARKER = re.compile(r"^\s*(?:[-*]|\d+[.)])\s+")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
# Phone numbers, dates, times of day and ordinals differ for good reasons.
_NOT_FIGURES = re.compile(
    r"\+?\d[\d ()-]{8,}\d|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4}|(?<![\w.,$£€¥])(?:19|20)\d\d\b"
    r"|\d+(?:st|nd|rd|th)\b|\b\d{1,2}(?::\d\d|(?:\.\d\d)?\s?[ap]\.?m\b)"
)
_NUMBER_WORDS: dict[str, str] = dict(  # without "one", which is seldom a figure
    zip(
        re.findall(r"\w+", "two three four five six seven eight nine ten eleven twelve"),
        map(str, range(2, 13)),
        strict=True,
    )
)
_FIGURE = re.compile(
    rf"""(?P<money>[$£€¥])?\s?(?<![\w.,-])
    (?P<value>\d+(?:[.,]\d+)*|(?:{"|".join(_NUMBER_WORDS)})(?=[\s-]))(?!\w)
    (?:\s?(?P<percent>%|per\s?cent\b)
    |[\s-](?:working\s|business\s|calendar\s|consecutive\s)?(?P<unit>[^\W\d_]+))?""",
    re.IGNORECASE | re.VERBOSE,
)
_MID_SENTENCE = re.compile(r"(?:(?<=[a-z\u00df-\u00ff] )|(?<=[a-z\u00df-\u00ff], ))[^\W\d_]+")
_CAPITALISED = re.compile(r"[A-Z][\w'-]*(?: [A-Z0-9][\w'-]*)*(?: \([^)]*\))?")
_DENIALS = frozenset(
    {"no", "not", "never", "cannot", "without", "can't", "don't", "doesn't", "won't", "isn't"}
)
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        """a about all also an and any are as at be been but by can could do does each for from has
        have how i if in into is it its may more must my of on only or our per please shall should
        than that the their them then there these they this to up us was we were what when where
        which who why will with within would yes you your""",
    )
)
DENIAL = "denial"
"""The unit of a claim without figures, whose value is whether it says no."""


@dataclass(frozen=True)
class Claim:
    """One sentence, list item or table row.

    `units` and `values` are those of its figures, sorted. `words` are the stems of its other
    telling words. A sentence without figures has the unit `DENIAL` and the value "yes" or "no".
    """

    quote: str
    units: tuple[str, ...]
    values: tuple[str, ...]
    words: frozenset[str]

    @property
    def figures(self) -> frozenset[tuple[str, str]]:
        """The figures as (unit, value)."""
        return frozenset(zip(self.units, self.values, strict=True))


def read_claims(text: str, language: str = "en") -> Iterator[Claim]:
    """Yield the claims of a passage in reading order."""
    for line in text.splitlines():
        for quote in _SENTENCE_END.split(_MARKER.sub("", line).strip()):
            if _WORD.search(quote):
                yield _claim(quote, language)


def _claim(quote: str, language: str) -> Claim:
    plain = _NOT_FIGURES.sub(" ", quote.replace("\u2019", "'"))
    figures = [_figure(match, language) for match in _FIGURE.finditer(plain)]
    words = telling_words(_FIGURE.sub(lambda found: f" {found['unit'] or ''} ", plain), language)
    if not figures:
        denied = any(word in _DENIALS for word in _WORD.findall(plain.casefold()))
        figures = [(DENIAL, "no" if denied else "yes")]
    units, values = zip(*sorted(figures), strict=True)
    return Claim(quote, units, values, words - frozenset(units))


def _figure(match: re.Match[str], language: str) -> tuple[str, str]:
    value = _NUMBER_WORDS.get(match["value"].casefold(), match["value"])
    value = re.sub(r"\.0+$", "", re.sub(r",(?=\d{3}\b)", "", value))
    if match["money"]:
        return match["money"], value
    if match["percent"]:
        return "%", value
    return next(iter(telling_words(match["unit"] or "", language)), ""), value


def telling_words(text: str, language: str = "en") -> frozenset[str]:
    """Return the stems of the words that carry meaning, numbers aside."""
    words = (word for word in _WORD.findall(text.casefold()) if not word[0].isdigit())
    telling = [word for word in words if word not in _FUNCTION_WORDS | _DENIALS]
    stemmer = _stemmer(language)
    return frozenset(stemmer.stemWords(telling) if stemmer else telling)


def proper_names(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that these texts mostly write with a capital in mid-sentence."""
    written = Counter(word for text in texts for word in _MID_SENTENCE.findall(text))
    names = {
        word.casefold()
        for word, count in written.items()
        if word.istitle() and count > written[word.casefold()]
    }
    return frozenset(names - _FUNCTION_WORDS)


def words_of_names(text: str, names: Collection[str]) -> frozenset[str]:
    """Return the words of the names in a text, such as all three of "Dark Green Account".

    A name is a run of capitalised words, one of which is in `names`, with what follows in
    brackets.
    """
    runs = (set(_WORD.findall(run.casefold())) for run in _CAPITALISED.findall(text))
    found = {word for run in runs if not run.isdisjoint(names) for word in run}
    return frozenset(found - _FUNCTION_WORDS)


@cache
def _stemmer(language: str) -> Any:
    import Stemmer

    try:
        return Stemmer.Stemmer(language)
    except KeyError:
        return None
