"""Takes a PDF page apart into lines and tables, in the order in which a person reads them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ingest.loaders.pdf_tables import Table, find_tables

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
UNMAPPED = "\N{REPLACEMENT CHARACTER}"
"""Stands for a letter that its font does not name."""

_UNMAPPED_MARK = re.compile(rf"(?<!\S){UNMAPPED}(?!\S)")
_SLOPE = 0.02
_GUTTER_PT = 9.0
_COLUMN_LINES = 6
_COLUMN_WORDS = 4.0
_CROSSING_SHARE = 0.25
_COLUMN_STEP = 2
_SHORT_LINE = 0.88


@dataclass(frozen=True)
class Line:
    """A line of text; lengths are points from the top left corner of the page.

    `cells` are its parts where wide gaps divide it, each with its left and right edge. `right` is
    how far the longest line of the same column reaches.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    page: int
    right: float
    cells: tuple[tuple[float, float, str], ...]

    @property
    def is_short(self) -> bool:
        """Whether the line ends well before its column does, as at the end of a paragraph."""
        return self.x1 < self.right * _SHORT_LINE


@dataclass(frozen=True)
class Page:
    """A page; `items` holds its lines and tables in reading order."""

    number: int
    height: float
    items: tuple[Line | Table, ...]

    @property
    def lines(self) -> list[Line]:
        """The lines alone."""
        return [item for item in self.items if isinstance(item, Line)]

    @property
    def tables(self) -> list[Table]:
        """The tables alone."""
        return [item for item in self.items if isinstance(item, Table)]


def read_page(page: Any) -> Page:
    """Read a page of pdfplumber, and free what it cached."""
    for char in page.chars:
        if char["text"].startswith("(cid:") or _is_private(char["text"]):
            char["text"] = UNMAPPED
    upright = page.filter(lambda item: item["object_type"] != "char" or _is_level(item))
    clean = upright.dedupe_chars()  # programs draw letters twice to make them bold
    tables = find_tables(clean)
    text = clean.filter(lambda item: not _is_in_table(item, tables))
    raw = [_RawLine(line["chars"]) for line in text.extract_text_lines() if line["chars"]]
    items = _in_reading_order(raw, tables, page)
    page.close()
    return Page(number=page.page_number, height=float(page.height), items=tuple(items))


def _is_private(text: str) -> bool:
    """Tell the codes that mean something in one font alone, and those that are no letters."""
    return any(unicodedata.category(letter) in {"Cc", "Cn", "Co"} for letter in text)


def _is_level(char: dict[str, Any]) -> bool:
    """Tell running text from stamps and watermarks, which stand at an angle."""
    along, across, *_ = char["matrix"]
    return bool(abs(across) < _SLOPE * abs(along))


def _is_in_table(item: dict[str, Any], tables: list[Table]) -> bool:
    if item["object_type"] != "char":
        return False
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return any(table.x0 <= x <= table.x1 and table.top <= y <= table.bottom for table in tables)


@dataclass
class _RawLine:
    """The characters of a line."""

    chars: list[dict[str, Any]]
    gaps: list[tuple[float, float]] = field(init=False)

    def __post_init__(self) -> None:
        # pdfplumber lists a ligature once for each of its letters
        once = {id(char): char for char in self.chars}.values()
        visible = [char for char in once if not char["text"].isspace()]
        self.chars = sorted(visible or once, key=lambda char: float(char["x0"]))
        pairs = zip(self.chars, self.chars[1:], strict=False)
        self.gaps = [
            (left["x1"], right["x0"])
            for left, right in pairs
            if right["x0"] - left["x1"] >= _GUTTER_PT
        ]

    @property
    def x0(self) -> float:
        return float(self.chars[0]["x0"])

    @property
    def x1(self) -> float:
        return float(max(char["x1"] for char in self.chars))

    @property
    def top(self) -> float:
        return float(min(char["top"] for char in self.chars))

    def crosses(self, x: float) -> bool:
        """Say whether text runs over a vertical line."""
        is_in_gap = any(left <= x <= right for left, right in self.gaps)
        return self.x0 < x < self.x1 and not is_in_gap

    def split(self, x: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        left = [char for char in self.chars if char["x1"] <= x]
        return left, [char for char in self.chars if char["x1"] > x]


def _in_reading_order(raw: list[_RawLine], tables: list[Table], page: Any) -> list[Line | Table]:
    """Read two columns one after the other; whatever spans both ends them."""
    gutter = _gutter(raw, float(page.width))
    ordered: list[Line | Table] = []
    left: list[_RawLine] = []
    right: list[_RawLine] = []

    def flush() -> None:
        for column in (left, right):
            edge = max((line.x1 for line in column), default=0.0)
            ordered.extend(_line(line, page.page_number, edge) for line in column)
            column.clear()

    items: list[_RawLine | Table] = [*raw, *tables]
    for item in sorted(items, key=lambda item: item.top):
        if isinstance(item, Table):
            flush()
            ordered.append(item)
        elif gutter is None:
            left.append(item)
        elif item.crosses(gutter):
            flush()
            ordered.append(_line(item, page.page_number, item.x1))
        else:
            for column, chars in zip((left, right), item.split(gutter), strict=True):
                column.extend([_RawLine(chars)] if chars else [])
    flush()
    return ordered


def _gutter(raw: list[_RawLine], width: float) -> float | None:
    """Find the gap between two columns of running text; None for an ordinary page."""
    for x in range(int(width * 0.35), int(width * 0.65), _COLUMN_STEP):
        crossing = sum(1 for line in raw if line.crosses(x))
        if crossing > _CROSSING_SHARE * len(raw):
            continue
        sides = zip(*(line.split(x) for line in raw if not line.crosses(x)), strict=True)
        if all(_is_column([chars for chars in side if chars]) for side in sides):
            return float(x)
    return None


def _is_column(lines: list[list[dict[str, Any]]]) -> bool:
    """Tell running text from a column of labels or figures."""
    if len(lines) < _COLUMN_LINES:
        return False
    return median(len(_words(chars)) for chars in lines) >= _COLUMN_WORDS


def _line(raw: _RawLine, page: int, right: float) -> Line:
    size = float(median(char["size"] for char in raw.chars))
    bold = sum(1 for char in raw.chars if _BOLD.search(char["fontname"]))
    words = _words(raw.chars)
    return Line(
        # one that stands alone is a bullet or a dot between words
        text=_UNMAPPED_MARK.sub("•", " ".join(word["text"] for word in words)),
        x0=raw.x0,
        x1=raw.x1,
        top=raw.top,
        bottom=float(max(char["bottom"] for char in raw.chars)),
        size=size,
        bold=bold > len(raw.chars) * 0.8,
        page=page,
        right=right,
        cells=tuple(_cells(words, gap=1.5 * size)),
    )


def _words(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from pdfplumber.utils.text import extract_words

    words: list[dict[str, Any]] = extract_words(chars, x_tolerance_ratio=0.15, y_tolerance=6)
    return words


def _cells(words: list[dict[str, Any]], *, gap: float) -> list[tuple[float, float, str]]:
    cells: list[tuple[float, float, str]] = []
    for word in words:
        start, end, text = float(word["x0"]), float(word["x1"]), word["text"]
        if cells and start - cells[-1][1] <= gap:
            start, text = cells[-1][0], f"{cells[-1][2]} {text}"
            cells.pop()
        cells.append((start, end, text))
    return cells
