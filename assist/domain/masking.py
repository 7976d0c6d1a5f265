"""Masks what no agent needs to see: full card numbers, passwords and codes in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MASK = "\u2022\u2022\u2022\u2022"

_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
_SECRET = re.compile(
    r"""\b(?P<what>password|passcode|pass\ code|pin|pin\ code|pin\ number|cvv|cvc|security\ code|otp
      |one-time\ (?:code|password)|contrase\u00f1a|mot\ de\ passe|passwort|kennwort|senha
      |palavra-passe)
      (?:\s+(?:is|was|ist|es|est|\u00e9)\s+(?::\s*)?|\s*[:=]\s*)
      (?P<value>"[^"\n]+"|'[^'\n]+'|\S+)""",
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN_WORDS = """
    a again also always an any being blocked broken case correct expired forgotten gone
    going hacked in incorrect invalid it it's just known lost my needed never no not now of
    old on only out rejected refused required safe same secure sent set so still stolen
    supposed that the there this too unknown weak what where wrong working compromised
    locked falsch weg nicht incorrecta incorrecto incorrect oublié perdu errada
"""
_NO_VALUES = frozenset(_PLAIN_WORDS.split())


@dataclass(frozen=True)
class Secret:
    """A stretch of a text that must be hidden, what it is, and what may be shown instead."""

    start: int
    end: int
    label: str
    masked: str


def find_secrets(text: str) -> Iterator[Secret]:
    """Yield the secrets of a text in no special order; they do not overlap."""
    cards = [match for match in _CARD.finditer(text) if _is_card(match.group())]
    for match in cards:
        digits = _digits(match.group())
        yield Secret(match.start(), match.end(), "Card number, hidden", f"{MASK} {digits[-4:]}")
    for match in _SECRET.finditer(text):
        value = match["value"].rstrip(".,;!?")
        start = match.start("value")
        is_card = any(card.start() <= start < card.end() for card in cards)
        if value and value.casefold() not in _NO_VALUES and not is_card:
            label = f"{match['what'].capitalize()}, hidden"
            yield Secret(start, start + len(value), label, MASK)


def mask_secrets(text: str) -> str:
    """Return the text with its secrets hidden."""
    for secret in sorted(find_secrets(text), key=lambda secret: -secret.start):
        text = text[: secret.start] + secret.masked + text[secret.end :]
    return text


def _is_card(text: str) -> bool:
    """Check the digits by Luhn's formula; a row of zeros would pass it."""
    digits = [int(digit) for digit in _digits(text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return any(digits) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
