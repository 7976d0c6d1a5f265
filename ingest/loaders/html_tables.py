"""Reads HTML tables: spans are repeated, so that every row of the result speaks for itself."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from ingest.loaders.markup import pipe_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from bs4 import Tag

_WIDEST_SPAN = 100
_CELLS = ["td", "th"]
_PARTS = ["thead", "tbody", "tfoot", "tr", *_CELLS]
_KEY_AND_VALUE = 2


def unwrap_layout_tables(content: Tag) -> None:
    """Turn tables that only arrange the page into plain blocks."""
    for table in content.find_all("table"):
        if _is_layout(table):
            own = (tag for tag in table.find_all(_PARTS) if tag.find_parent("table") is table)
            for tag in [table, *own]:
                tag.name = "div"


def _is_layout(table: Tag) -> bool:
    if table.get("role") in {"presentation", "none"}:
        return True
    return table.find(["table", "h1", "h2", "h3", "h4"]) is not None


def read_table(table: Tag, text_of: Callable[[Tag], str]) -> str:
    """Write a table as Markdown: a pipe table, or a list where each row is a name and a value."""
    rows = [row for row in table.find_all("tr") if row.find(_CELLS)]
    grid = _expand(rows, text_of)
    filled = [(row, cells) for row, cells in zip(rows, grid, strict=True) if any(cells)]
    if not filled:
        return ""
    texts = [cells for _, cells in filled]
    if len(texts) == 1 or max(map(len, texts)) == 1:
        return "\n\n".join(" ".join(filter(None, cells)) for cells in texts)
    heads = len(list(itertools.takewhile(_is_header, (row for row, _ in filled))))
    if 1 < heads < len(texts):
        texts = [_joined_header(texts[:heads]), *texts[heads:]]
    if heads or not table.find("th"):
        return pipe_table([[_without_bold(cell) for cell in texts[0]], *texts[1:]])
    if max(map(len, texts)) == _KEY_AND_VALUE:
        return "\n".join(f"- {': '.join(filter(None, cells))}" for cells in texts)
    return pipe_table([[""], *texts])


def _without_bold(cell: str) -> str:
    """Drop the bold type of a header cell, which Word authors set by hand."""
    return re.sub(r"^\*\*(.+)\*\*$", r"\1", cell)


def _is_header(row: Tag) -> bool:
    return row.find("td") is None or row.find_parent("thead") is not None


def _expand(rows: list[Tag], text_of: Callable[[Tag], str]) -> list[list[str]]:
    """Lay the cells out in a grid, a spanning cell repeated in each place that it covers."""
    grid: list[dict[int, str]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in row.find_all(_CELLS, recursive=False):
            while column in grid[number]:
                column += 1
            width = _span(cell, "colspan")
            for below in grid[number : number + _span(cell, "rowspan")]:
                below.update(dict.fromkeys(range(column, column + width), text_of(cell)))
            column += width
    return [[cells.get(column, "") for column in range(max(cells) + 1)] for cells in grid]


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, ""))
    return max(1, min(int(value), _WIDEST_SPAN)) if value.isdecimal() else 1


def _joined_header(rows: list[list[str]]) -> list[str]:
    """Put the rows of a header into one, without the repetitions that spans leave."""
    width = max(map(len, rows))
    columns = [[row[at] for row in rows if at < len(row)] for at in range(width)]
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]
