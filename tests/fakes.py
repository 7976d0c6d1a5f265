"""Stand-ins for what is slow or random, and builders of the values that tests speak about."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from math import log

import numpy as np
from sqlalchemy import Engine

from knowledge_base.factory import KnowledgeBase, build_knowledge_base
from knowledge_base.models import (
    WORD_DIMENSION,
    Article,
    ArticleDraft,
    ArticleId,
    Audience,
    ClientId,
    Hit,
    KnowledgeBaseError,
    KnowledgeVersion,
    Passage,
    PassageDraft,
    PassageId,
    Reading,
    RevisionId,
    Vector,
    Vectors,
    VersionNumber,
    WordMatches,
    WordVectors,
)
from knowledge_base.ports import LexicalIndex, VectorIndex
from knowledge_base.retrieval.matching import match_words
from knowledge_base.retrieval.retriever import Query, Retrieved
from knowledge_base.retrieval.terms import terms, word_spans

ACME = ClientId("acme")
ZENITH = ClientId("zenith")
TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

DIMENSION = 256


@dataclass
class FakeClock:
    """Stands still until it is told to move."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class HashingEmbedder:
    """An `Embedder` in which texts are as alike as the terms they share; remembers its work."""

    name: str = "hashing"
    max_tokens: int = 256
    embedded: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text) or [""]:
                vectors[row, zlib.crc32(term.encode()) % DIMENSION] += 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def read(self, texts: Sequence[str]) -> list[Reading]:
        vectors = self.embed(texts)
        words = [hashed_words(text) for text in texts]
        return [Reading(*pair) for pair in zip(vectors, words, strict=True)]

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def hashed_words(text: str) -> WordVectors:
    """Return words that are alike when their terms are the same."""
    spans = word_spans(text)
    rows = np.zeros((len(spans), WORD_DIMENSION), dtype=np.int8)
    for row, (start, end) in enumerate(spans):
        for term in terms(text[start:end]):
            rows[row, zlib.crc32(term.encode()) % WORD_DIMENSION] = 1
    return WordVectors(np.array([start for start, _ in spans], dtype=np.int32), rows)


def matches_of(question: str, passage: Passage) -> WordMatches:
    """Compare by terms alone; each of the question's weighs 1."""
    places = {
        term: start for start, end in word_spans(question) for term in terms(question[start:end])
    }
    words = hashed_words(question)
    rows = [int(np.searchsorted(words.starts, start)) for start in places.values()]
    asked = WordVectors(words.starts[rows], words.rows[rows])
    weights = dict.fromkeys(places, 1.0)
    return match_words(asked, weights, [passage], [hashed_words(passage.index_text)])[0]


class MemoryVectorIndex:
    """A `VectorIndex` in arrays; remembers which sets were searched.

    `before_build` runs first in each build, where a test may fail or do something else.
    """

    def __init__(self) -> None:
        self.before_build: Callable[[], object] = lambda: None
        self.searched: list[str] = []
        self._sets: dict[str, tuple[list[PassageId], Vectors]] = {}

    def build(self, name: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        self.before_build()
        self._sets[name] = (list(ids), vectors)

    def search(self, name: str, vector: Vector, k: int) -> list[Hit]:
        if name not in self._sets:
            raise KnowledgeBaseError(f"the vector index {name!r} is missing")
        self.searched.append(name)
        ids, vectors = self._sets[name]
        scores = np.clip(vectors @ vector, 0, 1)
        return _best(dict(zip(ids, scores.tolist(), strict=True)), k)

    def count(self, name: str) -> int:
        return len(self._sets[name][0]) if name in self._sets else 0

    def list_names(self) -> list[str]:
        return sorted(self._sets)

    def retain(self, names: Sequence[str]) -> None:
        self._sets = {name: kept for name, kept in self._sets.items() if name in names}


class MemoryLexicalIndex:
    """A `LexicalIndex` that scores the share of the query's term weight that a passage holds.

    `searched` and `before_build` are as in `MemoryVectorIndex`.
    """

    def __init__(self) -> None:
        self.before_build: Callable[[], object] = lambda: None
        self.searched: list[str] = []
        self._indexes: dict[str, dict[PassageId, set[str]]] = {}
        self._languages: dict[str, str] = {}

    def build(
        self, name: str, ids: Sequence[PassageId], texts: Sequence[str], *, language: str = "en"
    ) -> None:
        self.before_build()
        self._languages[name] = language
        self._indexes[name] = {
            passage_id: set(terms(text, language))
            for passage_id, text in zip(ids, texts, strict=True)
        }

    def search(self, name: str, text: str, k: int) -> list[Hit]:
        weights = self.term_weights(name, text)
        self.searched.append(name)
        held = {
            passage_id: sum(weights[term] for term in weights.keys() & own)
            for passage_id, own in self._indexes[name].items()
        }
        best = sum(weights.values())
        return _best({each: weight / best for each, weight in held.items() if weight}, k)

    def exists(self, name: str) -> bool:
        return name in self._indexes

    def term_weights(self, name: str, text: str) -> Mapping[str, float]:
        if name not in self._indexes:
            raise KnowledgeBaseError(f"the lexical index {name!r} is missing")
        passages = self._indexes[name].values()
        cut = dict.fromkeys(terms(text, self._languages[name]))
        holding = {term: sum(term in own for own in passages) for term in cut}
        return {
            term: log(1 + (len(passages) - count + 0.5) / (count + 0.5))
            for term, count in holding.items()
        }

    def respell(self, name: str, word: str) -> str:
        assert name in self._indexes
        return word

    def retain(self, names: Sequence[str]) -> None:
        self._indexes = {name: kept for name, kept in self._indexes.items() if name in names}


def _best(scores: Mapping[PassageId, float], k: int) -> list[Hit]:
    hits = [Hit(passage_id, score) for passage_id, score in scores.items()]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:k]


def draft(
    article_id: str,
    *texts: str,
    audience: Audience = Audience.PUBLIC,
    effective_from: date | None = None,
    effective_until: date | None = None,
) -> ArticleDraft:
    """Return an article of one file, with a passage for each text."""
    article = Article(
        ArticleId(article_id),
        title=article_id.replace("-", " ").title(),
        audience=audience,
        effective_from=effective_from,
        effective_until=effective_until,
        path=f"{article_id}.md",
    )
    fingerprint = f"{zlib.crc32(repr(texts).encode()):08x}"
    return ArticleDraft(article, tuple(PassageDraft(text) for text in texts), fingerprint)


@dataclass
class Knowledge:
    """A knowledge base on real SQL, by default with indexes in memory and the hashing model."""

    engine: Engine
    embedder: HashingEmbedder = field(default_factory=HashingEmbedder)
    vectors: VectorIndex = field(default_factory=MemoryVectorIndex)
    lexical: LexicalIndex = field(default_factory=MemoryLexicalIndex)

    @cached_property
    def base(self) -> KnowledgeBase:
        return build_knowledge_base(self.engine, self.embedder, self.vectors, self.lexical)

    def publish(
        self,
        *drafts: ArticleDraft,
        client_id: ClientId = ACME,
        kept: Sequence[RevisionId] = (),
    ) -> KnowledgeVersion:
        base = self.published_number(client_id)
        return self.base.publisher.publish_new(client_id, drafts, kept, base=base)[0]

    def published_number(self, client_id: ClientId = ACME) -> VersionNumber | None:
        version = self.base.publications.find_published(client_id)
        return version.number if version else None

    def revisions(self, *articles: str) -> list[RevisionId]:
        """Return the first version's revisions of these articles, without any of all."""
        return [
            revision
            for source in self.base.versions.list_sources(ACME, VersionNumber(1))
            for revision, article in source.revisions.items()
            if not articles or article in articles
        ]

    def retrieve(
        self,
        text: str,
        *,
        client_id: ClientId = ACME,
        audiences: tuple[Audience, ...] = (Audience.PUBLIC,),
        on: date = TODAY,
        limit: int = 10,
    ) -> Retrieved:
        """Search what is published; nothing is found before something is."""
        version = self.base.retriever.find_version(client_id)
        if version is None:
            return Retrieved()
        query = Query(text, audiences, on, limit)
        return self.base.retriever.retrieve(version, query, self.base.retriever.read(text))

    def find(self, text: str, client_id: ClientId = ACME) -> list[str]:
        """Return the texts of the public passages for a question, best first."""
        found = self.retrieve(text, client_id=client_id).passages
        return [ranked.passage.text for ranked in found]
