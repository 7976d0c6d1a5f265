"""Cuts a document into the passages that are embedded, found and quoted."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from ingest.blocks import (
    BOLD_LINE_LEVEL,
    Block,
    Heading,
    ListBlock,
    Paragraph,
    Table,
    parse_blocks,
)
from ingest.pairs import Answered, find_questions, is_question
from ingest.splitting import USUAL_SHARE, Ruler, cut
from knowledge_base.models import PassageDraft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ingest.document import LoadedDocument, QuestionAnswer

_LEAD_SHARE = 0.5  # headings that would take more than this become text
# Of two neighbours that join, one is at most this: two fair-sized sections stay apart. Measured
# like `USUAL_SHARE`, this changed nothing for the worse; asking it of both cost 0.05 of evidence.
_TINY_SHARE = 0.25


def chunk(
    document: LoadedDocument, *, title: str, count_tokens: Callable[[str], int], max_tokens: int
) -> tuple[PassageDraft, ...]:
    """Cut a document into passages of at most `max_tokens`, its title and headings included.

    Small neighbouring sections share a passage; their headings are then lines of its text, each
    directly above what it heads. A question has a passage of its own, and several where its
    answer is too long for one. A title of more than half of `max_tokens` breaks the limit.
    """
    ruler = Ruler(title, count_tokens, max_tokens)
    drafts = [
        *_join_small(list(_cut_body(document.markdown, ruler)), ruler),
        *(draft for pair in document.pairs for draft in _cut_pair(pair, ruler)),
    ]
    if len(drafts) == 1 and drafts[0] == PassageDraft(drafts[0].text) and is_question(title):
        return (replace(drafts[0], question=title),)
    return tuple(drafts)


def _cut_body(markdown: str, ruler: Ruler) -> Iterator[PassageDraft]:
    blocks = find_questions(_without_title(parse_blocks(markdown), ruler.title))
    path: list[Heading] = []
    body: list[Block] = []
    for block, follower in pairwise((*blocks, None, None)):
        if body and (block is None or isinstance(block, Heading | Answered)):
            yield from cut(PassageDraft("", _texts(path)), body, ruler)
            body = []
        match block:
            case Heading():
                path = _above(path, block.level)
                lead = PassageDraft("", (*_texts(path), block.text))
                if _heads(block, follower) and ruler.fits(lead, _LEAD_SHARE):
                    path.append(block)
                else:
                    body.append(Paragraph(block.text))
            case Answered():
                path = _above(path, block.level)
                yield from _cut_answer(block, _texts(path), ruler)
            case Paragraph() | ListBlock() | Table():
                body.append(block)
            case None:
                break


def _heads(heading: Heading, follower: Block | Answered | None) -> bool:
    """Say whether a heading has anything under it; otherwise it is text, lest it be lost."""
    if isinstance(follower, Heading | Answered):
        return follower.level > heading.level
    return follower is not None


def _above(path: Iterable[Heading], level: int) -> list[Heading]:
    return [heading for heading in path if heading.level < level]


def _texts(path: Iterable[Heading]) -> tuple[str, ...]:
    return tuple(heading.text for heading in path)


def _without_title(blocks: Sequence[Block], title: str) -> Sequence[Block]:
    first = [block for at, block in enumerate(blocks) if at == 0 or isinstance(block, Heading)][:2]
    named = next((block for block in first if _folded(block.text) == _folded(title)), None)
    return [block for block in blocks if block is not named]


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _cut_answer(
    answered: Answered, section: tuple[str, ...], ruler: Ruler
) -> Iterator[PassageDraft]:
    lead = PassageDraft("", section, answered.question)
    if ruler.fits(lead, _LEAD_SHARE):
        return cut(lead, answered.blocks, ruler)
    return cut(PassageDraft("", section), (Paragraph(answered.question), *answered.blocks), ruler)


def _cut_pair(pair: QuestionAnswer, ruler: Ruler) -> Iterator[PassageDraft]:
    # An approved answer is quoted letter by letter, so it is parsed only when it must be cut.
    draft = PassageDraft(pair.answer.strip(), (), pair.question.strip())
    if draft.text and ruler.fits(draft):
        yield draft
    elif draft.text:
        answered = Answered(pair.question, BOLD_LINE_LEVEL, parse_blocks(pair.answer))
        yield from _cut_answer(answered, (), ruler)


def _join_small(drafts: list[PassageDraft], ruler: Ruler) -> list[PassageDraft]:
    """Join small neighbours, those with the most headings in common first."""
    deepest = max((len(draft.section) for draft in drafts), default=0)
    for shared in range(deepest, -1, -1):
        joined: list[PassageDraft] = []
        for draft in drafts:
            both = _joined(joined[-1], draft, shared) if joined else None
            if both and ruler.fits(both, USUAL_SHARE) and _one_is_tiny(joined[-1], draft, ruler):
                joined[-1] = both
            else:
                joined.append(draft)
        drafts = joined
    return drafts


def _one_is_tiny(first: PassageDraft, second: PassageDraft, ruler: Ruler) -> bool:
    smaller = min(ruler.tokens(first.text), ruler.tokens(second.text))
    return smaller <= ruler.max_tokens * _TINY_SHARE


def _joined(first: PassageDraft, second: PassageDraft, shared: int) -> PassageDraft | None:
    section = tuple(
        above
        for above, other in takewhile(
            lambda pair: pair[0] == pair[1], zip(first.section, second.section, strict=False)
        )
    )
    if len(section) < shared or first.question or second.question:
        return None
    texts = ("\n".join((*draft.section[len(section) :], draft.text)) for draft in (first, second))
    return PassageDraft("\n\n".join(texts), section)
