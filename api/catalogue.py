"""The articles of a knowledge version, read once: a version never changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from knowledge_base.models import Article, ArticleId

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from knowledge_base.models import ClientId, KnowledgeVersion, VersionNumber
    from knowledge_base.ports import PassageStore

CACHED_VERSIONS = 4

ArticleEntry = tuple[Article, int]
"""An article with the number of its passages."""


class Catalogue:
    """Pages through the articles of a version by id."""

    def __init__(self, passages: Callable[[], PassageStore]) -> None:
        self._passages = passages
        self._entries = lru_cache(CACHED_VERSIONS)(self._read_entries)

    def list_articles(
        self, version: KnowledgeVersion, *, after: ArticleId, limit: int
    ) -> Sequence[ArticleEntry]:
        """Return up to `limit` articles whose ids follow `after`; an empty one is before all."""
        entries = self._entries(version.client_id, version.number, version.created_at)
        start = bisect_right(entries, after, key=lambda entry: entry[0].id)
        return entries[start : start + limit]

    def _read_entries(
        self, client_id: ClientId, number: VersionNumber, created_at: datetime
    ) -> Sequence[ArticleEntry]:
        del created_at  # a part of the cache's key: a deleted version's number can come again
        passages = self._passages().list_passages(client_id, number)
        entries = [
            (article, sum(1 for _ in group))
            for article, group in groupby(passages, key=lambda passage: passage.article)
        ]
        return sorted(entries, key=lambda entry: entry[0].id)
