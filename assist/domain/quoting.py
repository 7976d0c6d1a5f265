"""Selects from the approved text what answers: whole units, word for word, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assist.domain.sentences import Unit, UnitKind, split_units
from knowledge_base.models import RankedPassage
from knowledge_base.retrieval.terms import fold, terms

WHOLE_WORDS = 100
"""A passage up to this long is quoted whole: cutting it loses more than it saves."""

PASSAGE_WORDS = 110
"""About how much is quoted of one passage."""

REPLY_WORDS = 180
"""About how long a reply may get."""

SHORT_TABLE_ROWS = 2
"""A table of so few rows is quoted whole."""

_NEAR_BEST_ROW = 0.8
"""Rows of a longer table are quoted while they score at least this share of its best row."""

NEAR_IN_ARTICLE = 0.7
NEAR_ELSEWHERE = 0.9
"""A further passage is quoted while it has this share of the first one's score. On 340 questions
of four clients, quoting nothing from other articles lost up to 10 points of required facts."""

_GAP = "[...]"

_ASKS_FIGURE = re.compile(
    r"\b(how (much|many|long|often|soon|late|old|big|high|low|far|fast|quickly)"
    r"|what (time|percent\w*|rate|fee|price|limit|size|amount|age)|when|price|costs?|fees?"
    r"|charge[sd]?|rate|limit|maximum|minimum|max|min|deadline|hours?|days?|apr|apy"
    r"|cuant[oa]s?|combien|wie (viel|lange)|quant[oa]s?)\b"
)
_FIGURE = re.compile(r"\d")
_FIGURE_BONUS = 0.35
"""Of the best unit's score; among equals, the unit with a figure answers a question for one."""

_UNMET = 0.35
"""A word of the question is not met by words that are less like it."""

_HEADING_SHARE = 0.5
"""What a heading says counts this much for the text below it."""

_NEAR_BEST = 0.55
"""Further units are quoted while they score at least this share of the best one."""


@dataclass(frozen=True)
class Quote:
    """What is quoted of one passage.

    `text` is for the reply, in light Markdown as in the source; `evidence` is the same with "[...]"
    where units were left out, for the citation. `in_reply` is false for a source that is only
    shown beside the reply, because it may speak of another product.
    """

    ranked: RankedPassage
    text: str
    evidence: str
    in_reply: bool = True

    @property
    def words(self) -> int:
        """The length of the text in words."""
        return len(self.text.split())


def select_quotes(
    question: str, passages: Sequence[RankedPassage], *, limit: int
) -> tuple[Quote, ...]:
    """Quote the first passage, and further ones that add to it, up to `limit` of them.

    Those that the reply is made of come first.
    """
    quotes: list[Quote] = []
    seen: set[str] = set()
    for ranked in passages:
        if quotes and not _is_near(ranked, quotes[0].ranked):
            continue
        quote = quote_passage(question, ranked)
        content = set(terms(quote.text, ranked.passage.article.language))
        if not quotes or len(content - seen) > len(content) / 2:
            fits = sum(other.words for other in quotes) + quote.words <= REPLY_WORDS
            joins = not quotes or (fits and _same_subject(ranked, quotes[0].ranked))
            quotes.append(replace(quote, in_reply=joins))
            seen |= content
        if len(quotes) == limit:
            break
    return tuple(sorted(quotes, key=lambda quote: not quote.in_reply))


def asks_for_figure(question: str) -> bool:
    """Say whether a question is for a number, a price, a date or the like."""
    return bool(_ASKS_FIGURE.search(fold(question)))


def quote_passage(question: str, ranked: RankedPassage) -> Quote:
    """Choose the units of one passage that answer the question."""
    passage = ranked.passage
    units = split_units(passage.text)
    if passage.article.verbatim:
        return Quote(ranked, passage.text, passage.text)
    scores = _scores(question, ranked, units)
    units, scores = _without_other_rows(units, scores)
    is_short = _words(units) <= WHOLE_WORDS
    chosen = list(range(len(units))) if is_short else _choose(units, scores)
    evidence = _render(units, chosen, marks_gaps=True)
    return Quote(ranked, _render(units, chosen), evidence)


def _is_near(ranked: RankedPassage, first: RankedPassage) -> bool:
    """Say whether a passage fits nearly as well as the first one."""
    is_same = ranked.passage.article.id == first.passage.article.id
    return ranked.score >= (NEAR_IN_ARTICLE if is_same else NEAR_ELSEWHERE) * first.score


def _same_subject(ranked: RankedPassage, first: RankedPassage) -> bool:
    """Say whether a title holds every word of the question that the first one's title holds.

    A sibling product's page reads much alike and gives other figures.
    """
    asked = set(first.matches.terms)
    titles = [
        asked & set(terms(each.passage.article.title, each.passage.article.language))
        for each in (first, ranked)
    ]
    return titles[0] <= titles[1]


def _scores(question: str, ranked: RankedPassage, units: Sequence[Unit]) -> list[float]:
    """Score each unit by how much of the question its words meet, with its heading's at a share."""
    asks_figure = asks_for_figure(question)
    matches = ranked.matches
    heading = np.zeros_like(matches.weights)
    scores: list[float] = []
    for unit, (start, end) in zip(units, _places(ranked.passage.text, units), strict=True):
        met = matches.within(start, end)
        # The cells of a table are too much alike: only "Kenya" itself is "Kenya" there.
        met[met < (np.inf if unit.kind is UnitKind.ROW else _UNMET)] = 0
        held = set(terms(unit.text, ranked.passage.article.language))
        met[[term in held for term in matches.terms]] = 1
        if unit.kind is UnitKind.HEADING:
            heading = met
        scores.append(float(np.maximum(met, _HEADING_SHARE * heading) @ matches.weights))
    best = max(scores, default=0.0)
    return [
        score + (_FIGURE_BONUS * best if asks_figure and _FIGURE.search(unit.text) else 0.0)
        for unit, score in zip(units, scores, strict=True)
    ]


def _places(text: str, units: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Give where each unit begins and ends in the text that it was cut from."""
    end = 0
    for unit in units:
        start = text.index(unit.text, end)
        end = start + len(unit.text)
        yield start, end


def _without_other_rows(
    units: Sequence[Unit], scores: Sequence[float]
) -> tuple[tuple[Unit, ...], list[float]]:
    """Leave out the rows of longer tables that speak of something else than the question.

    A table in which no row stands out is kept whole.
    """
    kept: list[int] = []
    for index, unit in enumerate(units):
        rows = [i for i, other in enumerate(units) if other.block == unit.block]
        table = [scores[i] for i in rows if units[i].kind is UnitKind.ROW]
        matters = unit.kind is not UnitKind.ROW or len(table) <= SHORT_TABLE_ROWS
        if matters or scores[index] >= _NEAR_BEST_ROW * max(table):
            kept.append(index)
    return tuple(units[i] for i in kept), [scores[i] for i in kept]


def _choose(units: Sequence[Unit], scores: Sequence[float]) -> list[int]:
    order = sorted(range(len(units)), key=lambda index: (-scores[index], index))
    best = scores[order[0]]
    chosen: set[int] = set()
    for index in order:
        if chosen and (scores[index] < _NEAR_BEST * best or best == 0):
            break
        wanted = chosen | _with_context(units, index)
        if chosen and _words([units[i] for i in wanted]) > PASSAGE_WORDS:
            continue
        chosen = wanted
    return sorted(chosen)


def _with_context(units: Sequence[Unit], index: int) -> set[int]:
    """Return a unit with what it cannot be understood without: lead, heading, table head, list."""
    unit = units[index]
    same_block = [i for i, other in enumerate(units) if other.block == unit.block]
    wanted = {index}
    if unit.kind in {UnitKind.HEADING, UnitKind.TABLE_HEAD} and index + 1 < len(units):
        wanted |= _with_context(units, index + 1)
    if unit.kind is UnitKind.ROW:
        wanted.add(same_block[0])
    if unit.kind is UnitKind.ITEM and _words([units[i] for i in same_block]) <= WHOLE_WORDS:
        wanted |= set(same_block)
    before = same_block[0] - 1
    if before >= 0 and _introduces(units[before]):
        wanted.add(before)
    if unit.kind is UnitKind.SENTENCE and unit.text.rstrip().endswith(":"):
        wanted |= {i for i, other in enumerate(units) if other.block == unit.block + 1}
    return wanted


def _introduces(unit: Unit) -> bool:
    return unit.kind is UnitKind.HEADING or unit.text.rstrip().endswith(":")


def _render(units: Sequence[Unit], chosen: Sequence[int], *, marks_gaps: bool = False) -> str:
    text = ""
    for position, index in enumerate(chosen):
        unit = units[index]
        if position > 0:
            last = chosen[position - 1]
            has_gap = marks_gaps and index != last + 1
            text += _between(units[last], unit, gap=_GAP if has_gap else "")
        text += unit.text
        if unit.kind is UnitKind.TABLE_HEAD:
            text += "\n" + "|".join(["", *["---"] * (unit.text.count("|") - 1), ""])
    return text


def _between(last: Unit, unit: Unit, gap: str) -> str:
    """Return what joins two units: they stay on one line, in one block, or apart as they were."""
    if unit.line == last.line:
        return f" {gap} " if gap else " "
    is_apart = unit.block != last.block and last.kind is not UnitKind.HEADING
    return (f"\n\n{gap}" if gap else "") + ("\n\n" if is_apart else "\n")


def _words(units: Sequence[Unit]) -> int:
    return sum(len(unit.text.split()) for unit in units)
