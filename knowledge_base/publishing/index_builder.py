"""Builds a version's indexes from its passages; what exists already is left as it is."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.models import (
    Audience,
    ClientId,
    Passage,
    Vector,
    Vectors,
    VersionNumber,
)
from knowledge_base.ports import (
    Embedder,
    EmbeddingCache,
    LexicalIndex,
    PassageStore,
    VectorIndex,
)

Progress = Callable[[int, int], None]
"""Called with the number of texts embedded so far and the number to embed."""

EMBED_BATCH = 64
"""Texts embedded between two writes to the cache: about three seconds of work that a kill loses."""


@dataclass(frozen=True)
class BuiltIndexes:
    """A version's indexes by audience, and what they were built from.

    `vectors` has one row for each of `passages`, which are in the order of articles and positions.
    `embedded` counts the texts that had no cached vector.
    """

    names: dict[Audience, str]
    passages: list[Passage]
    vectors: Vectors
    embedded: int


class IndexBuilder:
    """Builds and repairs indexes.

    An index is named after its content (client, audience, model and passages): versions with the
    same passages share it, and an interrupted build is completed by the next one.
    """

    def __init__(
        self,
        passages: PassageStore,
        embedder: Embedder,
        cache: EmbeddingCache,
        vectors: VectorIndex,
        lexical: LexicalIndex,
    ) -> None:
        self._passages = passages
        self._embedder = embedder
        self._cache = cache
        self._vectors = vectors
        self._lexical = lexical

    def build(
        self, client_id: ClientId, number: VersionNumber, progress: Progress | None = None
    ) -> BuiltIndexes:
        """Build what is missing of a version's indexes and verify the counts."""
        passages = self._passages.list_passages(client_id, number)
        texts = [passage.index_text for passage in passages]
        embedded = self._embed_new(texts, progress)
        vectors = self._cached(texts)
        names: dict[Audience, str] = {}
        for audience in Audience:
            rows = [i for i, each in enumerate(passages) if each.article.audience is audience]
            if rows:
                own = [passages[row] for row in rows]
                names[audience] = self._index_name(client_id, audience, own)
                self._build_index(names[audience], own, vectors[rows])
        return BuiltIndexes(names, passages, vectors, embedded)

    def _build_index(self, name: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        ids = [passage.id for passage in passages]
        if self._vectors.count(name) != len(ids):
            self._vectors.build(name, ids, vectors)
        if not self._lexical.exists(name):
            texts = [passage.index_text for passage in passages]
            self._lexical.build(name, ids, texts, language=_main_language(passages))

    def _embed_new(self, texts: Sequence[str], progress: Progress | None) -> int:
        by_digest = {_digest(text): text for text in texts}
        known = self._cache.find_vectors(self._embedder.name, list(by_digest))
        new = [digest for digest in by_digest if digest not in known]
        new.sort(key=lambda digest: len(by_digest[digest]))
        for start in range(0, len(new), EMBED_BATCH):
            batch = new[start : start + EMBED_BATCH]
            vectors = self._embedder.embed([by_digest[digest] for digest in batch])
            self._cache.add_vectors(self._embedder.name, dict(zip(batch, vectors, strict=True)))
            if progress:
                progress(start + len(batch), len(new))
        return len(new)

    def _cached(self, texts: Sequence[str]) -> Vectors:
        digests = [_digest(text) for text in texts]
        found: dict[str, Vector] = self._cache.find_vectors(self._embedder.name, digests)
        if not digests:
            return np.empty((0, 0), dtype=np.float32)
        return np.stack([found[digest] for digest in digests])

    def _index_name(
        self, client_id: ClientId, audience: Audience, passages: Sequence[Passage]
    ) -> str:
        content = f"{self._embedder.name}:" + ",".join(str(passage.id) for passage in passages)
        return f"{client_id}-{audience}-{_digest(content)[:16]}"


def _main_language(passages: Sequence[Passage]) -> str:
    """Return the language of most passages; an index is cut into terms in one language."""
    languages = Counter(passage.article.language for passage in passages)
    return languages.most_common(1)[0][0]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
