"""Finds passages of different articles that say the same, or the same with other figures.

Both lists are hints for the trainer who reads the ingest report; they stop nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import astuple, dataclass
from datetime import date
from itertools import chain, product
from math import log
from typing import TYPE_CHECKING, Literal

import numpy as np

from ingest.claims import DENIAL, proper_names, read_claims, telling_words, words_of_names

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Hashable,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from ingest.claims import Claim
    from knowledge_base.models import Article, ArticleDraft, ArticleId, PassageDraft, Vectors

DUPLICATE_OVERLAP = 0.95
"""Least overlap of the three-word runs of duplicates; as a Jaccard index it is 0.90."""
CLAIM_OVERLAP = 0.53
"""Least overlap of the words of two claims whose figures differ.

Tried on 698 articles of a bank and the demo clients. The planted contradiction with the least
overlap has 0.54; down to 0.45 the bank's articles gave five more pairs, none of them certain.
"""
DENIAL_OVERLAP = 0.9
"""The same for two sentences of which one says no: words tell less there."""
PASSAGE_COSINE = 0.5
"""Least cosine (all-MiniLM-L6-v2) of the passages in which two contradicting claims stand.

The real pairs of the same articles had 0.51 and more.
"""

_FEWEST_DUPLICATE_WORDS = 8
_FEWEST_CLAIM_WORDS = 3
_COMMON_SHARE = 0.5  # a word in more of the articles than this tells no two subjects apart
_FEWEST_ARTICLES = 8  # below this, shares of articles mean nothing
_ROWS_AT_ONCE = 512
_MOST_COMPARED = 3_000  # claims about the same names; more of them are a list, not a statement


@dataclass(frozen=True)
class SimilarPair:
    """Two quotes of different articles; `score` in [0, 1] says how much wording they share."""

    kind: Literal["duplicate", "contradiction"]
    first: ArticleId
    second: ArticleId
    first_quote: str
    second_quote: str
    score: float


@dataclass(frozen=True)
class _Stated:
    """A claim, where it stands and what it speaks of.

    `row` is that of its passage's vector. `words` include those of the headings where the claim
    alone has few. `names` and, of these, `title_names` tell its subject from others of its kind
    ("Dark Green" from "Light Green").
    """

    article: Article
    row: int
    claim: Claim
    words: frozenset[str]
    title_names: frozenset[str]
    names: frozenset[str]


def find_duplicates(articles: Sequence[ArticleDraft]) -> tuple[SimilarPair, ...]:
    """List passages that stand in two articles in nearly the same words with the same figures.

    Articles that are never in force on the same day are not compared. Best matches come first.
    """
    groups: defaultdict[tuple[str, ...], list[tuple[Article, PassageDraft]]] = defaultdict(list)
    for draft in articles:
        for passage in draft.passages:
            if len(_wording(passage)) >= _FEWEST_DUPLICATE_WORDS:
                figures = tuple(re.findall(r"\d+", f"{passage.question} {passage.text}"))
                groups[figures].append((draft.article, passage))
    found = []
    for placed in groups.values():
        runs = [_runs(_wording(passage)) for _, passage in placed]
        for one, other, overlap in _overlapping(runs, {}, DUPLICATE_OVERLAP):
            (first, said), (second, repeated) = placed[one], placed[other]
            if first.id != second.id and _in_force_together(first, second):
                texts = (said.text, repeated.text)
                found.append(SimilarPair("duplicate", first.id, second.id, *texts, overlap))
    return _best_first(found)


def find_contradictions(
    articles: Sequence[ArticleDraft], vectors: Vectors, *, client_name: str = ""
) -> tuple[SimilarPair, ...]:
    """List claims of different articles about the same subject whose figures or yes and no differ.

    `vectors` has one row for each passage, in the order of the articles and their passages. Only
    articles for the same audience, in the same language and in force on a common day are compared.
    The client's name is ignored in claims. Made to list few false pairs rather than to find every
    true one. Best matches come first.
    """
    groups: defaultdict[tuple[str, ...], list[_Stated]] = defaultdict(list)
    known: defaultdict[ArticleId, set[tuple[str, str]]] = defaultdict(set)
    own_name = frozenset(client_name.casefold().split()) | telling_words(client_name)
    for stated in _stated(articles, own_name):
        groups[stated.claim.units].append(stated)
        if stated.claim.units != (DENIAL,):
            known[stated.article.id] |= stated.claim.figures
    weights = _weights(stated.words for stated in chain.from_iterable(groups.values()))
    return _best_first(
        _contradiction(one, other, overlap)
        for units, claims in groups.items()
        for one, other, overlap in _counterparts(claims, weights, units)
        if one.claim.values != other.claim.values
        and vectors[one.row] @ vectors[other.row] >= PASSAGE_COSINE
        # Two pages that both name both figures speak of two things.
        and not one.claim.figures | other.claim.figures
        <= known[one.article.id] & known[other.article.id]
    )


def _contradiction(one: _Stated, other: _Stated, overlap: float) -> SimilarPair:
    quotes = one.claim.quote, other.claim.quote
    return SimilarPair("contradiction", one.article.id, other.article.id, *quotes, overlap)


def _counterparts(
    claims: Sequence[_Stated], weights: Mapping[str, float], units: tuple[str, ...]
) -> Iterator[tuple[_Stated, _Stated, float]]:
    """Pair each claim with the closest one of each other article, where that is so both ways.

    A limit for withdrawals reads much like one for purchases: where the other article has both,
    each finds its own kind; where any article has both, they are known to be two things.
    """
    least = DENIAL_OVERLAP if units == (DENIAL,) else CLAIM_OVERLAP
    within = _alike(claims, lambda claim: claim.article.id, weights, least)
    apart = _told_apart((claims[one], claims[other]) for one, other, _ in within)
    ranked = sorted(
        (-overlap, claims[one].claim.values != claims[other].claim.values, one, other)
        for one, other, overlap in _alike(claims, lambda claim: claim.names, weights, least)
        if _same_subject(claims[one], claims[other])
    )
    taken: set[tuple[int, ArticleId]] = set()
    for lack, _, one, other in ranked:
        first, second = claims[one], claims[other]
        sides = {(one, second.article.id), (other, first.article.id)}
        if taken.isdisjoint(sides) and apart.isdisjoint(_contrasts(first, second)):
            yield first, second, -lack
        taken |= sides


def _alike(
    claims: Sequence[_Stated],
    group_of: Callable[[_Stated], Hashable],
    weights: Mapping[str, float],
    least: float,
) -> Iterator[tuple[int, int, float]]:
    """Yield the overlapping pairs of each group as (lower index, higher index, overlap).

    Only claims of one article, or about the same names, are ever compared further: pairing all
    with all took minutes on 10,000 passages of like products.
    """
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index, claim in enumerate(claims):
        groups[group_of(claim)].append(index)
    for group in groups.values():
        if 1 < len(group) <= _MOST_COMPARED:
            words = [claims[index].words for index in group]
            for one, other, overlap in _overlapping(words, weights, least):
                yield group[one], group[other], overlap


def _told_apart(pairs: Iterable[tuple[_Stated, _Stated]]) -> frozenset[tuple[str, str]]:
    """Collect the words in which claims of one article differ that give different figures."""
    return frozenset(
        contrast
        for one, other in pairs
        if one.article.id == other.article.id and one.claim.values != other.claim.values
        for contrast in (*_contrasts(one, other), *_contrasts(other, one))
    )


def _contrasts(one: _Stated, other: _Stated) -> Iterator[tuple[str, str]]:
    return product(one.words - other.words, other.words - one.words)


def _same_subject(first: _Stated, second: _Stated) -> bool:
    """Say whether two claims can be about one thing; nothing is compared where it is unclear."""
    titles = first.title_names, second.title_names
    return (
        first.article.id != second.article.id
        and first.article.audience == second.article.audience
        and first.article.language == second.article.language
        and first.names == second.names
        and (titles[0] == titles[1] or not all(titles))
        and (bool(first.names) or not _are_siblings(first.article, second.article))
        and _in_force_together(first.article, second.article)
    )


def _are_siblings(first: Article, second: Article) -> bool:
    """Say whether two titles name kinds of one thing: "Standard delivery", "Express delivery"."""
    words = telling_words(first.title, first.language)
    others = telling_words(second.title, second.language)
    return bool(words & others and words - others and others - words)


def _in_force_together(first: Article, second: Article) -> bool:
    starts = max(first.effective_from or date.min, second.effective_from or date.min)
    ends = min(first.effective_until or date.max, second.effective_until or date.max)
    return starts <= ends


def _stated(articles: Sequence[ArticleDraft], own_name: frozenset[str]) -> Iterator[_Stated]:
    names = proper_names(passage.text for draft in articles for passage in draft.passages)
    ignored = own_name | _common_words(articles)
    row = 0
    for draft in articles:
        article = draft.article
        title_names = words_of_names(article.title, names) - ignored
        title_names |= frozenset(re.findall(r"\b\d+\b", article.title))
        for passage in draft.passages:
            leads = (passage.question or "", *reversed(passage.section), article.title)
            lead_names = words_of_names(" | ".join(leads), names)
            for claim in read_claims(passage.text, article.language):
                spoken = (lead_names | words_of_names(claim.quote, names)) - ignored
                words = _with_leads(claim.words - own_name, leads, article.language)
                yield _Stated(article, row, claim, words, title_names, spoken | title_names)
            row += 1


def _with_leads(words: frozenset[str], leads: Iterable[str], language: str) -> frozenset[str]:
    for lead in leads:
        if len(words) < _FEWEST_CLAIM_WORDS:
            words |= telling_words(lead, language)
    return words


def _common_words(articles: Sequence[ArticleDraft]) -> frozenset[str]:
    if len(articles) < _FEWEST_ARTICLES:
        return frozenset()
    texts = (
        " ".join((draft.article.title, *(passage.text for passage in draft.passages)))
        for draft in articles
    )
    seen = Counter(chain.from_iterable(set(re.findall(r"\w+", text.casefold())) for text in texts))
    return frozenset(word for word, count in seen.items() if count > len(articles) * _COMMON_SHARE)


def _weights(texts: Iterable[Collection[str]]) -> dict[str, float]:
    """Weigh each word by how few of the texts have it."""
    rows = list(texts)
    seen = Counter(chain.from_iterable(rows))
    return {word: log(1 + len(rows) / count) for word, count in seen.items()}


def _wording(passage: PassageDraft) -> list[str]:
    return re.findall(r"\w+", f"{passage.question or ''} {passage.text}".casefold())


def _runs(words: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2))


def _overlapping(
    rows: Sequence[Collection[str]], weights: Mapping[str, float], least: float
) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of rows that share enough, as (lower index, higher index, overlap).

    The overlap is Dice's coefficient over the weights (1 where none is given), in [0, 1].
    """
    from scipy.sparse import csr_array

    columns: dict[str, int] = {}
    words = chain.from_iterable(rows)
    cells = np.array([columns.setdefault(word, len(columns)) for word in words], dtype=np.intp)
    weight = np.array([weights.get(word, 1.0) for word in columns])
    ends = np.cumsum([0, *map(len, rows)])
    matrix = csr_array((np.sqrt(weight[cells]), cells, ends), shape=(len(rows), len(columns)))
    mass = matrix.power(2).sum(axis=1)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        shared = (matrix[start : start + _ROWS_AT_ONCE] @ matrix.T).tocoo()
        one, other = shared.coords[0] + start, shared.coords[1]
        # Rounded, because sets come in another order on every run and so do the sums.
        overlap = np.round(2 * shared.data / (mass[one] + mass[other]), 6)
        kept = (one < other) & (overlap >= least)
        yield from zip(
            one[kept].tolist(), other[kept].tolist(), overlap[kept].tolist(), strict=True
        )


def _best_first(pairs: Iterable[SimilarPair]) -> tuple[SimilarPair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (-pair.score, astuple(pair))))
