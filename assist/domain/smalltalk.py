"""Recognises messages that are courtesy alone; a question behind a greeting is no smalltalk."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from assist.domain.phrases import fold_text, has_phrase, only_phrases

# Longer messages have something to say, and a bound keeps the match cheap.
_LONGEST_SMALLTALK = 120


class Smalltalk(StrEnum):
    """What a courtesy is, the one that needs a reply most first."""

    ABOUT = "about"
    GOODBYE = "goodbye"
    THANKS = "thanks"
    HELLO = "hello"


def find_smalltalk(message: str) -> Smalltalk | None:
    """Return what the whole message amounts to; of several courtesies the first in the enum."""
    if len(message) > _LONGEST_SMALLTALK:
        return None
    folded = fold_text(message)
    phrases = _phrases()
    if not only_phrases(sum(phrases.values(), ())).fullmatch(folded):
        return None
    return next((kind for kind in Smalltalk if has_phrase(phrases[kind], folded)), None)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[str, ...]]:
    import yaml

    text = files("assist.domain").joinpath("smalltalk.yaml").read_text("utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    return {kind: tuple(phrases) for kind, phrases in document.items()}
