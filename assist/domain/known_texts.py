"""What stands in a client's knowledge and profile, prepared for comparing a draft with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assist.domain.client import ClientProfile
from knowledge_base.models import Audience, Passage
from knowledge_base.retrieval.terms import fold

RUN_WORDS = 8
"""So many words in a row are no chance: they were copied."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_ADDRESS = re.compile(r"\S*(?:@|://|www\.|\w\.\w)\S*")

_MONEY = r"[\u00a3$\u20ac]\s?\d+(?:[.,]\d+)*"
_PERCENT = r"\d+(?:[.,]\d+)?\s?(?:%|percent\b|per\ cent\b)"
_PHONE = r"\+?\d(?:[\s-]?\d){8,}"
_CODE = r"\b(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*\b"
_NUMBER = r"\b(?!(?:19|20)\d\d\b)\d{4,}\b"
FIGURE = re.compile(f"{_MONEY}|{_PERCENT}|{_PHONE}|{_CODE}|{_NUMBER}")

_LEAST_CODE = 4

Run = tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """A word of a text, folded, with its place."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class KnownTexts:
    """What a client's texts hold.

    `folded` is all of them with a space around each word. `lower_words` are written in lower case
    somewhere, so they are no names. `internal_runs` and `internal_figures` stand in internal
    articles and nowhere else.
    """

    folded: str = ""
    lower_words: frozenset[str] = frozenset()
    internal_runs: frozenset[Run] = frozenset()
    internal_figures: frozenset[str] = frozenset()

    def holds(self, phrase: str) -> bool:
        """Say whether the words of a phrase stand in a row somewhere."""
        return folded_words(phrase) in self.folded


def read_known_texts(profile: ClientProfile, passages: Iterable[Passage]) -> KnownTexts:
    """Prepare the texts of a client: its profile, and its passages of both audiences."""
    texts: dict[Audience, list[str]] = {
        Audience.PUBLIC: list(profile_texts(profile)),
        Audience.INTERNAL: [],
    }
    for passage in passages:
        texts[passage.article.audience].append(passage.index_text)
    public, internal = texts[Audience.PUBLIC], texts[Audience.INTERNAL]
    open_runs = {run for text in public for run in runs_of(split_words(text))}
    open_figures = {figure for text in public for figure in figures_of(text)}
    return KnownTexts(
        folded="".join(folded_words(text) for text in [*public, *internal]),
        lower_words=frozenset(word for text in [*public, *internal] for word in _lower(text)),
        internal_runs=frozenset(
            run for text in internal for run in runs_of(split_words(text)) if run not in open_runs
        ),
        internal_figures=frozenset(
            figure for text in internal for figure in figures_of(text) if figure not in open_figures
        ),
    )


def profile_texts(profile: ClientProfile) -> Iterator[str]:
    """Yield the texts of a profile that customers may read."""
    contacts = profile.contacts
    yield from (profile.name, profile.greeting, *profile.starters, *profile.brand_names)
    yield from (contacts.phone, contacts.email, contacts.website)
    yield from (str(phrase) for phrase in vars(profile.phrases).values())
    yield from (phrase for variants in profile.draft_phrases.values() for phrase in variants)
    yield from (rule.say for rule in profile.handoff_rules)


def split_words(text: str) -> list[Word]:
    """Return the words of a text in order."""
    return [Word(fold(each.group()), *each.span()) for each in _WORD.finditer(text)]


def folded_words(text: str) -> str:
    """Return the words of a text in lower case and without accents, with a space around each."""
    return f" {' '.join(word.folded for word in split_words(text))} "


def runs_of(words: list[Word]) -> Iterator[Run]:
    """Yield every row of `RUN_WORDS` words."""
    for start in range(len(words) - RUN_WORDS + 1):
        yield tuple(word.folded for word in words[start : start + RUN_WORDS])


def figures_of(text: str) -> Iterator[str]:
    """Yield the amounts, shares, numbers and codes of a text in one spelling."""
    for found in FIGURE.finditer(text):
        figure = plain_figure(found.group())
        if figure:
            yield figure


def plain_figure(text: str) -> str:
    """Return the one spelling of a figure; empty for what says too little to be told apart."""
    plain = re.sub(r"\s?(?:%|percent|per cent)$", "%", text)
    plain = re.sub(r"[\s,]|(?<=\d)-(?=\d)|\.0+$", "", plain)
    is_short_code = plain.isalnum() and not plain.isdigit() and len(plain) < _LEAST_CODE
    return "" if is_short_code else plain


def _lower(text: str) -> Iterator[str]:
    for found in _WORD.finditer(_ADDRESS.sub(" ", text)):
        if found.group().islower():
            yield fold(found.group())
