"""Reads plain text: finds the questions, headings and lists that its layout shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.document import LoadedDocument, QuestionAnswer
from ingest.loaders.encoding import decode_text, refuse_costly_markup
from ingest.loaders.front_matter import split_front_matter
from ingest.loaders.markup import escape, tidy

if TYPE_CHECKING:
    from pathlib import Path

_MARK_END = r"(?:\s?:|\s?\d{1,3}\s?[:.)])\s+(.+)"
_QUESTION = re.compile(r"^\s*(?:Q|Question|F|Frage|P|Pregunta)" + _MARK_END, re.IGNORECASE)
_ANSWER = re.compile(r"^\s*(?:A|Answer|Antwort|R|Respuesta|Réponse)" + _MARK_END, re.IGNORECASE)
_UNDERLINE = re.compile(r"^\s*(={3,}|-{3,})\s*$")
_ITEM_MARK = r"(?:[-*•‣▪●◦–]|(\d{1,3}[.)]))\s+(?=\S)"  # noqa: RUF001 - typographic signs are meant
_ITEM = re.compile(r"^(\s*)" + _ITEM_MARK)
_NUMBERED_CAPITALS = re.compile(r"^\d{1,3}[.)]\s+[^a-z]{3,}$")
_HASH_HEADING = re.compile(r"^#{1,6}\s+\S")
_SENTENCE_END = re.compile(r"[.!:;,…]['\"’”)]*$")  # noqa: RUF001 - typographic signs are meant
_SENTENCE = re.compile(r"[.!?:]['\"’”)]*$")  # noqa: RUF001 - typographic signs are meant
_LONGEST_HEADING_CHARS = 80
_LONGEST_HEADING_WORDS = 12
_WIDEST_INDENT = 12


def load_plain(path: Path) -> LoadedDocument:
    """Read a text file; without one in front matter, a heading that leads it is its title."""
    text = decode_text(path.read_bytes())
    refuse_costly_markup(text)
    metadata, body = split_front_matter(text)
    document = read_plain(body, first_line=text.count("\n", 0, len(text) - len(body)) + 1)
    title = str(metadata.get("title") or "") or document.title
    return replace(document, title=title, metadata=metadata)


def read_plain(text: str, *, first_line: int = 1) -> LoadedDocument:
    """Turn text into Markdown, and `Q:`/`A:` lines into pairs.

    `first_line` is the line of the file in which the text begins, for the places of the pairs.
    """
    lines = [_Line(line.rstrip()) for line in text.expandtabs(4).split("\n")]
    _mark_headings(lines)
    title = _leading_title(lines)
    rest, pairs = _take_pairs(lines, first_line)
    has_text = any(line.text.strip() and not line.level for line in rest)
    body = _body(rest) if has_text or not pairs else ""
    return LoadedDocument(markdown=body, title=title, pairs=tuple(pairs))


@dataclass
class _Line:
    """A line of the file; `level` is that of a heading, or 0."""

    text: str
    level: int = 0


@dataclass
class _OpenPair:
    """A question whose answer is still being read."""

    question: str
    number: int
    answer: list[str] = field(default_factory=list)

    def closed(self) -> QuestionAnswer:
        """Finish the pair; the wrapped lines of a paragraph are joined."""
        text = tidy("\n".join(self.answer)).strip()
        joined = re.sub(rf"(?<!\n)\n(?!\n|{_ITEM_MARK})", " ", text)
        question = " ".join(tidy(self.question).split())
        return QuestionAnswer(question, joined, place=f"line {self.number}")


def _take_pairs(lines: list[_Line], first_line: int) -> tuple[list[_Line], list[QuestionAnswer]]:
    """Take the questions with answers out of the lines.

    An answer ends at the next question, and at a heading, which stays with the lines.
    """
    if not any(_ANSWER.match(line.text) for line in lines):
        return lines, []
    rest: list[_Line] = []
    pairs: list[_OpenPair] = []
    pair: _OpenPair | None = None
    for number, line in enumerate(lines, start=first_line):
        question, answer = _QUESTION.match(line.text), _ANSWER.match(line.text)
        if question:
            pair = _OpenPair(question.group(1), number)
            pairs.append(pair)
        elif pair is None or line.level:
            pair = None
            rest.append(line)
        elif answer and not pair.answer:
            pair.answer.append(answer.group(1))
        elif pair.answer:
            pair.answer.append(line.text.strip())
        else:
            pair.question += " " + line.text.strip()
    return rest, [pair.closed() for pair in pairs if pair.answer]


def _mark_headings(lines: list[_Line]) -> None:
    """Set the level of the lines that their layout shows to be headings."""
    texts = [line.text for line in lines]
    filled = [at for at, text in enumerate(texts) if text]
    for at in filled[:-1]:  # the last line stands over nothing
        above, below = texts[at - 1] if at else "", texts[at + 1]
        underlined = _UNDERLINE.match(below) is not None
        stands_free = not above or _UNDERLINE.match(above) is not None
        if not _could_be_heading(texts[at]):
            continue
        if underlined or (stands_free and _is_set_apart(texts[at], below)):
            leads = "=" in below if underlined else at == filled[0]
            lines[at].level = 1 if leads else 2
    for line in lines:
        if _UNDERLINE.match(line.text):
            line.text = ""


def _could_be_heading(line: str) -> bool:
    text = line.strip()
    if len(text) > _LONGEST_HEADING_CHARS or len(text.split()) > _LONGEST_HEADING_WORDS:
        return False
    has_letters = any(char.isalpha() for char in text)
    is_item = _ITEM.match(line) is not None and not _NUMBERED_CAPITALS.match(text)
    is_marked = any(mark.match(line) for mark in (_HASH_HEADING, _QUESTION, _ANSWER))
    return has_letters and not (is_item or is_marked or _SENTENCE_END.search(text))


def _is_set_apart(line: str, below: str) -> bool:
    """Say whether a short line stands over text: capitals, a blank line or a sentence below."""
    return (
        not below
        or line.isupper()
        or any(mark.match(below) for mark in (_ITEM, _QUESTION))
        or _SENTENCE.search(below) is not None
    )


def _leading_title(lines: list[_Line]) -> str:
    first = next((line for line in lines if line.text.strip()), None)
    return first.text.strip() if first is not None and first.level == 1 else ""


def _body(lines: list[_Line]) -> str:
    """Write the lines as Markdown: lists keep their indents, other text loses its own."""
    written: list[str] = []
    in_list = False
    for line in lines:
        text, item = line.text.strip(), _ITEM.match(line.text)
        if line.level:
            written.extend(["", f"{'#' * line.level} {escape(text)}", ""])
        elif item:
            written.extend([] if in_list else [""])
            indent = " " * min(len(item.group(1)), _WIDEST_INDENT)
            written.append(f"{indent}{item.group(2) or '-'} {escape(line.text[item.end() :])}")
        else:
            continued = "  " if in_list and text else ""
            written.append(continued + escape(text))
        in_list = not line.level and (bool(item) or (in_list and bool(text)))
    return tidy("\n".join(written))
