"""The content of knowledge versions in SQL; versions share the revisions that did not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, exists, func, insert, select, update

from knowledge_base.adapters.sql.engine import writing
from knowledge_base.adapters.sql.tables import (
    article_revisions,
    knowledge_versions,
    passages,
    publications,
    published_versions,
    version_articles,
)
from knowledge_base.models import (
    ArticleDraft,
    ArticleId,
    Audience,
    ClientId,
    KnowledgeBaseError,
    RevisionId,
    StoredSource,
    VersionNumber,
)

_versions = knowledge_versions.c
_members = version_articles.c


class SqlVersionStore:
    """A `VersionStore` in which a version is a set of article revisions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list_sources(self, client_id: ClientId, number: VersionNumber) -> list[StoredSource]:
        """Group a version's revisions by the file that they came from."""
        revision = article_revisions.c
        query = (
            select(revision.id, revision.article_id, revision.path, revision.fingerprint)
            .join(version_articles, _members.revision_id == revision.id)
            .where((_members.client_id == client_id) & (_members.version == number))
            .order_by(revision.path, revision.id)
        )
        sources: dict[str, StoredSource] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                source = sources.setdefault(row.path, StoredSource(row.path, row.fingerprint, {}))
                source.revisions[row.id] = ArticleId(row.article_id)
        return list(sources.values())

    def add_version(
        self,
        client_id: ClientId,
        added: Sequence[ArticleDraft],
        kept: Sequence[RevisionId],
        embedding_model: str,
    ) -> VersionNumber:
        """Store a version in one transaction, after deleting what an interrupted one left.

        The number of a deleted version is not given again: its ingest may only seem interrupted.
        """
        with writing(self._engine) as connection:
            newest = select(func.max(_versions.number)).where(_versions.client_id == client_id)
            number = VersionNumber((connection.scalar(newest) or 0) + 1)
            _delete(connection, client_id, _incomplete(connection, client_id))
            connection.execute(
                insert(knowledge_versions).values(
                    client_id=client_id,
                    number=number,
                    created_at=datetime.now(UTC),
                    embedding_model=embedding_model,
                    indexes={},
                    articles=len(added) + len(kept),
                    passages=0,
                    is_complete=False,
                )
            )
            new = [_add_revision(connection, client_id, draft) for draft in added]
            members = [
                {"client_id": client_id, "version": number, "revision_id": revision}
                for revision in [*kept, *new]
            ]
            if members:
                connection.execute(insert(version_articles), members)
            _count_passages(connection, client_id, number)
        return number

    def complete_version(
        self, client_id: ClientId, number: VersionNumber, indexes: Mapping[Audience, str]
    ) -> None:
        """Record the names of the built indexes."""
        with writing(self._engine) as connection:
            completed = connection.execute(
                update(knowledge_versions)
                .where(_is_version(client_id, number))
                .values(is_complete=True, indexes={str(key): name for key, name in indexes.items()})
            )
        if not completed.rowcount:
            raise KnowledgeBaseError(
                f"another ingest for {client_id!r} replaced version {number}; ingest again"
            )

    def delete_versions(self, client_id: ClientId, numbers: Sequence[VersionNumber]) -> None:
        """Delete versions with what only they hold."""
        with writing(self._engine) as connection:
            pointer = published_versions.c
            published = connection.scalar(
                select(pointer.version).where(pointer.client_id == client_id)
            )
            if published in numbers:
                raise KnowledgeBaseError(
                    f"version {published} of {client_id!r} is published and cannot be deleted; "
                    "publish another one first"
                )
            _delete(connection, client_id, list(numbers))


def _is_version(client_id: ClientId, number: int) -> Any:
    return and_(_versions.client_id == client_id, _versions.number == number)


def _incomplete(connection: Connection, client_id: ClientId) -> list[int]:
    query = select(_versions.number).where(_versions.client_id == client_id)
    return list(connection.scalars(query.where(~_versions.is_complete)))


def _delete(connection: Connection, client_id: ClientId, numbers: Sequence[int]) -> None:
    if not numbers:
        return
    for table, column in (
        (version_articles, _members.version),
        (publications, publications.c.version),
        (knowledge_versions, _versions.number),
    ):
        connection.execute(
            delete(table).where((table.c.client_id == client_id) & column.in_(numbers))
        )
    revision = article_revisions.c
    orphans = select(revision.id).where(
        (revision.client_id == client_id) & ~exists().where(_members.revision_id == revision.id)
    )
    connection.execute(delete(passages).where(passages.c.revision_id.in_(orphans)))
    connection.execute(delete(article_revisions).where(revision.id.in_(orphans)))


def _add_revision(connection: Connection, client_id: ClientId, draft: ArticleDraft) -> RevisionId:
    article = draft.article
    values = {
        "client_id": client_id,
        "article_id": article.id,
        "path": article.path,
        "fingerprint": draft.fingerprint,
        "title": article.title,
        "kind": article.kind,
        "audience": article.audience,
        "language": article.language,
        "effective_from": article.effective_from,
        "effective_until": article.effective_until,
        "verbatim": article.verbatim,
        "tags": list(article.tags),
        "source_url": article.source_url,
    }
    result = connection.execute(insert(article_revisions).values(values))
    assert result.inserted_primary_key is not None  # noqa: S101 - always set for one inserted row
    revision = RevisionId(result.inserted_primary_key[0])
    rows = [
        {
            "client_id": client_id,
            "revision_id": revision,
            "position": position,
            "section": list(passage.section),
            "question": passage.question,
            "text": passage.text,
        }
        for position, passage in enumerate(draft.passages)
    ]
    if rows:
        connection.execute(insert(passages), rows)
    return revision


def _count_passages(connection: Connection, client_id: ClientId, number: int) -> None:
    count = (
        select(func.count())
        .select_from(passages)
        .join(version_articles, _members.revision_id == passages.c.revision_id)
        .where((_members.client_id == client_id) & (_members.version == number))
        .scalar_subquery()
    )
    connection.execute(
        update(knowledge_versions).where(_is_version(client_id, number)).values(passages=count)
    )
