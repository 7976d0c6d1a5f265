"""The small language in which written phrases are matched against a message, by whole words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

# In a folded text every word is followed by one mark: "." where a sentence ends, "," where a
# clause ends, else a space. The text opens with ".", so a mark stands on each side of a word.
_MARK = "[ ,.]"
_INNER_MARK = "[ ,]"
_CLAUSE_EDGE = "(?<=[,.])"
_LETTERS = "[^ ,.]"

_GAP = "..."
# Each gap multiplies the work on a long message by up to five.
_MOST_GAPS = 2
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_RUN = re.compile(r"[^\W_]+")
_LETTER_RUN = re.compile(_LETTERS + "+")
_OPENING = 4
_SENTENCE_END = re.compile(r"[.!?](?!\w)|\n")
_CLAUSE_END = re.compile(r"[,;:()\u2013\u2014]|\s-\s")


def fold_text(text: str) -> str:
    """Return the words of a text without case, accents and punctuation, parted by marks."""
    plain = _without_accents(text.translate(_APOSTROPHES))
    words = list(_WORD.finditer(plain))
    pieces = ["."]
    for word, following in pairwise(words):
        pieces += word.group(), _mark(plain[word.end() : following.start()])
    if words:
        pieces += words[-1].group(), "."
    return "".join(pieces)


def check_phrase(phrase: str) -> None:
    """Do nothing for a phrase that can be read.

    Raises:
        ValueError: naming the phrase that cannot.

    """
    _source(phrase)


def has_phrase(phrases: tuple[str, ...], folded: str) -> bool:
    """Say whether one of the phrases stands in a folded text.

    A phrase is a row of words. `word*` leaves the word's end open; `a|b` is either word, and a
    hyphen puts several words on a side (`look-up|check`); `[word]` may be missing; `...` is up to
    four words of the same sentence; `^` in front and `$` behind are the edges of a clause. An
    apostrophe may be missing in the message: "can't" finds "cant" too.
    """
    beginnings = _beginnings(folded)
    return any(
        _pattern(phrase).search(folded)
        for phrase in phrases
        if not _openings(phrase).isdisjoint(beginnings)
    )


def find_phrases(phrases: tuple[str, ...], folded: str) -> tuple[str, ...]:
    """Return the words where phrases stand in a folded text, in order; overlapping ones as one."""
    beginnings = _beginnings(folded)
    spans = sorted(
        match.span()
        for phrase in phrases
        if not _openings(phrase).isdisjoint(beginnings)
        for match in _pattern(phrase).finditer(folded)
    )
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start < found[-1][1] - 1:  # neighbours share the mark between them
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(" ".join(_LETTER_RUN.findall(folded[start:end])) for start, end in found)


def compile_phrases(phrases: tuple[str, ...]) -> None:
    """Do now what `has_phrase` does when a message first calls for a phrase: half a ms each."""
    for phrase in phrases:
        _pattern(phrase)


@lru_cache(maxsize=64)
def only_phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that fully matches a folded text made of nothing but the phrases."""
    return re.compile(rf"\.{_alternatives(phrases)}++")


def _alternatives(phrases: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(_source(phrase) for phrase in phrases)})"


@lru_cache(maxsize=8192)
def _pattern(phrase: str) -> re.Pattern[str]:
    """Compile one phrase: all general rules together would take 0.4 s of every start."""
    return re.compile(_MARK + _source(phrase))


@lru_cache(maxsize=16)
def _beginnings(folded: str) -> frozenset[str]:
    """Return what each word begins with, at every length up to `_OPENING`."""
    words = set(_RUN.findall(folded))
    return frozenset(word[:length] for word in words for length in range(1, _OPENING + 1))


def _without_accents(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _mark(between: str) -> str:
    if between == " ":
        return " "
    if _SENTENCE_END.search(between):
        return "."
    return "," if _CLAUSE_END.search(between) else " "


def _source(phrase: str) -> str:
    starts, body, ends = _split(phrase)
    if body.count(_GAP) > _MOST_GAPS:
        raise ValueError(f"phrase {phrase!r} has more than {_MOST_GAPS} times '...'")
    steps = [_step(phrase, token, following) for token, following in pairwise([*body, ""])]
    # Spares most words the rest of the phrase; it makes matching 3 x faster.
    first_letter = f"(?=[{''.join(sorted({opening[0] for opening in _openings(phrase)}))}])"
    return starts * _CLAUSE_EDGE + first_letter + "".join(steps) + ends * _CLAUSE_EDGE


@lru_cache(maxsize=8192)
def _openings(phrase: str) -> frozenset[str]:
    """Return the letters that the phrase can begin with, up to `_OPENING` of them."""
    _, body, _ = _split(phrase)
    openings = set[str]()
    for token in body:
        if token == _GAP:
            break
        openings |= {_RUN.findall(side)[0][:_OPENING] for side in _sides(phrase, token)}
        if not _is_optional(token):
            if body[-1] == _GAP:
                break
            return frozenset(openings)
    raise ValueError(f"phrase {phrase!r} must begin with a word and may not end with '...'")


def _split(phrase: str) -> tuple[bool, list[str], bool]:
    """Return whether a clause must begin, the words and gaps, and whether it must end."""
    tokens = phrase.split()
    starts, ends = tokens[:1] == ["^"], tokens[-1:] == ["$"]
    return starts, tokens[starts : len(tokens) - ends], ends


def _step(phrase: str, token: str, following: str) -> str:
    if token == _GAP:
        return f"(?:{_LETTERS}++{_INNER_MARK}){{0,4}}?"
    mark = _INNER_MARK if following == _GAP else _MARK
    step = f"(?:{'|'.join(_sides(phrase, token))}){mark}"
    return f"(?:{step})?" if _is_optional(token) else step


def _is_optional(token: str) -> bool:
    return token.startswith("[") and token.endswith("]")


def _sides(phrase: str, token: str) -> list[str]:
    inner = token[1:-1] if _is_optional(token) else token
    return [_side(phrase, side) for side in inner.split("|")]


def _side(phrase: str, side: str) -> str:
    stem = side.removesuffix("*")
    words = _WORD.findall(_without_accents(stem.translate(_APOSTROPHES)))
    if not words or set(stem) & set("*[]"):
        raise ValueError(f"phrase {phrase!r} has {side!r} where a word should stand")
    open_end = f"{_LETTERS}*+" if stem != side else ""
    return _MARK.join(word.replace("'", "'?") for word in words) + open_end
