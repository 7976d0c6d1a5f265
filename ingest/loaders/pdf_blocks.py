"""Puts the lines of a PDF together again: headings, paragraphs, lists and tables as Markdown."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import quantiles
from typing import TYPE_CHECKING

from ingest.loaders.markup import escape, paragraph, pipe_table, tidy
from ingest.loaders.pdf_cleanup import (
    drop_running_lines,
    find_unruled_tables,
    join_lines,
    word_counts,
)
from ingest.loaders.pdf_page import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.loaders.pdf_page import Page
    from ingest.loaders.pdf_tables import Table

_BULLET = re.compile(r"^(?:[•‣▪●◦■○∙·*–—-]|o(?=\s))\s+(?=\S)")  # noqa: RUF001 - typographic signs are meant
_NUMBERED = re.compile(r"^(\d{1,2})[.)]\s+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?:;]['\"’”)]*$")  # noqa: RUF001 - typographic signs are meant
_STATEMENT_END = re.compile(r"[.!:;,]$")
_HEADING_RATIO = 1.1
_LONGEST_HEADING_CHARS = 150
_DEEPEST_LEVEL = 6
_PARAGRAPH_GAP = 1.25  # in line heights
_WIDEST_LEADING = 1.5  # in letter sizes
_ONE_STYLE_PT = 1.0
_WRAPPED_HEADING_GAP = 0.5  # in letter sizes
_INDENT_PT = 4.0


@dataclass(frozen=True)
class _Style:
    """What the document's running text looks like, and the sizes of its headings."""

    size: float
    bold: bool
    leading: float
    heading_sizes: tuple[float, ...]

    def level(self, line: Line) -> int:
        """Tell the level of a heading; 0 for any other line."""
        is_large = line.size >= self.size * _HEADING_RATIO
        if not is_large and _marker(line.text):
            return 0
        if not any(map(str.isalpha, line.text)) or len(line.text) > _LONGEST_HEADING_CHARS:
            return 0
        if is_large:
            return min(self.heading_sizes.index(_half_points(line.size)) + 1, _DEEPEST_LEVEL)
        if line.bold and not self.bold and line.is_short and not _STATEMENT_END.search(line.text):
            return min(len(self.heading_sizes) + 1, _DEEPEST_LEVEL)
        return 0


@dataclass
class _Block:
    """A block in the making; `level` is of a heading, `marker` and `indent` of a list item."""

    lines: list[Line] = field(default_factory=list)
    level: int = 0
    marker: str = ""
    indent: int = 0
    table: Table | None = None
    rows: list[tuple[str, ...]] = field(default_factory=list)


def to_blocks(pages: Sequence[Page]) -> list[str]:
    """Write the blocks of a document as Markdown, in reading order."""
    items = find_unruled_tables(drop_running_lines(pages))
    lines = [item for item in items if isinstance(item, Line)]
    style = _style(lines)
    blocks: list[_Block] = []
    for item in items:
        if isinstance(item, Line):
            _add_line(blocks, item, style)
        else:
            _add_table(blocks, item)
    return list(_write(blocks, word_counts(lines)))


def _style(lines: Sequence[Line]) -> _Style:
    """Take the style that most letters have for that of the running text."""
    letters: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        letters[_half_points(line.size), line.bold] += len(line.text)
    size, bold = letters.most_common(1)[0][0] if letters else (0.0, False)
    headings = {_half_points(line.size) for line in lines if line.size >= size * _HEADING_RATIO}
    return _Style(size, bold, _leading(lines, size), tuple(sorted(headings, reverse=True)))


def _leading(lines: Sequence[Line], size: float) -> float:
    """Measure the distance between lines of one paragraph."""
    widest = _WIDEST_LEADING * size
    steps = [
        below.top - above.top
        for above, below in pairwise(lines)
        if above.page == below.page
        and max(abs(above.size - size), abs(below.size - size)) < _ONE_STYLE_PT
        and 0 < below.top - above.top <= 2 * widest
    ]
    return min(quantiles(steps)[0], widest) if len(steps) > 1 else widest


def _half_points(size: float) -> float:
    return round(size * 2) / 2


def _marker(text: str) -> str:
    """Return the Markdown marker of a list item; empty for other lines."""
    numbered = _NUMBERED.match(text)
    if numbered:
        return f"{numbered.group(1)}."
    return "-" if _BULLET.match(text) else ""


def _add_line(blocks: list[_Block], line: Line, style: _Style) -> None:
    level, marker = style.level(line), _marker(line.text)
    if blocks and _belongs(blocks[-1], line, level, marker, style):
        blocks[-1].lines.append(line)
        return
    indent = _indent(blocks, line) if marker and not level else 0
    blocks.append(_Block([line], level, "" if level else marker, indent))


def _belongs(block: _Block, line: Line, level: int, marker: str, style: _Style) -> bool:
    """Say whether a line goes on with the block before it."""
    if not block.lines or block.level != level:
        return False
    last = block.lines[-1]
    follows = last.page == line.page and line.top > last.top
    if level:
        gap = line.top - last.bottom
        return follows and gap < _WRAPPED_HEADING_GAP * line.size and not last.is_short
    if marker or abs(line.size - last.size) > _ONE_STYLE_PT:
        return False
    is_finished = _SENTENCE_END.search(last.text) is not None
    if not follows:
        return not is_finished and (not last.is_short or line.text[0].islower())
    if line.top - last.top > _PARAGRAPH_GAP * style.leading:
        return False
    leaves_item = block.marker and line.x0 < block.lines[0].x0 + _INDENT_PT
    return not (last.is_short and (is_finished or leaves_item))


def _indent(blocks: Sequence[_Block], line: Line) -> int:
    """Tell how deep a list item lies by the items of the same list above it."""
    for above in reversed(blocks):
        if not above.marker:
            break
        offset = line.x0 - above.lines[0].x0
        if abs(offset) <= _INDENT_PT:
            return above.indent
        if offset > 0:
            return above.indent + 1
    return 0


def _add_table(blocks: list[_Block], table: Table) -> None:
    """Add a table, or its second part where it runs on over a page break."""
    rows = list(table.rows)
    above = blocks[-1] if blocks else None
    goes_on = (
        above is not None
        and above.table is not None
        and above.table.page < table.page
        and len(above.rows[0]) == len(rows[0])
    )
    if above is None or not goes_on:
        blocks.append(_Block(table=table, rows=rows))
        return
    above.rows.extend(rows[1:] if rows[0] == above.rows[0] else rows)
    above.table = table


def _write(blocks: Sequence[_Block], words: Counter[str]) -> Iterator[str]:
    for is_list, group in groupby(blocks, key=lambda block: bool(block.marker)):
        texts = [_text(block, words) for block in group]
        yield from ["\n".join(texts)] if is_list else texts


def _text(block: _Block, words: Counter[str]) -> str:
    if block.rows:
        return pipe_table([[escape(cell) for cell in row] for row in block.rows])
    text = tidy(join_lines([line.text for line in block.lines], words))
    if block.level:
        return f"{'#' * block.level} {escape(text)}"
    if not block.marker:
        return paragraph(text)
    content = _NUMBERED.sub("", _BULLET.sub("", text))
    return f"{'   ' * block.indent}{block.marker} {escape(content)}"
