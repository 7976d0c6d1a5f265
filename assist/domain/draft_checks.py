"""Finds in an agent's draft what must not go out: another client's marks, internal text, secrets.

The checks are written rules on the text alone. They are no judgement of whether it is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assist.domain.client_marks import Mark, copied_runs, find_marks, is_common
from assist.domain.errors import AssistError
from assist.domain.known_texts import (
    FIGURE,
    RUN_WORDS,
    KnownTexts,
    figures_of,
    plain_figure,
    runs_of,
    split_words,
)
from assist.domain.masking import MASK, find_secrets

_SLOT = re.compile(r"\{\{?\s*[a-z][a-z_ ]*\s*\}?\}|\[(?:[A-Z][A-Z_ ]+|[a-z]+_[a-z_]+)\](?!\()")
_LEAST_SECRET = 3
"""What follows the word "PIN" is a secret from this length on, and only with a digit."""


class FindingKind(StrEnum):
    """What is wrong with a place in a draft."""

    OTHER_CLIENT = "other_client"
    INTERNAL_TEXT = "internal_text"
    EMPTY_SLOT = "empty_slot"
    CARD_NUMBER = "card_number"
    PASSWORD = "password"  # noqa: S105 - the name of a finding


@dataclass(frozen=True)
class Finding:
    """A place in a draft, why it stops the draft, and whether it may be sent all the same."""

    kind: FindingKind
    text: str
    message: str
    may_confirm: bool
    start: int = 0


@dataclass(frozen=True)
class OtherClient:
    """Another client with what gives it away; its texts are read only when a mark was found.

    The name is empty for readers who do not serve that client: not even its name is theirs.
    """

    name: str
    marks: tuple[Mark, ...]
    runs: frozenset[tuple[str, ...]]
    read_texts: Callable[[], KnownTexts]


class DraftStoppedError(AssistError):
    """An agent's text must not go out as it is; `findings` tell why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings[0].message)
        self.findings = tuple(findings)


def check_draft(
    text: str, own: KnownTexts, others: Sequence[OtherClient], said: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Return the findings in the order of the text; `said` is what the customer knows already."""
    found = [
        *_other_clients(text, own, others),
        *_internal_runs(text, own),
        *_internal_figures(text, own, said),
        *_places(text),
    ]
    unique = {(each.kind, each.text): each for each in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda each: each.start))


def _other_clients(text: str, own: KnownTexts, others: Sequence[OtherClient]) -> Iterator[Finding]:
    for other in others:
        called = f"{other.name}, another client" if other.name else "another client"
        for mark, place in find_marks(text, other.marks):
            if mark.is_of(own) or (mark.is_word and is_common(place.text, own, other.read_texts())):
                continue
            message = f"This names {called}: {mark.kind} {place.text!r}."
            yield Finding(FindingKind.OTHER_CLIENT, place.text, message, False, place.start)
        for place in copied_runs(text, other.runs, own):
            message = f"These words are from the texts of {called}."
            yield Finding(FindingKind.OTHER_CLIENT, place.text, message, False, place.start)


def _internal_runs(text: str, own: KnownTexts) -> Iterator[Finding]:
    words = split_words(text)
    start: int | None = None
    runs = [*(run in own.internal_runs for run in runs_of(words)), False]
    for index, is_internal in enumerate(runs):
        if is_internal and start is None:
            start = index
        if not is_internal and start is not None:
            last = words[index + RUN_WORDS - 2]
            copied = text[words[start].start : last.end]
            message = "This stands in an internal article only; customers must not read it."
            yield Finding(FindingKind.INTERNAL_TEXT, copied, message, True, words[start].start)
            start = None


def _internal_figures(text: str, own: KnownTexts, said: Sequence[str]) -> Iterator[Finding]:
    known = {figure for each in said for figure in figures_of(each)}
    for found in FIGURE.finditer(text):
        figure = plain_figure(found.group())
        if figure in own.internal_figures and figure not in known:
            message = f"{found.group()!r} stands in an internal article only."
            yield Finding(FindingKind.INTERNAL_TEXT, found.group(), message, True, found.start())


def _places(text: str) -> Iterator[Finding]:
    for found in _SLOT.finditer(text):
        message = f"{found.group()} is still to be filled in."
        yield Finding(FindingKind.EMPTY_SLOT, found.group(), message, True, found.start())
    for secret in find_secrets(text):
        value = text[secret.start : secret.end]
        if secret.masked != MASK:
            message = "This looks like a card number: it must never be sent in a chat."
            yield Finding(FindingKind.CARD_NUMBER, value, message, False, secret.start)
        elif len(value) >= _LEAST_SECRET and any(char.isdigit() for char in value):
            message = "This looks like a password or PIN: it should not be sent in a chat."
            yield Finding(FindingKind.PASSWORD, value, message, True, secret.start)
