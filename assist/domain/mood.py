"""Estimates a customer's mood from signals that can be named; a hint for people, not a verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from assist.domain.phrases import find_phrases, fold_text, has_phrase

_ANGRY_FROM = 4
"""One phrase of fury, or as much as two complaints that are shouted with exclamation marks."""
_MOST_REPEATED = 2
_REMEMBERED = 5
"""How many earlier messages are looked through for the same unhappiness."""

_EXCLAIMS = re.compile(r"!{2,}|\?!|!\?|\?{3,}")
_SHOUTED_WORD = re.compile(r"\b[^\W\d_]{2,}\b")
_SHOUTED_WORDS = 3
_SHOUTED_SHARE = 0.6


class Mood(StrEnum):
    """How a customer sounds, the mildest first."""

    NEUTRAL = "neutral"
    UNHAPPY = "unhappy"
    ANGRY = "angry"

    def is_at_least(self, other: Mood) -> bool:
        """Say whether this mood is as bad as the other one or worse."""
        moods = list(Mood)
        return moods.index(self) >= moods.index(other)


@dataclass(frozen=True)
class MoodReading:
    """A mood with the signals that speak for it: the customer's words, or what was seen of them."""

    mood: Mood = Mood.NEUTRAL
    signals: tuple[str, ...] = ()


def read_mood(messages: Sequence[str]) -> MoodReading:
    """Read the mood of the last message; earlier ones count only if it is unhappy itself.

    So a customer who has calmed down is not held to what was said before.
    """
    if not messages:
        return MoodReading()
    score, signals = _read(messages[-1])
    if not score:
        return MoodReading()
    before = sum(_read(text)[0] > 0 for text in messages[-1 - _REMEMBERED : -1])
    if before:
        score += min(before, _MOST_REPEATED)
        signals = (*signals, f"unhappy {before + 1} times")
    return MoodReading(Mood.ANGRY if score >= _ANGRY_FROM else Mood.UNHAPPY, signals)


def mood_phrases() -> tuple[str, ...]:
    """Return all phrases of the lexicon, so that they can be compiled ahead."""
    return sum(_lexicon().values(), ())


@lru_cache(maxsize=256)
def _read(message: str) -> tuple[int, tuple[str, ...]]:
    """Return how bad a message sounds, and why. Emphasis alone is no mood unless it is doubled."""
    folded, lexicon = fold_text(message), _lexicon()
    angry = find_phrases(lexicon["angry"], folded)
    upset = () if has_phrase(lexicon["unless"], folded) else find_phrases(lexicon["upset"], folded)
    emphasis = _emphasis(message)
    said = _ANGRY_FROM * len(angry) + len(upset)
    if not said:
        is_loud = len(emphasis) > 1 and not has_phrase(lexicon["pleased"], folded)
        return (1, emphasis) if is_loud else (0, ())
    return said + len(emphasis), tuple(dict.fromkeys((*angry, *upset, *emphasis)))


def _emphasis(message: str) -> tuple[str, ...]:
    words = _SHOUTED_WORD.findall(message)
    shouted = [word for word in words if word.isupper()]
    is_shouting = len(shouted) >= max(_SHOUTED_WORDS, _SHOUTED_SHARE * len(words))
    signals = ["capitals"] if is_shouting else []
    mark = _EXCLAIMS.search(message)
    return (*signals, mark.group()) if mark else tuple(signals)


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, tuple[str, ...]]:
    import yaml

    text = files("assist.domain").joinpath("mood.yaml").read_text("utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    return {kind: tuple(phrases) for kind, phrases in document.items()}
