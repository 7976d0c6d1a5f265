"""Finds the questions with their answers that an article's own wording and layout give."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.blocks import BOLD_LINE_LEVEL, Block, Heading, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_WORDS = 40
_FEWEST_WORDS = 4  # without a question mark: "How to apply" leans on its article's title
_QUESTION_MARKS = ("?", "\uff1f", "\u061f")
_NUMBERING = re.compile(r"^\d+(?:\.\d+)*[.):]\s+")
# What follows the question word decides: "How do I ..." asks, "How it works" tells.
_STARTERS = re.compile(
    r"""(?:
    (?:how|what|when|where|which|who|why)(?:['\u2019]s|['\u2019]re|\s+(?:
        am|are|can|could|did|do|does|had|has|have|is|may|might|must|shall|should|was|were|will|would
        |about|counts|happens|if|to))
    | how\s+(?:big|early|far|fast|late|long|many|much|often|old|quickly|soon)
    | (?:what|which)\s+(?!(?:i|it|they|we|you)\b)\w+\s+(?:
        am|are|can|could|do|does|is|must|should|was|were|will|would)
    | (?:am|are|can|could|did|do|does|has|have|is|may|must|should|was|were|will|would)
        \s+(?:i|it|my|our|there|they|this|we|you|your)
    | (?:cómo|cuándo|cuánt[oa]s?|dónde|por\s+qué|qué|quién|cuál(?:es)?|puedo|tengo\s+que)
    | (?:quand|combien|où|pourquoi|puis-je|dois-je|est-ce\s+que?|qu['\u2019]est-ce
        |que\s+faire|que\s+se)
    | comment\s+(?:\w+(?:er|ir|re|oir)|puis|peut|est|sont|fonctionne)
    | quel(?:le)?s?\s+(?:est|sont)
    | (?:wie|wann|warum|weshalb|wieso|wohin|woher|welche[rsnm]?)
    | (?:was|wo|wer)\s+(?:bedeutet|finde|geschieht|ist|kann|kostet|mache|muss|passiert|sind|tun)
    | (?:kann|darf|muss|soll|habe|bekomme)\s+(?:ich|man|wir)
    | (?:quanto|quando|onde|por\s+que|o\s+que|posso|preciso|qual|quais)
    | como\s+(?:\w+[aei]r|posso|faço|é)
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)

_ASKS = r"(?:q|question|p|pregunta|pergunta|f|frage)"
_ANSWERS = r"(?:a|answer|r|réponse|respuesta|resposta|antwort)"
_ASKING_LINE = re.compile(rf"{_ASKS}\s?\d*\s?[.:)]\s*(?=\S)", re.IGNORECASE)
_ANSWERING_LINE = re.compile(rf"{_ANSWERS}\s?\d*\s?[.:)]\s*(?=\S)", re.IGNORECASE)
_NEXT_LABEL = re.compile(
    rf"\n(?=(?:{_ASKS}|{_ANSWERS})\s?\d*\s?[.:)])|(?<=\?)\s+(?=A:)", re.IGNORECASE
)
_ASKING_COLUMN = re.compile(rf"{_ASKS}s?|fragen|preguntas|perguntas", re.IGNORECASE)
_ANSWERING_COLUMN = re.compile(rf"{_ANSWERS}s?|antworten", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """A question with the blocks that answer it; headings inside are the answer's own.

    `level` is that of the heading that asks, or `BOLD_LINE_LEVEL` where it is no heading.
    """

    question: str
    level: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class _Asked:
    """A question whose answer is whatever follows it, up to a heading of its level."""

    question: str
    level: int


def is_question(text: str) -> bool:
    """Say whether a heading or a short line asks something (en, es, fr, de, pt)."""
    line = _NUMBERING.sub("", text.strip())
    if not line or len(line.split()) > _MOST_WORDS:
        return False
    return text.strip().startswith("¿") or line.endswith(_QUESTION_MARKS) or _begins_to_ask(line)


def _begins_to_ask(line: str) -> bool:
    complete = len(line.split()) >= _FEWEST_WORDS and not line.endswith((".", ":", ";", ","))
    return complete and bool(_STARTERS.match(line))


def find_questions(blocks: Sequence[Block]) -> tuple[Block | Answered, ...]:
    """Put questions and answers together, in reading order; other blocks stay as they are.

    Recognised are headings and bold lines that ask, "Q:" with "A:", and tables whose two columns
    are named question and answer. A question that leads only to further questions is a heading.
    """
    found: list[Block | Answered] = []
    asked: _Asked | None = None
    answer: list[Block] = []
    for block in (*_marked(_labelled_apart(blocks)), None):
        if asked and _ends(asked, block):
            found.append(_settled(asked, answer))
            asked, answer = None, []
        if isinstance(block, _Asked):
            asked = block
        elif isinstance(block, Answered) or (asked is None and block is not None):
            found.append(block)
        elif block is not None:
            answer.append(block)
    return tuple(found)


def _ends(asked: _Asked, block: Block | Answered | _Asked | None) -> bool:
    if isinstance(block, Heading):
        return block.level <= asked.level
    return block is None or isinstance(block, Answered | _Asked)


def _settled(asked: _Asked, answer: Sequence[Block]) -> Block | Answered:
    if answer:
        return Answered(asked.question, asked.level, tuple(answer))
    return Heading(asked.level, asked.question)


def _labelled_apart(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give each "Q:" and "A:" line of a paragraph a paragraph of its own."""
    for block in blocks:
        match block:
            case Paragraph():
                first, *others = _NEXT_LABEL.split(block.text)
                yield replace(block, text=first)
                yield from map(Paragraph, others)
            case _:
                yield block


def _marked(blocks: Iterator[Block]) -> Iterator[Block | Answered | _Asked]:
    row = list(blocks)
    answered_at = -1
    for index, block in enumerate(row):
        follower = row[index + 1] if index + 1 < len(row) else None
        match block:
            case Paragraph() if index == answered_at:
                yield Paragraph(_ANSWERING_LINE.sub("", block.text, count=1))
            case Paragraph() | Heading() if _is_labelled_question(block, follower):
                answered_at = index + 1
                yield _Asked(_ASKING_LINE.sub("", block.text, count=1), BOLD_LINE_LEVEL)
            case Heading() if is_question(block.text):
                yield _Asked(_NUMBERING.sub("", block.text), block.level)
            case Paragraph() if block.lead.endswith("?") and is_question(block.lead):
                yield from _bold_question(block)
            case Table() if _is_question_table(block):
                for asks, tells in block.rows:
                    yield Answered(asks, BOLD_LINE_LEVEL, (Paragraph(tells),))
            case _:
                yield block


def _is_labelled_question(block: Paragraph | Heading, follower: Block | None) -> bool:
    return (
        isinstance(follower, Paragraph)
        and bool(_ASKING_LINE.match(block.text))
        and bool(_ANSWERING_LINE.match(follower.text))
    )


def _bold_question(block: Paragraph) -> Iterator[Block | _Asked]:
    yield _Asked(block.lead, BOLD_LINE_LEVEL)
    if rest := block.text.removeprefix(block.lead).lstrip(" \n:\u2013\u2014-"):
        yield Paragraph(rest)


def _is_question_table(table: Table) -> bool:
    return (
        len(table.header) == len(("question", "answer"))
        and bool(_ASKING_COLUMN.fullmatch(table.header[0]))
        and bool(_ANSWERING_COLUMN.fullmatch(table.header[1]))
        and all(all(row) for row in table.rows)
    )
