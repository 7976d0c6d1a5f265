"""Tidies the lines of a PDF: running headers go, unruled tables and split words are restored."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.loaders.pdf_page import Line
from ingest.loaders.pdf_tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.loaders.pdf_page import Page

_MARGIN_SHARE = 0.12
_FOOT_SHARE = 0.08
_REPEATED_ON = 0.5
_PAGE_NUMBER = re.compile(
    r"(?:^|\s)(?:page|seite|página|p\.)\s*\d+(?:\s*(?:of|/|von|de)\s*\d+)?$"
    r"|^[-–\s]*\d+(?:\s*(?:of|/|von|de)\s*\d+)?[-–\s]*$",  # noqa: RUF001 - typographic signs are meant
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\s?\.){4,}\s*(\d{1,4})$")
_CONTENTS_LINES = 3
_TABLE_LINES = 3
_ALIGNED_PT = 4.0
_LIST_MARK = re.compile(r"^(?:\W|\d{1,2}[.)]|[a-z][.)])$")
_SPLIT_WORD = re.compile(r"(?<!\w)(\w+)-$")
_WORD = re.compile(r"\w+(?:-\w+)*")


def drop_running_lines(pages: Sequence[Page]) -> list[Line | Table]:
    """Drop page numbers, tables of contents, and what comes back at page edges."""
    seen = Counter(key for page in pages for key in {_key(x) for x in _marginal(page)})
    enough = max(2, min(3, _REPEATED_ON * len(pages)))
    kept: list[Line | Table] = []
    for page in pages:
        running = {
            id(line)
            for line in _marginal(page)
            if seen[_key(line)] >= enough or _is_page_number(line, page)
        }
        running |= {id(line) for line in _contents(page, len(pages))}
        kept.extend(item for item in page.items if id(item) not in running)
    return kept


def _marginal(page: Page) -> list[Line]:
    top, bottom = page.height * _MARGIN_SHARE, page.height * (1 - _MARGIN_SHARE)
    return [line for line in page.lines if line.bottom < top or line.top > bottom]


def _key(line: Line) -> tuple[str, int]:
    """Keep what a running line has on every page: its words, its place, but not its number."""
    return re.sub(r"\d+", "#", line.text), round(line.top / _ALIGNED_PT)


def _is_page_number(line: Line, page: Page) -> bool:
    at_edge = line.top > page.height * (1 - _FOOT_SHARE) or line.bottom < page.height * _FOOT_SHARE
    return at_edge and _PAGE_NUMBER.search(line.text) is not None


def _contents(page: Page, pages: int) -> list[Line]:
    """Find lines that lead with dots to page numbers; larger figures are prices or the like."""
    found = [(line, _LEADER.search(line.text)) for line in page.lines]
    led = [(line, int(match.group(1))) for line, match in found if match]
    if len(led) < _CONTENTS_LINES or any(number > pages for _, number in led):
        return []
    return [line for line, _ in led]


def find_unruled_tables(items: Iterable[Line | Table]) -> list[Line | Table]:
    """Put lines whose parts stand below each other in columns together as tables."""
    found: list[Line | Table] = []
    run: list[Line] = []
    for item in items:
        if run and not (isinstance(item, Line) and _is_row_below(run, item)):
            found.extend(_as_table(run))
            run = []
        if isinstance(item, Line) and _could_be_row(item):
            run.append(item)
        else:
            found.append(item)
    return [*found, *_as_table(run)]


def _could_be_row(line: Line) -> bool:
    return len(line.cells) > 1 and not _LIST_MARK.match(line.cells[0][2])


def _is_row_below(run: Sequence[Line], line: Line) -> bool:
    first = run[0]
    return (
        _could_be_row(line)
        and line.page == first.page
        and len(line.cells) == len(first.cells)
        and all(
            abs(a[0] - b[0]) <= _ALIGNED_PT or abs(a[1] - b[1]) <= _ALIGNED_PT
            for a, b in zip(first.cells, line.cells, strict=True)
        )
    )


def _as_table(run: list[Line]) -> list[Line | Table]:
    if len(run) < _TABLE_LINES:
        return list(run)
    rows = tuple(tuple(text for _, _, text in line.cells) for line in run)
    x0, x1 = min(line.x0 for line in run), max(line.x1 for line in run)
    return [Table(rows, x0, x1, run[0].top, run[-1].bottom, run[0].page)]


def word_counts(lines: Sequence[Line]) -> Counter[str]:
    """Count the words of a document, to tell a split word from a compound."""
    return Counter(word for line in lines for word in _WORD.findall(line.text.lower()))


def join_lines(lines: Sequence[str], words: Counter[str]) -> str:
    """Join the lines of a paragraph, and words that were split at their ends."""
    joined = lines[0]
    for above, line in pairwise(lines):
        start = _SPLIT_WORD.search(above)
        if start is None or not line[:1].isalnum():
            joined = f"{joined} {line}"
        elif not line[0].islower() or _is_compound(start.group(1), line, words):
            joined += line
        else:
            joined = joined[:-1] + line
    return joined


def _is_compound(start: str, line: str, words: Counter[str]) -> bool:
    """Prefer the form that the document uses elsewhere; two words of their own keep the hyphen."""
    match = _WORD.match(line)
    rest = match.group().lower() if match else ""
    start = start.lower()
    if words[f"{start}-{rest}"] or words[start + rest]:
        return words[f"{start}-{rest}"] > words[start + rest]
    return words[start] > 0 and words[rest] > 1
