"""Reads what a text file says of itself at its top, and notices what it says in another form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.document import UnreadableFileError
from ingest.loaders.fields import UNREAD_AUDIENCE, field_name
from ingest.loaders.yaml_text import read_mapping

_BLANK = re.compile(r"[\s\ufeff]*")
_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_OPENING = re.compile(r"---[ \t]*\n(?=(?:[ \t]*(?:#.*)?\n)*(?:[\w\"'][^\n]*?:(?:\s|$)|---|\.\.\.))")
_LONGEST_FRONT_MATTER_CHARS = 65_536
_REMARK_WITHIN_LINES = 20
_KEY = r"(?<![^\W_])audience[\"'*_`\\\s]*[:=\uff1a]"
# A line that begins with the key, or has it before a word that someone gave as the audience.
_REMARK = re.compile(
    rf"^[\W_]*{_KEY}|{_KEY}[\"'*_`\\\s]*(?:internal|public|agents?|staff|private)\b",
    re.IGNORECASE,
)


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Split a file into what its front matter says and its body.

    A rule (`---`) at the top that no `name: value` line follows is part of the body. An audience
    that the file gives in any other form is noted under `UNREAD_AUDIENCE`.

    Raises:
        UnreadableFileError: for front matter that is broken, too long or never closed: the file
            could otherwise go in without the audience that its author gave it.
    """
    start = _end_of_blank(text)
    opening = _OPENING.match(text, start)
    if opening is None:
        return note_unread_audience({}, text), text
    line = text.count("\n", 0, start) + 1
    closing = _FENCE.search(text, opening.end())
    if closing is None:
        raise UnreadableFileError(
            "opens front matter but never closes it; add '---'", f"line {line}"
        )
    content = text[opening.end() : closing.start()]
    if len(content) > _LONGEST_FRONT_MATTER_CHARS:
        reason = "has front matter of more than 64 kB; shorten it"
        raise UnreadableFileError(reason, f"line {line}")
    metadata = read_mapping(content, first_line=line + 1)
    noted = note_unread_audience(metadata, text, body_at=closing.end())
    return noted, text[closing.end() :].lstrip("\n")


def note_unread_audience(
    metadata: Mapping[str, object], text: str, *, body_at: int = 0
) -> dict[str, object]:
    """Add the place at which a text speaks of its audience, unless its metadata does so already.

    All lines before the body count, and the first lines of the body.
    """
    if {"audience", UNREAD_AUDIENCE} & set(map(field_name, metadata)):
        return dict(metadata)
    before_body = text.count("\n", 0, _end_of_blank(text, body_at))
    last = before_body + _REMARK_WITHIN_LINES
    for number, line in enumerate(text.split("\n", last)[:last], start=1):
        if speaks_of_audience(line):
            return {**metadata, UNREAD_AUDIENCE: f"line {number}"}
    return dict(metadata)


def speaks_of_audience(line: str) -> bool:
    """Say whether a line looks as if it were to set the audience."""
    return _REMARK.search(line) is not None


def _end_of_blank(text: str, start: int = 0) -> int:
    blank = _BLANK.match(text, start)
    return blank.end() if blank else start
