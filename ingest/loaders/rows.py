"""Recognises what the rows of a sheet are: questions with answers, or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document import QuestionAnswer, UnreadableFileError
from ingest.loaders.fields import METADATA_FIELDS, field_name, near_field
from ingest.loaders.markup import escape, paragraph, pipe_table, tidy

_QUESTION_NAMES = {
    *("question", "questions", "q", "faq", "query", "customer_question"),
    *("frage", "pregunta", "pergunta", "domanda", "vraag"),
}
_ANSWER_NAMES = {
    *("answer", "answers", "a", "response", "reply", "approved_answer"),
    *("antwort", "respuesta", "réponse", "reponse", "resposta", "risposta", "antwoord"),
}
_HEADER_WITHIN = 10
_PAIR = 2
_MOSTLY = 0.6
_LONGEST_LABEL_CHARS = 60


@dataclass(frozen=True)
class Row:
    """The cells of one row as a person sees them, with its number in the file."""

    number: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(1 for cell in self.cells if cell)


def clean_rows(rows: Sequence[Row]) -> list[Row]:
    """Drop empty rows and empty columns; all rows come out equally wide."""
    tidied = [Row(row.number, tuple(tidy(cell).strip() for cell in row.cells)) for row in rows]
    kept = [row for row in tidied if row.filled]
    width = max((len(row.cells) for row in kept), default=0)
    wide = [Row(row.number, row.cells + ("",) * (width - len(row.cells))) for row in kept]
    used = [at for at in range(width) if any(row.cells[at] for row in wide)]
    return [Row(row.number, tuple(row.cells[at] for at in used)) for row in wide]


def question_answers(rows: Sequence[Row], *, place: str) -> tuple[QuestionAnswer, ...] | None:
    """Read cleaned rows as questions with answers; None when they are something else.

    `place` leads the row number in reports, as in "line". Rows that lack a question or an answer
    are left out.

    Raises:
        UnreadableFileError: for a column whose name is nearly that of a field.
    """
    header = next((row for row in rows[:_HEADER_WITHIN] if _is_pair_header(row)), None)
    if header is not None:
        names = _field_names(header, place)
        body = rows[rows.index(header) + 1 :]
    elif _is_headless_pairs(rows):
        names, body = ["question", "answer"], list(rows)
    else:
        return None
    question = next(at for at, name in enumerate(names) if name in _QUESTION_NAMES)
    answer = next(at for at, name in enumerate(names) if name in _ANSWER_NAMES)
    return tuple(
        QuestionAnswer(
            question=" ".join(row.cells[question].split()),
            answer=row.cells[answer],
            metadata={
                name: cell
                for name, cell in zip(names, row.cells, strict=True)
                if name in METADATA_FIELDS and cell
            },
            place=f"{place} {row.number}",
        )
        for row in body
        if row.cells[question] and row.cells[answer]
    )


def _field_names(header: Row, place: str) -> list[str]:
    """Read the header of pairs; a misspelt field would be lost, and with it who may read a row."""
    names = [field_name(cell.strip("*:")) for cell in header.cells]
    for name in names:
        near = "" if name in METADATA_FIELDS | _QUESTION_NAMES | _ANSWER_NAMES else near_field(name)
        if near and near not in names:
            raise UnreadableFileError(
                f"has the column {name!r}; did you mean {near!r}?", f"{place} {header.number}"
            )
    return names


def _is_pair_header(row: Row) -> bool:
    names = {field_name(cell.strip("*:")) for cell in row.cells}
    return bool(names & _QUESTION_NAMES and names & _ANSWER_NAMES)


def _is_headless_pairs(rows: Sequence[Row]) -> bool:
    if not rows or len(rows[0].cells) != _PAIR:
        return False
    asked = sum(1 for row in rows if row.cells[0].endswith(("?", "？")))  # noqa: RUF001 - typographic signs are meant
    return asked >= _MOSTLY * len(rows)


def table_markdown(rows: Sequence[Row]) -> str:
    """Write cleaned rows as a pipe table; lone texts become paragraphs, labels headings."""
    start = next((at for at, row in enumerate(rows) if _is_header(row, rows)), None)
    if start is None:
        return "\n\n".join(paragraph(" ".join(filter(None, row.cells))) for row in rows)
    parts = [paragraph(_lone_text(row)) for row in rows[:start]]
    parts.extend(_sections(rows[start].cells, rows[start + 1 :]))
    return "\n\n".join(parts)


def _is_header(row: Row, rows: Sequence[Row]) -> bool:
    """Recognise the header: the first row about as full as the others."""
    return row.filled >= max(_PAIR, max(other.filled for other in rows) / 2)


def _sections(header: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Write the table in pieces, cut by rows that hold one label or one remark."""
    pending: list[Sequence[str]] = []
    written = False
    for at, row in enumerate(rows):
        if row.filled > 1 or not row.cells[0] or len(row.cells) <= _PAIR:
            pending.append(row.cells)
            continue
        if pending:
            yield _table(header, pending)
            pending, written = [], True
        leads_rows = at + 1 < len(rows) and rows[at + 1].filled > 1
        yield _label_or_remark(row, leads_rows=leads_rows)
    if pending or not written:
        yield _table(header, pending)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return pipe_table([[escape(cell) for cell in row] for row in (header, *rows)])


def _label_or_remark(row: Row, *, leads_rows: bool) -> str:
    text = _lone_text(row)
    is_label = leads_rows and len(text) <= _LONGEST_LABEL_CHARS and not text.endswith(".")
    return f"### {escape(text)}" if is_label else paragraph(text)


def _lone_text(row: Row) -> str:
    return re.sub(r"\s+", " ", " ".join(filter(None, row.cells)))
