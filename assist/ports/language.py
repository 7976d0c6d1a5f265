"""What tells the language of a text."""

from __future__ import annotations

from typing import Protocol

from assist.domain.language import LanguageGuess


class LanguageDetector(Protocol):
    """Guesses languages."""

    def detect(self, text: str) -> LanguageGuess | None:
        """Return the likeliest language of a text, and `None` if there is nothing to tell by."""
