"""Cuts a passage into the units that can be quoted: headings, sentences, list items, table rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit of text is; it decides with which others it must stay."""

    HEADING = "heading"
    SENTENCE = "sentence"
    ITEM = "item"
    TABLE_HEAD = "table_head"
    ROW = "row"


@dataclass(frozen=True)
class Unit:
    """A piece of a passage, word for word; `line` is where it starts, counted from 0.

    `block` numbers the paragraph, list or table that the unit belongs to.
    """

    text: str
    kind: UnitKind
    line: int
    block: int


_ITEM = re.compile(r"\s*(?:[-*+\u2022]|\d{1,3}[.)])\s+")
_RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*")
_SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"')\]]?\s+(?=[\"'(\[]?[A-Z0-9\u00c0-\u00de\u00bf\u00a1$\u00a3\u20ac])"
)
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|no|nos|mr|mrs|ms|dr|st|approx|max|min|incl|z\.b|d\.h|p\.ej|[a-z])\.$",
    re.IGNORECASE,
)
_HEADING_WORDS = 12


def split_units(text: str) -> tuple[Unit, ...]:
    """Return the units of a passage in order; blank lines and table rules are left out."""
    units: list[Unit] = []
    block = 0
    previous: UnitKind | None = None
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip():
            previous = None
            continue
        if line.lstrip().startswith("|") and _RULE.fullmatch(line):
            continue
        kind = _kind(lines, number, previous)
        if not _continues(kind, previous):
            block += 1
        previous = kind
        pieces = _sentences(line) if kind is UnitKind.SENTENCE else [line.rstrip()]
        units += [Unit(piece, kind, number, block) for piece in pieces]
    return tuple(units)


def _kind(lines: list[str], number: int, previous: UnitKind | None) -> UnitKind:
    line = lines[number]
    if line.lstrip().startswith("|"):
        in_table = previous in {UnitKind.TABLE_HEAD, UnitKind.ROW}
        return UnitKind.ROW if in_table else UnitKind.TABLE_HEAD
    if _ITEM.match(line):
        return UnitKind.ITEM
    if previous is UnitKind.ITEM and line.startswith((" ", "\t")):
        return UnitKind.ITEM
    is_short = len(line.split()) <= _HEADING_WORDS
    followed = number + 1 < len(lines) and bool(lines[number + 1].strip())
    ends = line.rstrip()[-1] in ".!?;,"
    return UnitKind.HEADING if is_short and followed and not ends else UnitKind.SENTENCE


def _continues(kind: UnitKind, previous: UnitKind | None) -> bool:
    if previous is None or kind is UnitKind.HEADING:
        return False
    return kind is previous or (kind is UnitKind.ROW and previous is UnitKind.TABLE_HEAD)


def _sentences(line: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(line):
        if not _ABBREVIATION.search(line[start : end.start()]):
            pieces.append(line[start : end.end()].strip())
            start = end.end()
    pieces.append(line[start:].strip())
    return [piece for piece in pieces if piece]
