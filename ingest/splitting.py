"""Cuts the blocks of one section into passages that fit; it knows nothing of other sections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from ingest.blocks import Block, Heading, ListBlock, Paragraph, Table, table_line
from knowledge_base.models import Article, ArticleId, Passage, PassageDraft, PassageId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

USUAL_SHARE = 0.65
"""The share of the limit that a passage made of several parts is to have.

Measured with all-MiniLM-L6-v2 and 256 tokens on 127 questions to 618 articles of many small
sections. The right article came first for 0.54 with a passage for each section, 0.53 with 0.65 and
0.43 with 1.0; the evidence was in the first five passages for 0.72, 0.78 and 0.80.
"""

_REPEATED_SHARE = 0.25  # a longer introduction is not repeated on each part
_HEADER_SHARE = 0.5  # under a longer table header, rows are written as "name: value" lines
_LONGEST_TOKEN_CHARS = 16
_BREAKS = (
    r"\n+",
    r"(?<=[.!?…])\s+(?=[^\sa-z])|(?<=[\u3002\uff01\uff1f])",
    r"(?<=[;,])\s+",
    r"\s+",
    rf"\S{{{_LONGEST_TOKEN_CHARS}}}",
    "",
)


@dataclass(frozen=True)
class Ruler:
    """Measures a passage as it will be embedded: under its title, headings and question."""

    title: str
    count_tokens: Callable[[str], int]
    max_tokens: int

    def tokens(self, text: str) -> int:
        """Count, taking an endless word for more than the one token it may be to a tokenizer."""
        return max(self.count_tokens(text), len(text) // _LONGEST_TOKEN_CHARS)

    def size(self, draft: PassageDraft) -> int:
        """Count the tokens of a passage with all that leads it."""
        article = Article(ArticleId(""), self.title)
        passage = Passage(PassageId(0), article, 0, draft.text, draft.section, draft.question)
        return self.tokens(passage.index_text)

    def fits(self, draft: PassageDraft, share: float = 1.0) -> bool:
        """Say whether a passage stays under a share of the limit."""
        return self.size(draft) <= self.max_tokens * share

    def room(self, lead: PassageDraft, share: float = 1.0) -> int:
        """Tokens left for text under a lead; never so few that the cutting goes mad."""
        left = int(self.max_tokens * share) - self.size(lead)
        return max(left, self.max_tokens // 8, 1)


@dataclass(frozen=True)
class _Piece:
    """What must not be torn apart without need: a block with the lines that introduce it."""

    intro: str
    block: Paragraph | ListBlock | Table

    @property
    def text(self) -> str:
        return f"{self.intro}\n{self.block.text}" if self.intro else self.block.text


def cut(lead: PassageDraft, blocks: Sequence[Block], ruler: Ruler) -> Iterator[PassageDraft]:
    """Make the passages of one section: one if it fits, else parts of about the joined size."""
    pieces = list(_pieces(blocks))
    whole = replace(lead, text="\n\n".join(piece.text for piece in pieces))
    if ruler.fits(whole):
        yield whole
        return
    most = ruler.room(lead)
    usual = max(ruler.room(lead, USUAL_SHARE), most // 2)
    texts = (text for piece in pieces for text in _split(piece, ruler, most, usual))
    for group in _fill(texts, "\n\n", ruler, usual):
        yield replace(lead, text=group)


def _pieces(blocks: Sequence[Block]) -> Iterator[_Piece]:
    intro: list[str] = []
    for block in blocks:
        match block:
            case Heading():
                intro.append(block.text)
            case Paragraph() if block.text.endswith((":", "\uff1a")):
                intro.append(block.text)
            case _:
                yield _Piece("\n".join(intro), block)
                intro = []
    if intro:
        yield _Piece("", Paragraph("\n".join(intro)))


def _split(piece: _Piece, ruler: Ruler, most: int, usual: int) -> Iterator[str]:
    """Cut a piece of more than `most` tokens into parts of about `usual` tokens.

    The cuts are between rows, items or sentences; each part repeats a short introduction.
    """
    if ruler.tokens(piece.text) <= most:
        yield piece.text
        return
    head = piece.intro
    if ruler.tokens(head) > usual * _REPEATED_SHARE:
        yield from _sentences(head, ruler, usual)
        head = ""
    head, units, separator = _parts(piece.block, head, ruler, usual)
    left = usual - ruler.tokens(head)
    small = (part for unit in units for part in _sentences(unit, ruler, left))
    for group in _fill(small, separator, ruler, left):
        yield f"{head}\n{group}" if head else group


def _parts(
    block: Paragraph | ListBlock | Table, intro: str, ruler: Ruler, most: int
) -> tuple[str, Sequence[str], str]:
    """Say what every part of a block repeats, what the block is made of and what goes between."""
    match block:
        case Paragraph():
            return intro, (block.text,), " "
        case ListBlock():
            return intro, block.items, "\n"
        case Table() if _has_short_rows(block, ruler, most - ruler.tokens(intro)):
            head = f"{intro}\n{block.head_lines}".strip()
            return head, [table_line(row) for row in block.rows], "\n"
        case Table():
            return intro, [_as_lines(block.header, row) for row in block.rows], "\n\n"
        case _:
            assert_never(block)


def _has_short_rows(table: Table, ruler: Ruler, room: int) -> bool:
    head = ruler.tokens(table.head_lines)
    longest = max((ruler.tokens(table_line(row)) for row in table.rows), default=0)
    return head <= room * _HEADER_SHARE and head + longest <= room


def _as_lines(header: Sequence[str], row: Sequence[str]) -> str:
    named = zip(header, row, strict=True)
    return "\n".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)


def _sentences(text: str, ruler: Ruler, most: int) -> list[str]:
    """Cut a text that is too long at the best places there are: sentences, clauses, words."""
    if ruler.tokens(text) <= most:
        return [text]
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=list(_BREAKS),
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=most,
        chunk_overlap=0,
        length_function=ruler.tokens,
    )
    return splitter.split_text(text)


def _fill(texts: Iterable[str], separator: str, ruler: Ruler, most: int) -> Iterator[str]:
    """Put neighbouring texts together while they stay under `most` tokens."""
    group, size = "", 0
    between = ruler.tokens(separator)
    for text in texts:
        longer = f"{group}{separator}{text}" if group else text
        longer_size = size + between + ruler.tokens(text)
        if longer_size > most:
            # The sum is an upper bound, so the whole is counted only near the limit.
            longer_size = ruler.tokens(longer)
        if group and longer_size > most:
            yield group
            group, size = text, ruler.tokens(text)
        else:
            group, size = longer, longer_size
    if group:
        yield group
