"""What an ingest did, for the trainer and for scripts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ingest.similar import SimilarPair
from ingest.sources import Rejection
from knowledge_base.models import ArticleId, VersionNumber


@dataclass(frozen=True)
class IngestReport:
    """The articles that an ingest added, changed, kept and removed, and the files it rejected.

    `knowledge_version` is the version that answers after the ingest, `None` when there is none.
    `published` says whether this folder's content is what answers now. `embedded` counts texts.
    """

    knowledge_version: VersionNumber | None
    published: bool
    added: tuple[ArticleId, ...] = ()
    changed: tuple[ArticleId, ...] = ()
    unchanged: tuple[ArticleId, ...] = ()
    removed: tuple[ArticleId, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    duplicates: tuple[SimilarPair, ...] = ()
    contradictions: tuple[SimilarPair, ...] = ()
    passages: int = 0
    embedded: int = 0
    seconds: float = field(default=0.0, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Return the form that scripts read; the names are a contract."""
        return {
            "knowledge_version": self.knowledge_version,
            "published": self.published,
            "articles": {
                "added": len(self.added),
                "changed": len(self.changed),
                "unchanged": len(self.unchanged),
                "removed": len(self.removed),
                "rejected": len(self.rejected),
            },
            "passages": self.passages,
            "embedded": self.embedded,
            "rejected": [_rejection(rejection) for rejection in self.rejected],
            "duplicates": [_pair(pair) for pair in self.duplicates],
            "contradictions": [_pair(pair) for pair in self.contradictions],
            "seconds": round(self.seconds, 3),
        }


def _rejection(rejection: Rejection) -> dict[str, str]:
    place = {"place": rejection.place} if rejection.place else {}
    return {"path": rejection.path, **place, "reason": rejection.reason}


def _pair(pair: SimilarPair) -> dict[str, Any]:
    return {
        "articles": [pair.first, pair.second],
        "quotes": [pair.first_quote, pair.second_quote],
        "score": round(pair.score, 3),
    }
