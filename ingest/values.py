"""Reads the values of metadata fields as people write them.

Each reader raises `ValueError` with a clause that follows the value: "which is no date; ...".
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_ID = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_YES, _NO = {"true", "yes", "1"}, {"false", "no", "0"}


def text(value: object) -> str:
    """Read a single text, its spaces collapsed."""
    if isinstance(value, list | dict):
        raise ValueError("which is not a single text")  # noqa: TRY004 - a value, not a type, is wrong
    return " ".join(str(value).split())


def article_id(value: object) -> str:
    """Read an id that can stand in addresses and file names."""
    written = text(value)
    if not _ID.fullmatch(written):
        raise ValueError(
            "which is no id; use letters without accents, digits, '.', '_', '/' and '-', "
            f"at most {LONGEST_ID}"
        )
    return written


def one_of(choices: type[Choice]) -> Callable[[object], Choice]:
    """Make a reader for the members of an enumeration."""

    def read(value: object) -> Choice:
        try:
            return choices(text(value).lower())
        except ValueError:
            raise ValueError(f"which is unknown; use one of: {', '.join(choices)}") from None

    return read


def language(value: object) -> str:
    """Read a language code such as `en` or `pt-BR`."""
    written = text(value)
    if not _LANGUAGE.fullmatch(written):
        raise ValueError("which is no language code; use one such as en or pt-BR")
    return written


def day(value: object) -> date:
    """Read a date in ISO form."""
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        raise ValueError("which is no date; write it as 2027-12-31") from None


def yes_or_no(value: object) -> bool:
    """Read a truth value."""
    written = text(value).lower()
    if written not in _YES | _NO:
        raise ValueError("which is neither true nor false; use one of the two")
    return written in _YES


def tags(value: object) -> tuple[str, ...]:
    """Read a list, or texts with commas between them; each tag once."""
    items = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(dict.fromkeys(filter(None, map(text, items))))


def web_address(value: object) -> str:
    """Read an address that a browser may follow."""
    written = text(value)
    if not _WEB_ADDRESS.fullmatch(written):
        raise ValueError("which is no web address; begin it with https://")
    return written
