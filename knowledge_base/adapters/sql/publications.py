"""Which versions exist and which one answers, in SQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, RowMapping, select

from knowledge_base.adapters.sql.engine import writing
from knowledge_base.adapters.sql.tables import (
    knowledge_versions,
    publications,
    published_versions,
)
from knowledge_base.models import (
    Audience,
    ClientId,
    KnowledgeBaseError,
    KnowledgeVersion,
    Publication,
    VersionNumber,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

_versions = knowledge_versions.c


class SqlPublicationStore:
    """A `PublicationStore` whose pointer flips in one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find_published(self, client_id: ClientId) -> KnowledgeVersion | None:
        """Read the pointer afresh: another process may have flipped it."""
        query = select(knowledge_versions).join(
            published_versions,
            (published_versions.c.client_id == _versions.client_id)
            & (published_versions.c.version == _versions.number),
        )
        with self._engine.connect() as connection:
            row = (
                connection.execute(query.where(_versions.client_id == client_id)).mappings().first()
            )
        return _version(row) if row else None

    def list_versions(self, client_id: ClientId | None = None) -> list[KnowledgeVersion]:
        """List complete versions, newest first."""
        query = select(knowledge_versions).where(_versions.is_complete)
        if client_id is not None:
            query = query.where(_versions.client_id == client_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_versions.number.desc())).mappings()
            return [_version(row) for row in rows]

    def list_publications(self, client_id: ClientId) -> list[Publication]:
        """List publications, newest first."""
        query = select(publications).where(publications.c.client_id == client_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(publications.c.id.desc())).mappings()
            return [Publication(row["version"], row["published_at"], row["reason"]) for row in rows]

    def publish(
        self,
        client_id: ClientId,
        number: VersionNumber,
        *,
        reason: str,
        expected: int | None = None,
    ) -> None:
        """Flip the pointer and write the history together."""
        with writing(self._engine) as connection:
            _check_complete(connection, client_id, number)
            pointer = published_versions.c
            current = connection.scalar(
                select(pointer.version).where(pointer.client_id == client_id).with_for_update()
            )
            if expected is not None and expected != (current or 0):
                raise KnowledgeBaseError(
                    f"version {current} of {client_id!r} was published meanwhile, not the "
                    f"{expected} that this one was built on; ingest again"
                )
            _point(connection, client_id, number, is_first=current is None)
            entry: dict[str, Any] = {"client_id": client_id, "version": number, "reason": reason}
            connection.execute(publications.insert(), {**entry, "published_at": datetime.now(UTC)})


def _check_complete(connection: Connection, client_id: ClientId, number: int) -> None:
    query = select(_versions.is_complete).where(
        (_versions.client_id == client_id) & (_versions.number == number)
    )
    if not connection.scalar(query):
        raise KnowledgeBaseError(
            f"client {client_id!r} has no complete knowledge version {number}; "
            f"`assist kb versions --client {client_id}` lists them"
        )


def _point(connection: Connection, client_id: ClientId, number: int, *, is_first: bool) -> None:
    if is_first:
        connection.execute(published_versions.insert(), {"client_id": client_id, "version": number})
        return
    connection.execute(
        published_versions.update()
        .where(published_versions.c.client_id == client_id)
        .values(version=number)
    )


def _version(row: RowMapping) -> KnowledgeVersion:
    return KnowledgeVersion(
        client_id=row["client_id"],
        number=row["number"],
        created_at=row["created_at"],
        embedding_model=row["embedding_model"],
        indexes={Audience(audience): name for audience, name in row["indexes"].items()},
        articles=row["articles"],
        passages=row["passages"],
    )
