"""Retrieves a client's passages for a question from its published version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge_base.models import (
    Audience,
    ClientId,
    KnowledgeVersion,
    RankedPassage,
    Vector,
)
from knowledge_base.ports import (
    Embedder,
    LexicalIndex,
    PassageStore,
    PublicationStore,
    VectorIndex,
)
from knowledge_base.retrieval.fusion import FusedHit, FusionWeights, fuse

DEPTH = 4
"""How many hits each ranking gives for one wanted passage: one that is first after fusion need
not be among the first of both."""


@dataclass(frozen=True)
class Query:
    """What to search for: the text, who reads the result, and on which day it must hold."""

    text: str
    audiences: tuple[Audience, ...]
    on: date
    limit: int = 10


@dataclass(frozen=True)
class Retrieved:
    """The ranked passages for one question, best first, all from one knowledge version.

    `term_weights` holds the question's distinct terms with their inverse document frequency in
    the first audience's index. Both are empty before anything is published.
    """

    version: KnowledgeVersion | None = None
    passages: tuple[RankedPassage, ...] = ()
    term_weights: Mapping[str, float] = field(default_factory=dict)


class Retriever:
    """Searches the indexes of the audiences that the caller may read, and no others."""

    def __init__(
        self,
        publications: PublicationStore,
        passages: PassageStore,
        embedder: Embedder,
        vectors: VectorIndex,
        lexical: LexicalIndex,
        weights: FusionWeights,
    ) -> None:
        self._publications = publications
        self._passages = passages
        self._embedder = embedder
        self._vectors = vectors
        self._lexical = lexical
        self._weights = weights

    def find_version(self, client_id: ClientId) -> KnowledgeVersion | None:
        """Return the version that answers now."""
        return self._publications.find_published(client_id)

    def embed(self, text: str) -> Vector:
        """Return the question's vector."""
        vector: Vector = self._embedder.embed([text])[0]
        return vector

    def retrieve(self, version: KnowledgeVersion, query: Query, vector: Vector) -> Retrieved:
        """Return up to `query.limit` passages that hold on the day.

        Looks deeper when most candidates are out of date, so that they hide nothing.
        """
        depth = DEPTH * query.limit
        while True:
            names = [version.indexes[a] for a in query.audiences if a in version.indexes]
            fused = [hit for name in names for hit in self._search(name, query.text, vector, depth)]
            ranked = self._effective(fused, query.on)
            if len(ranked) >= query.limit or len(fused) < depth or depth >= version.passages:
                break
            depth *= DEPTH
        weights = self._lexical.term_weights(names[0], query.text) if names else {}
        return Retrieved(version, tuple(ranked[: query.limit]), weights)

    def _search(self, name: str, text: str, vector: Vector, depth: int) -> list[FusedHit]:
        dense = self._vectors.search(name, vector, depth)
        lexical = self._lexical.search(name, text, depth)
        return fuse(dense, lexical, self._weights)

    def _effective(self, fused: Sequence[FusedHit], on: date) -> list[RankedPassage]:
        found = self._passages.get_passages([hit.passage_id for hit in fused])
        ranked = [
            RankedPassage(found[hit.passage_id], hit.score, hit.dense, hit.lexical)
            for hit in fused
            if hit.passage_id in found and found[hit.passage_id].article.is_effective(on)
        ]
        return sorted(ranked, key=lambda passage: -passage.score)
