"""Builds a version's indexes from its passages; what exists already is left as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.models import (
    Audience,
    ClientId,
    Passage,
    Vectors,
    VersionNumber,
)
from knowledge_base.ports import (
    LexicalIndex,
    PassageStore,
    VectorIndex,
)
from knowledge_base.retrieval.readings import Progress, Readings, digest_of


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
        readings: Readings,
        vectors: VectorIndex,
        lexical: LexicalIndex,
    ) -> None:
        self._passages = passages
        self._readings = readings
        self._vectors = vectors
        self._lexical = lexical

    def build(
        self, client_id: ClientId, number: VersionNumber, progress: Progress | None = None
    ) -> BuiltIndexes:
        """Build what is missing of a version's indexes and verify the counts."""
        passages = self._passages.list_passages(client_id, number)
        texts = [passage.index_text for passage in passages]
        embedded = self._readings.add(texts, progress)
        vectors = self._readings.vectors(texts)
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

    def _index_name(
        self, client_id: ClientId, audience: Audience, passages: Sequence[Passage]
    ) -> str:
        content = f"{self._readings.model}:" + ",".join(str(passage.id) for passage in passages)
        return f"{client_id}-{audience}-{digest_of(content)[:16]}"


def _main_language(passages: Sequence[Passage]) -> str:
    """Return the language of most passages; an index is cut into terms in one language."""
    languages = Counter(passage.article.language for passage in passages)
    return languages.most_common(1)[0][0]
