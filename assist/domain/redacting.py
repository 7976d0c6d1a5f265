"""Takes personal data out of a customer's text before a language model reads it.

Patterns find what has a form or follows telling words. A name that nothing announces stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from assist.domain.facts import FactKind, find_places
from assist.domain.plain_text import plain_text

READ = 2000
"""So many characters at the end of a text are passed on; facts are looked for in twice as many."""

_LABELS = {
    FactKind.REFERENCE: "[reference]",
    FactKind.EMAIL: "[email]",
    FactKind.PHONE: "[phone]",
    FactKind.POSTCODE: "[postcode]",
    FactKind.ENDING: "[number]",
    FactKind.NAME: "[name]",
    FactKind.SECRET: "[hidden]",
}
_BEFORE = (
    ("[iban]", re.compile(r"\b[A-Z]{2}\d{2}(?:[\s-]?[A-Z0-9]{2,4}){3,8}\b")),
    ("[iban]", re.compile(r"\b[a-z]{2}\d{2}(?:[\s-]?[a-z]{4})?(?:[\s-]?\d{2,4}){3,8}\b")),
    (
        "[email]",
        re.compile(
            r"(?<![\w+.-])(?:[\w+-]++(?:\sdot\s|\.)){0,6}+[\w+-]++(?:\s?[\[({]\s?at\s?[\])}]\s?[\w-]+"
            r"(?:(?:\s?[\[({]\s?dot\s?[\])}]\s?|\sdot\s|\.)[\w-]+)+"
            r"|\sat\s[\w-]+(?:\sdot\s[\w-]+)+)",
            re.IGNORECASE,
        ),
    ),
    ("[hidden]", re.compile(r"(?<!\d)\d{4}([./:_-])\d{4}\1\d{4}\1\d{3,4}(?!\d)")),
    (
        "[reference]",
        re.compile(
            r"(?P<kept>\b(?i:order|booking|reservation|ticket|reference|ref|case)"
            r"(?i: number| no\.?| code| reference| id)?(?i: is)?[:# ]{1,2})"
            r"(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9-]{5,14}\b"
        ),
    ),
    (
        "[date of birth]",
        re.compile(
            r"(?<=\bborn on )[^.,;!?\n]{4,25}|(?<=\bborn )\d[^.,;!?\n]{3,25}"
            r"|(?<=\bdob)[:\s]+\S+(?: \w+ \d{4})?"
            r"|(?<=\bdate of birth)(?: is|:)?\s+\S+(?: \w+ \d{4})?",
            re.IGNORECASE,
        ),
    ),
    (
        "[address]",
        re.compile(
            r"\b\d{1,5}[a-zA-Z]?,? (?:[A-Z][\w'.-]*\s){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln"
            r"|Drive|Dr|Way|Close|Court|Ct|Boulevard|Blvd|Square|Place|Terrace|Crescent|Gardens)\b"
            r"|\b[A-Z]\w+(?:stra(?:\u00dfe|sse)|str\.|weg|platz|gasse) \d{1,4}[a-z]?\b"
            r"|\b(?:Calle|Avenida|Rua|Rue|Via) (?:\w+ ){0,3}?[A-Z]\w+,? \d{1,4}\b"
            r"|\b\d{1,4}(?: bis)?,? (?i:rue|boulevard) (?:[\w'-]+ ){0,3}?[A-Z][\w'-]+"
        ),
    ),
)
_SIGN_OFF = (
    r"regards|sincerely|thanks|thank you|cheers|wishes|yours|saludos|cordialement|cumprimentos"
    r"|gr(?:\u00fc|u)(?:\u00df|ss)en?"
)
_AFTER = (
    ("[email]", re.compile(r"(?<![\w.+'-])[\w.+'-]++@\w[\w-]*")),
    ("[address]", re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")),
    ("[number]", re.compile(r"(?<![\d$\u00a3\u20ac.,])\d(?:[\s.-]?\d){4,}(?![\d,])")),
    (
        "[name]",
        re.compile(
            r"(?<=\b[Tt]his is )[A-Z][a-z'-]+(?: [A-Z][\w'-]+)+|(?<=\bI am )[A-Z][a-z'-]+"
            r"(?: [A-Z][\w'-]+)+|(?<=\bI'm )[A-Z][a-z'-]+(?: [A-Z][\w'-]+)+"
            r"|(?<=egards, )[A-Z]\w+.*|(?<=egards,\n)[A-Z]\w+.*|(?<=incerely, )[A-Z]\w+.*"
            r"|\b(?:Mr|Mrs|Ms|Dr)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?"
            r"|(?:^|(?<=[.!?,] )|(?<=\n))[A-Z][a-z'-]+ [A-Z][a-z'-]+(?= here\b)"
        ),
    ),
    (
        "[name]",
        re.compile(
            r"(?P<kept>\b(?i:ich bin|hier ist|soy|je suis|sou (?:o|a)|mi chiamo) )"
            r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)+"
        ),
    ),
    (
        "[name]",
        re.compile(rf"(?P<kept>\b(?i:{_SIGN_OFF}),?\s+)[A-Z][\w'-]+(?: [A-Z][\w'-]+){{0,2}}\W*$"),
    ),
)


def redact(text: str) -> str:
    """Return the text with a label in the place of each piece of personal data."""
    text = plain_text(unescape(text))[-READ:]
    for label, pattern in _BEFORE:
        text = _hide(text, label, pattern)
    for start, end, label in sorted(_places(text), reverse=True):
        text = text[:start] + label + text[end:]
    for label, pattern in _AFTER:
        text = _hide(text, label, pattern)
    return text


def _hide(text: str, label: str, pattern: re.Pattern[str]) -> str:
    """Put a label in the place of what a pattern finds, after the words that announce it."""
    return pattern.sub(lambda found: found.groupdict().get("kept", "") + label, text)


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    for start, end, fact in find_places(text):
        if fact.kind in _LABELS:
            yield start, end, _LABELS[fact.kind]
