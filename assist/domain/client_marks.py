"""What gives a client away in a text: its names, addresses, phone number and own sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from assist.domain.client import ClientProfile
from assist.domain.known_texts import (
    RUN_WORDS,
    KnownTexts,
    Run,
    profile_texts,
    runs_of,
    split_words,
)
from knowledge_base.retrieval.terms import fold, terms

_LEAST_LETTERS = 4
"""Shorter words of a name are articles, initials and legal forms."""

_PHONE_DIGITS = 9
"""The last digits of a phone number are the same with and without the code of its country."""

_STRANGE_WORDS = 2
"""So many words that the own client's texts never use make a copied sentence another client's."""

_PUBLIC_MAIL = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com",
    "icloud.com", "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com",
}  # fmt: skip

_COMMON_WORDS = """
    about account agency agent airlines airways association assurance auto bank banking beauty
    best better black blue books boots broadband brothers building business call capital card
    care cars casa center central centre choice city clear clinic club coffee college
    communications community company connect cover credit dental digital direct doctor east
    eastern easy education electric electricity energy express family fashion fast finance
    financial first fitness food foods force foundation fresh friends furniture garden general
    global gold good great green group happy health healthcare help holdings holiday holidays
    home homes hospital hotel hotels house housing income industries insurance international
    internet island kitchen life light limited line living loans local logistics magic market
    markets media medical mobile money mortgage motors mutual national network networks next
    north northern office online open orange outdoor partners payments people pharmacy phone
    plus post power premier prime private property pure rail rental retail right river royal
    safe sales school science security service services shop shopping silver simple smart
    software solutions south southern spark sports square star state store stores studio sugar
    sun supply support systems target team tech technologies technology telecom theatre their
    three ticket tickets today tools total trade trading training transport travel trust union
    united universal university valley value view village vision warehouse water west western
    white wireless with work works world your
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True)
class Place:
    """Where something stands in a text."""

    text: str
    start: int


@dataclass(frozen=True)
class Mark:
    """Something that stands for one client; `is_word` marks a single word, which may be common."""

    kind: str
    text: str
    pattern: re.Pattern[str]
    is_word: bool = False

    def is_of(self, own: KnownTexts) -> bool:
        """Say whether the text is the other client's as well."""
        return own.holds(self.text)


def marks_of(profile: ClientProfile) -> tuple[Mark, ...]:
    """Return what gives a client away."""
    return (
        *_name_marks(profile.name),
        *(_brand_mark(name) for name in profile.brand_names),
        *_contact_marks(profile),
    )


def runs_of_profile(profile: ClientProfile) -> frozenset[Run]:
    """Return the rows of words in a client's own sentences."""
    return frozenset(run for text in profile_texts(profile) for run in runs_of(split_words(text)))


def find_marks(text: str, marks: Sequence[Mark]) -> Iterator[tuple[Mark, Place]]:
    """Yield the marks in a text; a word is left out where a longer mark covers it."""
    covered: list[tuple[int, int]] = []
    for mark in sorted(marks, key=lambda each: -len(each.text)):
        for found in mark.pattern.finditer(text):
            start, end = found.span()
            if not any(first <= start and end <= last for first, last in covered):
                covered.append((start, end))
                yield mark, Place(found.group(), start)


def is_common(word: str, own: KnownTexts, other: KnownTexts) -> bool:
    """Say whether a word is no name: somebody writes it in lower case, or everybody uses it."""
    folded = fold(word)
    return (
        folded in _COMMON
        or len(folded) < _LEAST_LETTERS
        or folded in own.lower_words
        or folded in other.lower_words
    )


def copied_runs(text: str, runs: frozenset[Run], own: KnownTexts) -> Iterator[Place]:
    """Yield what was copied from another client's sentences and does not fit the own client."""
    words = split_words(text)
    for start, run in enumerate(runs_of(words)):
        if run in runs and _is_strange(run, own):
            first, last = words[start], words[start + RUN_WORDS - 1]
            yield Place(text[first.start : last.end], first.start)
            return


def _is_strange(run: Run, own: KnownTexts) -> bool:
    telling = set(run) & {word for word in run if terms(word)}
    return sum(not own.holds(word) for word in telling) >= _STRANGE_WORDS


def _name_marks(name: str) -> Iterator[Mark]:
    words = split_words(name)
    if len(words) > 1:
        is_plain = all(word.folded in _COMMON for word in words)
        yield Mark("its name", name, _pattern(name, keeps_case=is_plain))
    for word in words:
        single = name[word.start : word.end]
        yield Mark("its name", single, _pattern(single), is_word=True)


def _brand_mark(name: str) -> Mark:
    """Return the mark of a product or another own name, of which no word stands alone."""
    is_word = len(split_words(name)) == 1
    return Mark("its product", name, _pattern(name, keeps_case=not is_word), is_word)


def _contact_marks(profile: ClientProfile) -> Iterator[Mark]:
    contacts = profile.contacts
    host = (urlsplit(contacts.website).hostname or contacts.website).removeprefix("www.")
    mail = contacts.email.rpartition("@")[2].lower()
    addresses = {host, contacts.email if mail in _PUBLIC_MAIL else mail} - {""}
    for address in sorted(addresses):
        yield Mark("its address", address, _pattern(address))
    digits = "".join(char for char in contacts.phone if char.isdigit())[-_PHONE_DIGITS:]
    if len(digits) == _PHONE_DIGITS:
        spelled = r"[\s().-]*".join(digits)
        pattern = re.compile(rf"(?:\+?\d[\d\s().-]*)?{spelled}(?!\d)")
        yield Mark("its phone number", contacts.phone, pattern)


def _pattern(text: str, *, keeps_case: bool = False) -> re.Pattern[str]:
    spaced = r"\s+".join(re.escape(part) for part in text.split())
    return re.compile(rf"(?<!\w){spaced}(?!\w)", 0 if keeps_case else re.IGNORECASE)
