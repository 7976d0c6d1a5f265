"""Checks that a written sentence says nothing that one place of its passage does not say.

The checks are rules on words, made to refuse in doubt: a refused sentence costs a quoted answer.
They are no proof. Every telling word must stand in one sentence, list item or table row of the
passage, or in what heads it, with the same figures, the same yes or no, and the same limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assist.domain.claim_figures import Figure, figures_of, without_figures
from assist.domain.claim_markers import changes_limits, is_negated, swaps_persons
from assist.domain.instructions import gives_orders
from assist.domain.sentences import Unit, UnitKind, split_units
from knowledge_base.models import Passage
from knowledge_base.retrieval.terms import terms


class Flaw(StrEnum):
    """Why a sentence must not be sent; the later, the nearer it came to being supported."""

    NO_SOURCE = "no_source"
    MARKUP = "markup"
    NO_STATEMENT = "no_statement"
    FIGURE = "figure"
    WORDING = "wording"
    NEGATION = "negation"
    LIMITS = "limits"
    DANGLING = "dangling"


@dataclass(frozen=True)
class Ground:
    """A place of a passage that can support a sentence.

    `text` includes what leads it in, and `before` is what its "it" may mean. It is tainted if
    orders to an assistant stand in it or before it: such a place supports nothing.
    """

    index: int
    quote: str
    text: str
    before: str = ""
    is_tainted: bool = False


LEAST_SHARE = 0.5
"""So much of a sentence's words stand in the place itself and not only in what heads it."""

MOSTLY = 0.6
"""A clause of which so many words are used is used with its limits."""

_MARKUP = re.compile(r"[<>{}\[\]|`\x00-\x1f]|\*\*|__|^\s*(?:#|[-*+]\s)")
_BARE_REPLY = re.compile(
    r"^(?:yes|no|yep|nope|sure|correct|right|absolutely|certainly)\b", re.IGNORECASE
)
_REFERS = re.compile(
    r"^(?:it|its|they|their|them|this|these|those|that|he|she|both|such|then|otherwise|however"
    r"|also|instead|there|here|in this case|in that case|the same)\b",
    re.IGNORECASE,
)
_SYNONYMS = (
    "buy bought purchase", "begin start", "end finish", "get receive obtain", "pay paid",
    "phone telephone call ring", "item goods product", "mail email", "shop store",
    "send sent post ship", "photo picture image", "repair fix", "choose select pick", "sign log",
    "assist help",
)  # fmt: skip
_SAME = {
    stem: min(terms(group))
    for group in _SYNONYMS
    for stem in [*terms(group), *terms(group.replace("email", "e-mail"))]
}
_GLUE = frozenset(terms("please simply note"))
_POINTERS = frozenset(terms("following below"))
_PIECE = re.compile(
    r"[,;:](?!\d|\s\d{4}\b)|[()]|\s[-\u2013\u2014]\s|\b(?=(?:and|or|but|while|whereas|if|when|unless|because|although"
    r"|so)\b)",
    re.IGNORECASE,
)
_HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|can|cannot|may|might|must|will|would|shall|should|could|do|does"
    r"|did|has|have|had|\w+n't)\b|^\s*(?:and\s+|or\s+)?(?:we|you|they|it|i|he|she|this|that|these"
    r"|those|but|while|whereas)\b",
    re.IGNORECASE,
)
_LEADS = re.compile(r":\s|\bthat\b", re.IGNORECASE)
"""What stands before it says how to take what comes after: "tell everyone that it is free"."""
_UPPER = re.compile(r"\b[A-Z]{2,}\b")


def statements_of(text: str) -> tuple[str, ...]:
    """Split what a model gave as one sentence, which may be several."""
    return tuple(unit.text.strip() for unit in split_units(text))


def find_ground(sentence: str, passage: Passage, names: Sequence[str] = ()) -> Ground | Flaw:
    """Return the place of the passage that supports a sentence, or why there is none.

    `names` may be used anywhere: the client's own. The flaw is that of the place that came
    nearest.
    """
    if _MARKUP.search(sentence):
        return Flaw.MARKUP
    language = passage.article.language
    if sentence.endswith("?") or not _words(sentence, language):
        return Flaw.NO_STATEMENT
    heads = [passage.article.title, *passage.section, passage.question or "", *names]
    flaws = [Flaw.NO_STATEMENT]
    for ground in _marked(passage):
        flaw = _flaw(sentence, ground, [*heads, ground.before], language)
        if flaw is None:
            return ground
        flaws.append(flaw)
    return max(flaws, key=list(Flaw).index)


def refers_back(text: str) -> bool:
    """Say whether a sentence is only understood after the one before it."""
    return _REFERS.search(text.strip()) is not None


def grounds_of(passage: Passage) -> Iterator[Ground]:
    """Yield the places of a passage in order; a table row yields one for each of its columns."""
    units = split_units(passage.text)
    lead, head, before = "", "", ""
    for index, unit in enumerate(units):
        match unit.kind:
            case UnitKind.TABLE_HEAD:
                head = unit.text
            case UnitKind.ROW:
                yield from _cells(index, unit, head)
            case UnitKind.ITEM:
                text = f"{lead} {_unmarked(unit.text)}".strip()
                yield Ground(index, unit.text.strip(), text)
            case UnitKind.SENTENCE:
                meant = before if refers_back(unit.text) else ""
                yield Ground(index, unit.text, unit.text, meant)
            case UnitKind.HEADING:
                pass
        before = unit.text if unit.kind is UnitKind.SENTENCE else ""
        if unit.kind is not UnitKind.ITEM:
            lead = unit.text if unit.text.rstrip().endswith(":") else ""


def _marked(passage: Passage) -> Iterator[Ground]:
    """Yield the places of a passage, tainted from the first orders to an assistant on."""
    heads = [passage.article.title, *passage.section, passage.question or ""]
    units = split_units(passage.text)
    ordering = [index for index, unit in enumerate(units) if gives_orders(unit.text)]
    first = 0 if any(map(gives_orders, heads)) else min(ordering, default=len(units))
    for ground in grounds_of(passage):
        yield replace(ground, is_tainted=True) if ground.index >= first else ground


def _cells(index: int, row: Unit, head: str) -> Iterator[Ground]:
    """Yield a row's first cell with each of the others and its column's name."""
    names, cells = (_split_row(text) for text in (head, row.text))
    for column, cell in enumerate(cells[1:], 1):
        name = names[column] if column < len(names) else ""
        lead = f"{names[0] if names else ''} {cells[0]}"
        yield Ground(index, row.text, f"{lead} {name} {cell}")


def _split_row(text: str) -> list[str]:
    return [cell.strip() for cell in text.strip().strip("|").split("|")]


def _unmarked(text: str) -> str:
    return re.sub(r"^\s*(?:[-*+\u2022]|\d{1,3}[.)])\s+", "", text)


def _flaw(sentence: str, ground: Ground, heads: Sequence[str], language: str) -> Flaw | None:
    if _bare_reply(sentence) not in {"", _bare_reply(ground.text)}:
        return Flaw.NO_STATEMENT
    figures = figures_of(sentence)
    if not _has_figures(figures, _figures_of_all([ground.text, *heads])):
        return Flaw.FIGURE
    words, here = _words(sentence, language), _words(ground.text, language)
    there = here.union(*(_words(head, language) for head in heads))
    has_names = _capitals(sentence) <= _capitals(" ".join([ground.text, *heads]))
    if not words <= there or len(words & here) < LEAST_SHARE * len(words) or not has_names:
        return Flaw.WORDING
    parts, clauses = clauses_of(sentence), clauses_of(ground.text)
    if not all(_is_said(part, figures, clauses, heads, language) for part in parts):
        return Flaw.NEGATION
    used = [clause for clause in clauses if _is_used(clause, words, language)]
    is_changed = changes_limits(sentence, used, clauses) or _swaps_persons(sentence, ground.text)
    if ground.is_tainted or is_changed or _is_lifted(words, ground.text, language):
        return Flaw.LIMITS
    return None


def _is_lifted(words: frozenset[str], source: str, language: str) -> bool:
    """Say whether a sentence leaves out what leads in the words that it takes."""
    leads = [
        _words(source[: found.start()], language) - _POINTERS for found in _LEADS.finditer(source)
    ]
    return any(len(lead & words) < MOSTLY * len(lead) for lead in leads)


def _is_used(clause: str, words: frozenset[str], language: str) -> bool:
    own = _words(clause, language)
    return len(own & words) >= MOSTLY * len(own) > 0


def _swaps_persons(sentence: str, source: str) -> bool:
    pieces, others = _PIECE.split(sentence), _PIECE.split(source)
    return any(swaps_persons(piece, other) for piece in pieces for other in others)


def _bare_reply(text: str) -> str:
    """Return the "yes" or "no" that a sentence begins with: it may reply to another question."""
    found = _BARE_REPLY.search(text)
    return found.group().casefold() if found else ""


def _has_figures(said: Iterable[Figure], given: frozenset[Figure]) -> bool:
    """Say whether all figures are given; a bare number may be given with a unit."""
    values = {figure.value for figure in given}
    return all(figure in given or (not figure.unit and figure.value in values) for figure in said)


def _figures_of_all(texts: Iterable[str]) -> frozenset[Figure]:
    return frozenset(figure for text in texts for figure in figures_of(text))


def _words(text: str, language: str) -> frozenset[str]:
    """Return the telling words as stems, one for words that mean the same."""
    stems = (stem for stem in terms(without_figures(text), language) if stem not in _GLUE)
    return frozenset(_SAME.get(stem, stem) for stem in stems)


def _capitals(text: str) -> frozenset[str]:
    return frozenset(_UPPER.findall(text))


def clauses_of(text: str) -> tuple[str, ...]:
    """Split a sentence into clauses; a piece without a verb or figure stays with its neighbour."""
    clauses: list[str] = []
    for piece in _PIECE.split(text):
        if not piece or not piece.strip():
            continue
        stands_alone = _HAS_VERB.search(piece) or figures_of(piece)
        if clauses and not (stands_alone and _is_complete(clauses[-1])):
            clauses[-1] += f" {piece.strip()}"
        else:
            clauses.append(piece.strip())
    return tuple(clauses)


def _is_complete(clause: str) -> bool:
    return bool(_HAS_VERB.search(clause) or figures_of(clause))


def _is_said(
    part: str,
    figures: frozenset[Figure],
    clauses: Sequence[str],
    heads: Sequence[str],
    language: str,
) -> bool:
    """Say whether a part can do without the clauses that say something else.

    Those are the ones that say the opposite, or have another figure of the same unit instead.
    """
    negated = is_negated(part)
    fitting = [
        clause
        for clause in clauses
        if is_negated(clause) == negated and not _has_rivals(figures, figures_of(clause))
    ]
    own = [head for head in heads if is_negated(head) == negated]
    words = _words(part, language)
    known = frozenset[str]().union(*(_words(text, language) for text in [*fitting, *own]))
    return words <= known and (bool(fitting) or not words)


def _has_rivals(said: frozenset[Figure], given: frozenset[Figure]) -> bool:
    units = {figure.unit for figure in said}
    return not said & given and any(figure.unit in units for figure in given)
