"""Passages and their cached embeddings in SQL."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from sqlalchemy import Engine, Row, Select, Table, select

from knowledge_base.adapters.sql.engine import writing
from knowledge_base.adapters.sql.tables import (
    article_revisions,
    embeddings,
    passages,
    version_articles,
)
from knowledge_base.models import (
    WORD_DIMENSION,
    Article,
    ArticleKind,
    Audience,
    ClientId,
    Passage,
    PassageId,
    Reading,
    Vector,
    VersionNumber,
    WordVectors,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

CACHED_PASSAGES = 20_000
"""About 30 MB of passages of 150 tokens; a stored passage never changes, so none goes stale."""

T = TypeVar("T")

_BATCH = 500


class SqlPassageStore:
    """A `PassageStore` that keeps recently used passages in memory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cache: OrderedDict[PassageId, Passage] = OrderedDict()
        self._lock = Lock()

    def get_passages(self, ids: Sequence[PassageId]) -> dict[PassageId, Passage]:
        """Return passages from memory and read the missing ones."""
        with self._lock:
            found = {wanted: self._cache[wanted] for wanted in ids if wanted in self._cache}
        missing = [wanted for wanted in ids if wanted not in found]
        for batch in _batches(missing):
            with self._engine.connect() as connection:
                rows = connection.execute(_passage_query().where(passages.c.id.in_(batch))).all()
            found |= {PassageId(row.id): _passage(row) for row in rows}
        self._remember(found)
        return found

    def list_passages(self, client_id: ClientId, number: VersionNumber) -> list[Passage]:
        """Read a whole version, by article and position."""
        member = version_articles.c
        query = (
            _passage_query()
            .join(version_articles, member.revision_id == article_revisions.c.id)
            .where((member.client_id == client_id) & (member.version == number))
            .order_by(article_revisions.c.article_id, passages.c.position)
        )
        with self._engine.connect() as connection:
            return [_passage(row) for row in connection.execute(query)]

    def _remember(self, found: Mapping[PassageId, Passage]) -> None:
        with self._lock:
            for passage_id, passage in found.items():
                self._cache[passage_id] = passage
                self._cache.move_to_end(passage_id)
            while len(self._cache) > CACHED_PASSAGES:
                self._cache.popitem(last=False)


class SqlEmbeddingCache:
    """An `EmbeddingCache` with one row per model and text."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find_vectors(self, model: str, digests: Sequence[str]) -> dict[str, Vector]:
        """Read the known vectors."""
        column = embeddings.c
        found: dict[str, Vector] = {}
        with self._engine.connect() as connection:
            for batch in _batches(digests):
                query = select(column.text_sha256, column.vector).where(
                    (column.model == model) & column.text_sha256.in_(batch)
                )
                for digest, vector in connection.execute(query):
                    found[digest] = np.frombuffer(vector, dtype=np.float32)
        return found

    def find_words(self, model: str, digests: Sequence[str]) -> dict[str, WordVectors]:
        """Read the words of the known texts."""
        column = embeddings.c
        found: dict[str, WordVectors] = {}
        with self._engine.connect() as connection:
            for batch in _batches(digests):
                query = select(column.text_sha256, column.word_starts, column.word_rows).where(
                    (column.model == model) & column.text_sha256.in_(batch)
                )
                for digest, starts, rows in connection.execute(query):
                    found[digest] = WordVectors(
                        np.frombuffer(starts, dtype=np.int32),
                        np.frombuffer(rows, dtype=np.int8).reshape(-1, WORD_DIMENSION),
                    )
        return found

    def add_readings(self, model: str, readings: Mapping[str, Reading]) -> None:
        """Store readings in one transaction."""
        if not readings:
            return
        insert_new = _insert_of(self._engine.dialect.name)(embeddings).on_conflict_do_nothing()
        rows = [
            {
                "model": model,
                "text_sha256": digest,
                "vector": reading.vector.astype(np.float32).tobytes(),
                "word_starts": reading.words.starts.astype(np.int32).tobytes(),
                "word_rows": reading.words.rows.astype(np.int8).tobytes(),
            }
            for digest, reading in readings.items()
        ]
        with writing(self._engine) as connection:
            connection.execute(insert_new, rows)


def _insert_of(dialect: str) -> Callable[[Table], postgresql.Insert | sqlite.Insert]:
    """Import one database's statements: those of PostgreSQL load all of its drivers' dialects."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    from sqlalchemy.dialects import sqlite

    return sqlite.insert


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _passage_query() -> Select[tuple[object, ...]]:
    revision = article_revisions.c
    piece = passages.c
    return select(
        *(piece.id, piece.position, piece.section, piece.question, piece.text),
        *(revision.article_id, revision.title, revision.kind, revision.audience),
        *(revision.language, revision.effective_from, revision.effective_until),
        *(revision.verbatim, revision.tags, revision.source_url, revision.path),
    ).join(article_revisions, piece.revision_id == revision.id)


def _passage(row: Row[tuple[object, ...]]) -> Passage:
    article = Article(
        id=row.article_id,
        title=row.title,
        kind=ArticleKind(row.kind),
        audience=Audience(row.audience),
        language=row.language,
        effective_from=row.effective_from,
        effective_until=row.effective_until,
        verbatim=row.verbatim,
        tags=tuple(row.tags),
        source_url=row.source_url,
        path=row.path,
    )
    return Passage(
        id=row.id,
        article=article,
        position=row.position,
        text=row.text,
        section=tuple(row.section),
        question=row.question,
    )
