"""A client's own wording of the phrases in drafts for agents."""

from __future__ import annotations

from assist.domain.client import ClientProfile, Phrases
from assist.domain.styling import LANGUAGES, PhraseBook, PhraseTable, Say, Style

_SHARED = {Say.THANKS: "thanks", Say.GOODBYE: "goodbye", Say.HELLO: "hello"}
"""Courtesies that the assistant has too: what a client wrote for it serves agents as well."""


def phrase_book(profile: ClientProfile, language: str) -> PhraseBook:
    """Return the phrases for a language; without one of ours, the client's or English."""
    chosen = next(
        (each for each in (language[:2], profile.language[:2]) if each in LANGUAGES), "en"
    )
    is_own = profile.language[:2] == chosen
    return PhraseBook(chosen, _own_phrases(profile) if is_own else {})


def _own_phrases(profile: ClientProfile) -> PhraseTable:
    shared = {
        say: {Style.PLAIN: (_written(profile.phrases, name),)}
        for say, name in _SHARED.items()
        if _written(profile.phrases, name) != Phrases.model_fields[name].default
    }
    own = {say: {Style.PLAIN: variants} for say, variants in profile.draft_phrases.items()}
    return shared | own


def _written(phrases: Phrases, name: str) -> str:
    return str(getattr(phrases, name))
