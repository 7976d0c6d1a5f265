"""Puts a client's own terms beside the words that its customers use for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assist.domain.phrases import fold_text, has_phrase


def with_own_terms(text: str, glossary: Mapping[str, Sequence[str]]) -> str:
    """Return a text with each term of the glossary that it means but does not say.

    `glossary` holds, for a term as the articles have it, the words that customers use.
    """
    folded = fold_text(text)
    meant = [
        term
        for term, words in glossary.items()
        if has_phrase(tuple(words), folded) and not has_phrase((term,), folded)
    ]
    return " ".join([text, *meant])
