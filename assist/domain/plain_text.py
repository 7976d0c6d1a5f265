"""Brings a text into its usual characters, so that patterns see what a reader sees."""

from __future__ import annotations

import unicodedata


def plain_text(text: str) -> str:
    """Return a text without odd forms of letters and without characters that nobody sees."""
    if text.isascii():
        return text
    usual = unicodedata.normalize("NFKC", text)
    return "".join(char for char in usual if unicodedata.category(char) != "Cf")
