"""Makes a reply of the sentences of a model that their passages support; the others are dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assist.domain.claim_support import Flaw, Ground, find_ground, refers_back, statements_of
from assist.domain.generating import Sentence
from assist.domain.generation import Dropped
from assist.domain.sentences import Unit, UnitKind, split_units
from assist.domain.turn import Citation, Reply
from knowledge_base.models import Passage, PassageId

MOST_DROPPED = 0.5
"""With a larger share of unsupported sentences a reply is not trusted at all."""

_GAP = "[...]"


@dataclass(frozen=True)
class Kept:
    """A sentence with the passage and the place in it that support it."""

    text: str
    passage: Passage
    ground: Ground


@dataclass(frozen=True)
class Checked:
    """The sentences of a model, sorted by whether they may be sent."""

    kept: tuple[Kept, ...]
    dropped: tuple[Dropped, ...]

    def is_enough(self, best: PassageId) -> bool:
        """Say whether enough is left to be sent, and something of it from the best passage."""
        total = len(self.kept) + len(self.dropped)
        has_best = any(each.passage.id == best for each in self.kept)
        return has_best and len(self.dropped) <= MOST_DROPPED * total

    def reply(self, citations: Iterable[Citation]) -> Reply:
        """Return the reply, with the citations of its passages quoting what supports it."""
        grounds: dict[PassageId, set[int]] = {}
        for each in self.kept:
            grounds.setdefault(each.passage.id, set()).add(each.ground.index)
        passages = {each.passage.id: each.passage for each in self.kept}
        cited = tuple(
            replace(citation, quote=_quote(passages[citation.passage_id], places), in_reply=True)
            for citation in citations
            if (places := grounds.get(citation.passage_id))
        )
        return Reply(" ".join(each.text for each in self.kept), cited)


def check_sentences(
    sentences: Iterable[Sentence], passages: Sequence[Passage], names: Sequence[str] = ()
) -> Checked:
    """Check each sentence against the passage that it names by its number, counted from 1."""
    kept: list[Kept] = []
    dropped: list[Dropped] = []
    last: Kept | None = None
    for text, passage in _statements(sentences, passages):
        found = find_ground(text, passage, names) if passage else Flaw.NO_SOURCE
        if isinstance(found, Flaw) or passage is None:
            dropped.append(Dropped(text, found if isinstance(found, Flaw) else Flaw.NO_SOURCE))
            last = None
        elif refers_back(text) and not _follows(last, passage, found):
            dropped.append(Dropped(text, Flaw.DANGLING))
            last = None
        elif all(text != each.text for each in kept):
            last = Kept(text, passage, found)
            kept.append(last)
    return Checked(tuple(kept), tuple(dropped))


def _statements(
    sentences: Iterable[Sentence], passages: Sequence[Passage]
) -> Iterator[tuple[str, Passage | None]]:
    for sentence in sentences:
        known = 1 <= sentence.source <= len(passages)
        for text in statements_of(sentence.text):
            yield text, passages[sentence.source - 1] if known else None


def _follows(last: Kept | None, passage: Passage, ground: Ground) -> bool:
    """Say whether "it" means in the reply what it means in the passage."""
    if last is None or last.passage.id != passage.id:
        return False
    return last.ground.index in {ground.index - 1, ground.index}


def _quote(passage: Passage, places: Collection[int]) -> str:
    """Return places of a passage word for word, tables with their heads, gaps marked."""
    units = split_units(passage.text)
    blocks = {units[place].block for place in places}
    shown = [
        (index, unit)
        for index, unit in enumerate(units)
        if index in places or (unit.kind is UnitKind.TABLE_HEAD and unit.block in blocks)
    ]
    parts: list[str] = []
    previous = -1
    for index, unit in shown:
        if index != previous + 1:
            parts.append(_GAP)
        parts.append(_lines(unit))
        previous = index
    if previous != len(units) - 1:
        parts.append(_GAP)
    return "\n".join(parts)


def _lines(unit: Unit) -> str:
    if unit.kind is not UnitKind.TABLE_HEAD:
        return unit.text
    columns = unit.text.strip().strip("|").count("|") + 1
    return f"{unit.text}\n{'|'.join(['', *['---'] * columns, ''])}"
