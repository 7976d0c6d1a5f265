"""Reads Excel workbooks: what a person sees on the visible sheets."""

from __future__ import annotations

import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from ingest.document import LoadedDocument, QuestionAnswer, UnreadableFileError
from ingest.loaders.archive import check_archive
from ingest.loaders.cell_text import cell_text
from ingest.loaders.markup import escape, plain_title
from ingest.loaders.rows import Row, clean_rows, question_answers, table_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.sources import Limits

_UNSOLVED_FORMULA = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"(?![^>]*\bt="str")[^>]*>'  # text may rightly be empty
    rb"\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_DEFAULT_SHEET_NAMES = ("Sheet", "Tabelle", "Feuil", "Hoja", "Planilha", "Foglio", "Blad")


def load_excel(path: Path, limits: Limits) -> LoadedDocument:
    """Read a workbook: question sheets into pairs, every other sheet into a table.

    Hidden sheets, rows and columns stay out: they hold what the author did not mean to show.
    """
    check_archive(path, limits)
    _refuse_unsolved_formulas(path)
    book = _open(path)
    parts: list[str] = []
    pairs: list[QuestionAnswer] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = clean_rows(_visible_rows(sheet))
        if len(rows) > limits.max_rows:
            raise UnreadableFileError(
                f"holds more than {limits.max_rows:,} rows; split it", f"sheet {sheet.title!r}"
            )
        found = question_answers(rows, place=f"sheet {sheet.title!r} row")
        if found is not None:
            pairs.extend(found)
        elif rows:
            parts.extend([*_sheet_heading(sheet.title), table_markdown(rows)])
    title = plain_title(book.properties.title or "")
    return LoadedDocument(markdown="\n\n".join(parts), title=title, pairs=tuple(pairs))


def _open(path: Path) -> Any:
    """Open a workbook with the last results of its formulas.

    Not in openpyxl's read-only mode, which knows no merged cells and nothing that is hidden.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about features that carry no text
        try:
            return openpyxl.load_workbook(path, data_only=True, keep_links=False)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise UnreadableFileError(
                "is damaged or was not written by Excel; open it in Excel and save it again"
            ) from error


def _refuse_unsolved_formulas(path: Path) -> None:
    """Refuse a workbook that no program has calculated: its cells would be lost silently."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                unsolved = _UNSOLVED_FORMULA.search(archive.read(name))
                if unsolved:
                    raise UnreadableFileError(
                        "holds a formula without its result; open it in Excel and save it again",
                        f"cell {unsolved.group(1).decode()}",
                    )


def _sheet_heading(name: str) -> list[str]:
    """Name the sheet above its table, unless the program named it."""
    stem = name.rstrip("0123456789 ")
    return [] if stem in _DEFAULT_SHEET_NAMES else [f"## {escape(' '.join(name.split()))}"]


def _visible_rows(sheet: Any) -> list[Row]:
    """Read the cells that are shown; the first cell of a merged block speaks for those below."""
    hidden = _hidden_columns(sheet)
    # iter_rows would create a cell for every gap, up to a stray one in row 1,048,576
    texts = {at: cell_text(cell) for at, cell in sheet._cells.items()}  # noqa: SLF001
    last_row = max((row for row, _ in texts), default=0)
    for block in sheet.merged_cells.ranges:
        for row in range(block.min_row + 1, min(block.max_row, last_row) + 1):
            texts[row, block.min_col] = texts.get((block.min_row, block.min_col), "")
    shown = {
        (row, column): text
        for (row, column), text in texts.items()
        if text and column not in hidden and not sheet.row_dimensions[row].hidden
    }
    columns = sorted({column for _, column in shown})
    return [
        Row(number, tuple(shown.get((number, column), "") for column in columns))
        for number in sorted({row for row, _ in shown})
    ]


def _hidden_columns(sheet: Any) -> set[int]:
    hidden: set[int] = set()
    for group in sheet.column_dimensions.values():
        if group.hidden:
            group.reindex()
            hidden.update(range(group.min, group.max + 1))
    return hidden
