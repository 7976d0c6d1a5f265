"""Publishes, restores and compacts knowledge versions."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge_base.models import (
    ArticleDraft,
    ClientId,
    KnowledgeBaseError,
    KnowledgeVersion,
    Publication,
    RevisionId,
    VersionNumber,
)
from knowledge_base.ports import (
    Embedder,
    LexicalIndex,
    PublicationStore,
    VectorIndex,
    VersionStore,
)
from knowledge_base.publishing.index_builder import BuiltIndexes, IndexBuilder
from knowledge_base.retrieval.readings import Progress

ROLLED_BACK = "rolled back"
"""The reason of a publication that undid the one before it."""


class Publisher:
    """Changes which version of a client's knowledge answers.

    A version is stored, its indexes are built and counted, and only then one SQL transaction
    makes it visible. Whatever dies in between, the previous version keeps answering.
    """

    def __init__(
        self,
        publications: PublicationStore,
        versions: VersionStore,
        builder: IndexBuilder,
        embedder: Embedder,
        vectors: VectorIndex,
        lexical: LexicalIndex,
    ) -> None:
        self._publications = publications
        self._versions = versions
        self._builder = builder
        self._embedder = embedder
        self._vectors = vectors
        self._lexical = lexical

    def publish_new(
        self,
        client_id: ClientId,
        added: Sequence[ArticleDraft],
        kept: Sequence[RevisionId],
        *,
        base: VersionNumber | None,
        progress: Progress | None = None,
    ) -> tuple[KnowledgeVersion, BuiltIndexes]:
        """Build and publish a version of new articles and kept revisions.

        `base` is the published version on which they were chosen. Raises `KnowledgeBaseError` when
        another version was published meanwhile.
        """
        number = self._versions.add_version(client_id, added, kept, self._embedder.name)
        built = self._builder.build(client_id, number, progress)
        self._versions.complete_version(client_id, number, built.names)
        self._publications.publish(client_id, number, reason="ingested", expected=base or 0)
        published = self._publications.find_published(client_id)
        assert published is not None  # noqa: S101 - it was published in the line above
        return published, built

    def publish(self, client_id: ClientId, number: VersionNumber, *, reason: str) -> None:
        """Make an existing version answer again, after repairing its indexes."""
        self._require_same_model(self._version(client_id, number))
        self._builder.build(client_id, number)
        self._publications.publish(client_id, number, reason=reason)

    def repair(self, version: KnowledgeVersion) -> None:
        """Rebuild what is missing of a version's indexes; SQL holds all that they need.

        Raises `KnowledgeBaseError` when another model embedded the version.
        """
        self._require_same_model(version)
        for name in version.indexes.values():
            if not self._lexical.exists(name) or not self._vectors.count(name):
                self._builder.build(version.client_id, version.number)
                return

    def roll_back(self, client_id: ClientId) -> VersionNumber:
        """Publish the version that answered before the current one, and return its number."""
        earlier = _answering(self._publications.list_publications(client_id))[:-1]
        if not earlier:
            raise KnowledgeBaseError(
                f"client {client_id!r} has no earlier knowledge version to go back to"
            )
        self.publish(client_id, earlier[-1], reason=ROLLED_BACK)
        return earlier[-1]

    def compact(self, client_id: ClientId, *, keep: int = 3) -> list[VersionNumber]:
        """Delete all but the published and the `keep` newest versions; give disk space back.

        Returns the deleted versions. Indexes that no remaining version of any client uses go too.
        """
        published = self._publications.find_published(client_id)
        versions = self._publications.list_versions(client_id)
        old = [
            version.number
            for version in versions[keep:]
            if not published or version.number != published.number
        ]
        self._versions.delete_versions(client_id, old)
        remaining = self._publications.list_versions()
        names = sorted({name for version in remaining for name in version.indexes.values()})
        self._vectors.retain(names)
        self._lexical.retain(names)
        return old

    def _require_same_model(self, version: KnowledgeVersion) -> None:
        if version.embedding_model != self._embedder.name:
            raise KnowledgeBaseError(
                f"version {version.number} of {version.client_id!r} was embedded with "
                f"{version.embedding_model!r}, but the installation uses "
                f"{self._embedder.name!r} now; ingest the folder again"
            )

    def _version(self, client_id: ClientId, number: VersionNumber) -> KnowledgeVersion:
        for version in self._publications.list_versions(client_id):
            if version.number == number:
                return version
        raise KnowledgeBaseError(
            f"client {client_id!r} has no knowledge version {number}; "
            f"`assist kb versions --client {client_id}` lists them"
        )


def _answering(publications: Sequence[Publication]) -> list[VersionNumber]:
    """Return the versions that answered, oldest first, without those that were taken back.

    `publications` come newest first. Going back twice thus goes back two steps.
    """
    stack: list[VersionNumber] = []
    for publication in reversed(publications):
        if publication.reason == ROLLED_BACK and publication.version in stack:
            while stack[-1] != publication.version:
                stack.pop()
        elif not stack or stack[-1] != publication.version:
            stack.append(publication.version)
    return stack
