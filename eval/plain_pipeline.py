"""What a plain LangChain and Chroma pipeline does with the same articles: the yardstick.

Chunks of 1,000 characters with 200 in common, the same embedding model, the best four by cosine,
one threshold for an answer, and the best chunk shown. It sees the last message alone, has no rules
and only the public articles. Nothing of it serves customers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from langchain_chroma import Chroma

    from knowledge_base.ports import Embedder

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200
TOP_K = 4
RANKED = 40
"""Chunks that are fetched where ten different articles are to be ranked."""

THRESHOLDS = (0.45, 0.60)
_BATCH = 4000


@dataclass(frozen=True)
class Found:
    """A chunk with its cosine."""

    article_id: str
    text: str
    score: float


class PlainPipeline:
    """A vector store of chunks."""

    def __init__(self, articles: Mapping[str, Sequence[str]], embedder: Embedder) -> None:
        """Index the texts of articles by their ids; an article's texts are cut one by one."""
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS
        )
        self._store = _open_store(embedder)
        chunks = [
            (chunk, {"article": article_id})
            for article_id, texts in articles.items()
            for text in texts
            for chunk in splitter.split_text(text)
        ]
        for start in range(0, len(chunks), _BATCH):
            texts, metadata = zip(*chunks[start : start + _BATCH], strict=True)
            self._store.add_texts(list(texts), list(metadata))

    def search(self, text: str, k: int = TOP_K) -> list[Found]:
        """Return the best chunks."""
        found = self._store.similarity_search_with_score(text, k=k)
        return [
            Found(document.metadata["article"], document.page_content, 1 - distance)
            for document, distance in found
        ]

    def time_ms(self, text: str) -> float:
        """Return how long one search takes."""
        started = perf_counter()
        self.search(text)
        return (perf_counter() - started) * 1000

    def close(self) -> None:
        """Give the memory back."""
        self._store.delete_collection()


class _Embeddings:
    """Our embedder under the names that LangChain calls; its own class would import LangChain."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def _open_store(embedder: Embedder) -> Chroma:
    from langchain_chroma import Chroma

    embeddings: Any = _Embeddings(embedder)
    return Chroma(
        collection_name=f"plain-{uuid4().hex}",
        embedding_function=embeddings,
        collection_configuration={"hnsw": {"space": "cosine"}},
    )
