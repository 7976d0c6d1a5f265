"""Reads comma- and tab-separated files."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders.encoding import decode_text
from ingest.loaders.front_matter import note_unread_audience
from ingest.loaders.rows import Row, clean_rows, question_answers, table_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.sources import Limits

_SNIFFED_CHARS = 8192  # the sniffer's time grows with the square of its sample
_DELIMITERS = ",;\t|"


def load_delimited(path: Path, limits: Limits) -> LoadedDocument:
    """Read a file of questions with answers, or of one table.

    Raises:
        UnreadableFileError: for broken quoting, too many rows, or questions without any answer.
    """
    text = decode_text(path.read_bytes())
    rows = clean_rows(_read_rows(text, path, limits))
    metadata = note_unread_audience({}, text)
    pairs = question_answers(rows, place="line")
    if pairs is None:
        return LoadedDocument(table_markdown(rows) if rows else "", metadata=metadata)
    if not pairs:
        raise UnreadableFileError("has a header but no row with both a question and an answer")
    return LoadedDocument(markdown="", metadata=metadata, pairs=pairs)


def _read_rows(text: str, path: Path, limits: Limits) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), _dialect(text, path), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            rows.append(Row(line, tuple(cells)))
            line = reader.line_num + 1
            if len(rows) > limits.max_rows:
                raise UnreadableFileError(
                    f"holds more than {limits.max_rows:,} rows; split it", f"line {line}"
                )
    except csv.Error as error:
        raise UnreadableFileError(
            f"cannot be split into cells ({error}); check the quotation marks", f"line {line}"
        ) from error
    return rows


def _dialect(text: str, path: Path) -> type[csv.Dialect]:
    """Guess the delimiter; quotation marks are doubled, as every spreadsheet writes them."""

    class Guessed(csv.excel):
        delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text[:_SNIFFED_CHARS])
        skipinitialspace = True

    return Guessed


def _delimiter(sample: str) -> str:
    first_line = sample.split("\n", 1)[0]
    counts = {mark: first_line.count(mark) for mark in _DELIMITERS if mark in first_line}
    if len(counts) == 1:
        return next(iter(counts))
    try:
        return csv.Sniffer().sniff(sample, _DELIMITERS).delimiter
    except csv.Error:
        return max(counts, key=lambda mark: counts[mark], default=",")
