"""What the knowledge base needs from outside; adapters implement these, fakes in tests too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from knowledge_base.models import (
    ArticleDraft,
    Audience,
    ClientId,
    Hit,
    KnowledgeVersion,
    Passage,
    PassageId,
    Publication,
    Reading,
    RevisionId,
    StoredSource,
    Vector,
    Vectors,
    VersionNumber,
    WordVectors,
)


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Identify the model and everything that changes its vectors."""

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text that the model reads; the rest is ignored."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in order; shape (0, dimension) for no texts."""

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return the vector of each text with those of its words, at the price of `embed`."""

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text as the model does, without its special tokens."""


class VectorIndex(Protocol):
    """Named sets of vectors; a set is written once and then only searched."""

    def build(self, name: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        """Write a whole set; repeating an interrupted build completes it."""

    def search(self, name: str, vector: Vector, k: int) -> list[Hit]:
        """Return up to `k` hits by cosine, best first.

        Raises `KnowledgeBaseError` when the set does not exist.
        """

    def count(self, name: str) -> int:
        """Return the number of vectors in a set, 0 when it does not exist."""

    def list_names(self) -> list[str]:
        """Return the names of all sets."""

    def retain(self, names: Sequence[str]) -> None:
        """Delete all other sets and give their disk space back."""


class LexicalIndex(Protocol):
    """Named BM25 indexes over passages."""

    def build(
        self, name: str, ids: Sequence[PassageId], texts: Sequence[str], *, language: str = "en"
    ) -> None:
        """Write a whole index, replacing one of the same name; `language` decides the terms."""

    def search(self, name: str, text: str, k: int) -> list[Hit]:
        """Return up to `k` hits, best first; 1.0 is the best score that the text could reach.

        Raises `KnowledgeBaseError` when the index does not exist.
        """

    def exists(self, name: str) -> bool:
        """Say whether a complete index of that name is there."""

    def term_weights(self, name: str, text: str) -> Mapping[str, float]:
        """Return a text's terms with their inverse document frequency; unknown ones weigh most."""

    def respell(self, name: str, word: str) -> str:
        """Return the word of the passages that a misspelt one stands for, or else the word."""

    def retain(self, names: Sequence[str]) -> None:
        """Delete all other indexes."""


class PublicationStore(Protocol):
    """Which versions a client has, and which one answers."""

    def find_published(self, client_id: ClientId) -> KnowledgeVersion | None:
        """Return the version that answers now, or `None` before the first publication."""

    def list_versions(self, client_id: ClientId | None = None) -> list[KnowledgeVersion]:
        """Return the complete versions of a client (or of all), newest first."""

    def list_publications(self, client_id: ClientId) -> list[Publication]:
        """Return what was published when, newest first."""

    def publish(
        self,
        client_id: ClientId,
        number: VersionNumber,
        *,
        reason: str,
        expected: int | None = None,
    ) -> None:
        """Make a complete version the one that answers, in one transaction.

        With `expected`, the version that must be published until now (0 for none). Raises
        `KnowledgeBaseError` when another one is, or when the version is missing or incomplete.
        """


class VersionStore(Protocol):
    """The content of versions; a version is invisible until it is published."""

    def list_sources(self, client_id: ClientId, number: VersionNumber) -> list[StoredSource]:
        """Return the source files of a version with the article revisions that they gave."""

    def add_version(
        self,
        client_id: ClientId,
        added: Sequence[ArticleDraft],
        kept: Sequence[RevisionId],
        embedding_model: str,
    ) -> VersionNumber:
        """Store an incomplete version: new revisions of articles, and revisions it shares.

        Incomplete versions of the client that an interrupted ingest left are deleted.
        """

    def complete_version(
        self, client_id: ClientId, number: VersionNumber, indexes: Mapping[Audience, str]
    ) -> None:
        """Record that all indexes of a version are built.

        Raises `KnowledgeBaseError` when another ingest deleted the version meanwhile.
        """

    def delete_versions(self, client_id: ClientId, numbers: Sequence[VersionNumber]) -> None:
        """Delete versions and the articles that no other version shares.

        Raises `KnowledgeBaseError` for the published version.
        """


class PassageStore(Protocol):
    """Passages by id and by version."""

    def get_passages(self, ids: Sequence[PassageId]) -> dict[PassageId, Passage]:
        """Return the passages that exist."""

    def list_passages(self, client_id: ClientId, number: VersionNumber) -> list[Passage]:
        """Return all passages of a version, by article and position."""


class EmbeddingCache(Protocol):
    """Readings by model and text, so that an unchanged text is never read twice."""

    def find_vectors(self, model: str, digests: Sequence[str]) -> dict[str, Vector]:
        """Return the known vectors by the SHA-256 of their texts."""

    def find_words(self, model: str, digests: Sequence[str]) -> dict[str, WordVectors]:
        """Return the vectors of the words of the known texts by their SHA-256."""

    def add_readings(self, model: str, readings: Mapping[str, Reading]) -> None:
        """Store readings; known ones are left as they are."""
