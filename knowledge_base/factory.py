"""Puts the knowledge base together from its settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge_base.publishing.index_builder import IndexBuilder
from knowledge_base.publishing.publisher import Publisher
from knowledge_base.retrieval.fusion import FusionWeights
from knowledge_base.retrieval.readings import Readings
from knowledge_base.retrieval.retriever import Retriever

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge_base.ports import (
        Embedder,
        LexicalIndex,
        PassageStore,
        PublicationStore,
        VectorIndex,
        VersionStore,
    )


@dataclass(frozen=True)
class KnowledgeBase:
    """The parts of the knowledge base that other packages use."""

    embedder: Embedder
    publications: PublicationStore
    versions: VersionStore
    passages: PassageStore
    publisher: Publisher
    retriever: Retriever


def build_knowledge_base(
    engine: Engine,
    embedder: Embedder,
    vectors: VectorIndex,
    lexical: LexicalIndex,
    weights: FusionWeights | None = None,
) -> KnowledgeBase:
    """Build the knowledge base over a database and its indexes."""
    from knowledge_base.adapters.sql.passages import SqlEmbeddingCache, SqlPassageStore
    from knowledge_base.adapters.sql.publications import SqlPublicationStore
    from knowledge_base.adapters.sql.versions import SqlVersionStore

    publications = SqlPublicationStore(engine)
    versions = SqlVersionStore(engine)
    passages = SqlPassageStore(engine)
    readings = Readings(embedder, SqlEmbeddingCache(engine))
    builder = IndexBuilder(passages, readings, vectors, lexical)
    return KnowledgeBase(
        embedder=embedder,
        publications=publications,
        versions=versions,
        passages=passages,
        publisher=Publisher(publications, versions, builder, embedder, vectors, lexical),
        retriever=Retriever(
            publications, passages, readings, vectors, lexical, weights or FusionWeights()
        ),
    )


def open_embedder(model: str, cache: Path, threads: int = 1) -> Embedder:
    """Open an embedding model by name or folder."""
    from knowledge_base.adapters.model_files import find_model_files
    from knowledge_base.adapters.onnx_embedder import OnnxEmbedder

    return OnnxEmbedder(find_model_files(model), cache, threads=threads)
