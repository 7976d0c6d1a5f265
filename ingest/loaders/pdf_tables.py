"""Reads the ruled tables of a PDF page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_SMALLEST_TABLE = 2  # rows and columns: less is a box around text
_FILLED_SHARE = 0.4


@dataclass(frozen=True)
class Table:
    """A table with its place on the page; spanning cells are repeated in `rows`."""

    rows: tuple[tuple[str, ...], ...]
    x0: float
    x1: float
    top: float
    bottom: float
    page: int


def find_tables(page: Any) -> list[Table]:
    """Find the tables that are ruled and mostly filled."""
    found = (_read(table, page.page_number) for table in page.find_tables())
    return [table for table in found if table is not None]


def _read(table: Any, page: int) -> Table | None:
    texts = [[" ".join((text or "").split()) for text in row] for row in table.extract()]
    spanned = _spanned_by(table)
    filled = [
        tuple(texts[spanned[at][0]][spanned[at][1]] if at in spanned else text for at, text in row)
        for row in _addressed(texts)
    ]
    rows = tuple(row for row in filled if any(row))
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    cells = [cell for column in columns for cell in column]
    if min(len(rows), len(columns)) < _SMALLEST_TABLE:
        return None
    if sum(map(bool, cells)) < _FILLED_SHARE * len(cells):
        return None
    x0, top, x1, bottom = table.bbox
    return Table(tuple(zip(*columns, strict=True)), x0, x1, top, bottom, page)


def _addressed(texts: list[list[str]]) -> list[list[tuple[tuple[int, int], str]]]:
    return [
        [((row, column), text) for column, text in enumerate(cells)]
        for row, cells in enumerate(texts)
    ]


def _spanned_by(table: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Map each place without a cell of its own to the place of the cell that spans it."""
    cells = {
        (row, column): cell
        for row, line in enumerate(table.rows)
        for column, cell in enumerate(line.cells)
        if cell is not None
    }
    spanned: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(table.rows):
        for column, cell in enumerate(line.cells):
            if cell is None:
                x, y = _middle(table.columns[column].bbox, 0), _middle(line.bbox, 1)
                owner = next((at for at, box in cells.items() if _covers(box, x, y)), None)
                if owner is not None:
                    spanned[row, column] = owner
    return spanned


def _middle(box: Any, axis: int) -> float:
    return float(box[axis] + box[axis + 2]) / 2


def _covers(box: Any, x: float, y: float) -> bool:
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])
