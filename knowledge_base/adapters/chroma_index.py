"""Vectors in Chroma: one collection a set, cosine, vectors always passed in explicitly."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from knowledge_base.models import Hit, KnowledgeBaseError, PassageId, Vector, Vectors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration

_BATCH = 2_000
"""Chroma takes at most 5,461 rows a call."""

_CURRENT = "current"

_COSINE: CreateCollectionConfiguration = {"hnsw": {"space": "cosine"}}


class EmbeddedChromaIndex:
    """A `VectorIndex` in a folder that belongs to this process alone.

    Two processes that write one folder corrupt it silently; the caller holds the home's lock.
    Deleting a collection frees no disk, so `retain` copies what stays into a fresh store: the
    file `current` names the store in use and is replaced when the copy is complete.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._client = _open_store(self._folder / self._store())
        self._collections: dict[str, Collection] = {}

    def build(self, name: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        """Upsert all vectors and verify their number."""
        collection = self._client.get_or_create_collection(
            name, embedding_function=None, configuration=_COSINE
        )
        _upsert(collection, [str(passage_id) for passage_id in ids], vectors)
        if collection.count() != len(ids):
            raise KnowledgeBaseError(
                f"the index {name!r} holds {collection.count()} vectors instead of {len(ids)}; "
                "delete it with `assist kb compact` and ingest again"
            )
        self._collections[name] = collection

    def search(self, name: str, vector: Vector, k: int) -> list[Hit]:
        """Query one collection; a cosine below zero counts as zero."""
        result = self._collection(name).query(
            query_embeddings=vector[np.newaxis], n_results=k, include=["distances"]
        )
        distances = result["distances"]
        assert distances is not None  # noqa: S101 - they are included above
        return [
            Hit(PassageId(int(passage_id)), min(1.0, max(0.0, 1.0 - distance)))
            for passage_id, distance in zip(result["ids"][0], distances[0], strict=True)
        ]

    def count(self, name: str) -> int:
        """Count the vectors of a set."""
        return self._collection(name).count() if name in self.list_names() else 0

    def list_names(self) -> list[str]:
        """List all sets."""
        return sorted(collection.name for collection in self._client.list_collections())

    def retain(self, names: Sequence[str]) -> None:
        """Copy the sets that stay into a fresh store, switch to it, delete the old one."""
        new = f"store-{int(self._store().split('-')[1]) + 1}"
        shutil.rmtree(self._folder / new, ignore_errors=True)
        with _open_store(self._folder / new) as copy:
            for name in self.list_names():
                if name in names:
                    _copy(self._collection(name), copy)
        pointer = self._folder / f"{_CURRENT}.new"
        pointer.write_text(new)
        pointer.rename(self._folder / _CURRENT)
        # Deleted files give their space back only when they are closed.
        self.close()
        self._client = _open_store(self._folder / new)
        for store in self._folder.glob("store-*"):
            if store.name != new:
                shutil.rmtree(store, ignore_errors=True)

    def close(self) -> None:
        """Close the store's files."""
        self._collections.clear()
        self._client.close()

    def _store(self) -> str:
        pointer = self._folder / _CURRENT
        return pointer.read_text().strip() if pointer.is_file() else "store-1"

    def _collection(self, name: str) -> Collection:
        from chromadb.errors import NotFoundError

        if name not in self._collections:
            try:
                self._collections[name] = self._client.get_collection(name, embedding_function=None)
            except NotFoundError as error:
                raise KnowledgeBaseError(
                    f"the vector index {name!r} is missing; it can be rebuilt"
                ) from error
        return self._collections[name]


def _open_store(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    return cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))


def _upsert(collection: Collection, ids: Sequence[str], vectors: Vectors) -> None:
    for start in range(0, len(ids), _BATCH):
        rows = slice(start, start + _BATCH)
        collection.upsert(ids=list(ids[rows]), embeddings=vectors[rows])


def _copy(collection: Collection, target: Client) -> None:
    copy = target.create_collection(collection.name, embedding_function=None, configuration=_COSINE)
    for start in range(0, collection.count(), _BATCH):
        page = collection.get(limit=_BATCH, offset=start, include=["embeddings"])
        _upsert(copy, page["ids"], np.asarray(page["embeddings"], dtype=np.float32))
    if copy.count() != collection.count():
        raise KnowledgeBaseError(
            f"copying the index {collection.name!r} lost vectors; the old store stays in use"
        )
