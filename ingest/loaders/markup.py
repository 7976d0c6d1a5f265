"""The small pieces of Markdown that loaders write: escaped text, tables and tidy bodies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_INLINE_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"  # a backslash before punctuation
    r"|`"
    r"|\*(?!\s)|(?<!\s)\*"
    r"|(?<![^\W_])_|_(?![^\W_])"  # not inside a_word
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
    r"|\](?=\()"
)
_BLOCK_MARKUP = re.compile(r"^(\s{0,3})(#{1,6}(?=\s)|>|[-+*](?=\s)|={2,}$|-{2,}$)")
_ORDINAL = re.compile(r"^(\s{0,3}\d{1,9})([.)])(?=\s)")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_CODE_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S.*)")
_LONGEST_TITLE_CHARS = 300


def escape(text: str) -> str:
    """Escape what Markdown would read as markup inside a line."""
    return _INLINE_MARKUP.sub(lambda match: "\\" + match.group(), text)


def paragraph(text: str) -> str:
    """Write plain text as one paragraph that nothing in it turns into a heading or a list."""
    return _ORDINAL.sub(r"\1\\\2", _BLOCK_MARKUP.sub(r"\1\\\2", escape(text)))


def plain_title(text: str) -> str:
    """Strip a heading's own markup and line breaks; what no one would call a title is cut off."""
    text = text[:_LONGEST_TITLE_CHARS]
    unmarked = re.sub(r"\\([!-/:-@\[-`{-~])|[*`]+|(?<!\w)_+|_+(?!\w)", r"\1", text)
    return " ".join(unmarked.split())


def first_heading(markdown: str, *, deepest: int) -> str:
    """Find the text of the first heading outside of code; empty when there is none."""
    in_code = False
    for line in markdown.split("\n"):
        if _CODE_FENCE.match(line):
            in_code = not in_code
        heading = None if in_code else _HEADING.match(line)
        if heading and len(heading.group(1)) <= deepest:
            text = heading.group(2).strip()
            opened = text.rstrip("#")
            return plain_title(opened if opened.endswith((" ", "\t")) else text)
    return ""


def pipe_table(rows: Sequence[Sequence[str]]) -> str:
    """Write rows, the header first, as a pipe table; short rows are filled up."""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join(_cells(row, width)) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _cells(row: Sequence[str], width: int) -> list[str]:
    cells = [" ".join(cell.split()).replace("|", "\\|") for cell in row]
    return cells + [""] * (width - len(cells))


def tidy(text: str) -> str:
    """Bring text into one form: composed letters, plain spaces, no unseen signs or empty lines."""
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    lines = (line.rstrip() for line in composed.replace("\xa0", " ").split("\n"))
    single_spaced = re.sub(r"(?<=\S) {2,}", " ", "\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", single_spaced).strip("\n")
