"""Knowledge versions, articles and passages as JSON."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge_base.models import (
    Article,
    ArticleKind,
    Audience,
    KnowledgeVersion,
    Passage,
    Publication,
    RankedPassage,
)

_VERSION: dict[str, Any] = {
    "number": 4,
    "created_at": "2026-11-20T09:30:00Z",
    "articles": 48,
    "passages": 311,
    "embedding_model": "all-MiniLM-L6-v2",
    "is_published": True,
    "published_at": "2026-11-20T09:30:02Z",
    "reason": "ingested",
}
_ARTICLE: dict[str, Any] = {
    "id": "delivery-standard",
    "title": "Standard delivery",
    "kind": "policy",
    "audience": "public",
    "language": "en",
    "effective_from": "2026-01-01",
    "effective_until": None,
    "verbatim": False,
    "tags": ["delivery"],
    "source_url": "",
    "path": "products/delivery-standard.md",
    "passages": 3,
}
_PASSAGE: dict[str, Any] = {
    "id": 127,
    "position": 0,
    "section": ["How long it takes"],
    "question": None,
    "text": "Standard delivery takes 3 to 5 working days.",
}


def _example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class VersionOut(BaseModel):
    """A complete knowledge version; `published_at` and `reason` are those of its last time."""

    model_config = _example(_VERSION)

    number: int
    created_at: datetime
    articles: int
    passages: int
    embedding_model: str
    is_published: bool
    published_at: datetime | None
    reason: str

    @classmethod
    def of(
        cls, version: KnowledgeVersion, publication: Publication | None, *, is_published: bool
    ) -> "VersionOut":
        """Join a version with its last publication."""
        return cls(
            number=version.number,
            created_at=version.created_at,
            articles=version.articles,
            passages=version.passages,
            embedding_model=version.embedding_model,
            is_published=is_published,
            published_at=publication.published_at if publication else None,
            reason=publication.reason if publication else "",
        )


class KnowledgeOut(BaseModel):
    """What answers now; null before anything is published."""

    model_config = _example({"published": _VERSION})

    published: VersionOut | None


class VersionsOut(BaseModel):
    """All complete versions, newest first."""

    model_config = _example({"items": [_VERSION]})

    items: list[VersionOut]


class ArticleOut(BaseModel):
    """An article's metadata and the number of its passages."""

    model_config = _example(_ARTICLE)

    id: str
    title: str
    kind: ArticleKind
    audience: Audience
    language: str
    effective_from: date | None
    effective_until: date | None
    verbatim: bool
    tags: tuple[str, ...]
    source_url: str
    path: str
    passages: int

    @classmethod
    def of(cls, article: Article, passages: int) -> "ArticleOut":
        """Describe an article."""
        return cls(**vars(article), passages=passages)


class ArticlesOut(BaseModel):
    """A page of articles by id; `next_cursor` is null on the last one."""

    model_config = _example(
        {"knowledge_version": 4, "items": [_ARTICLE], "next_cursor": "ZGVsaXZlcnk"}
    )

    knowledge_version: int | None
    items: list[ArticleOut]
    next_cursor: str | None


class PassageOut(BaseModel):
    """A retrievable piece of an article; `section` holds the headings above it."""

    model_config = _example(_PASSAGE)

    id: int
    position: int
    section: tuple[str, ...]
    question: str | None
    text: str

    @classmethod
    def of(cls, passage: Passage) -> "PassageOut":
        """Describe a passage without its article."""
        return cls(
            id=passage.id,
            position=passage.position,
            section=passage.section,
            question=passage.question,
            text=passage.text,
        )


class ArticleDetailOut(BaseModel):
    """An article with all its passages in reading order."""

    model_config = _example({"knowledge_version": 4, "article": _ARTICLE, "passages": [_PASSAGE]})

    knowledge_version: int
    article: ArticleOut
    passages: list[PassageOut]


class SearchIn(BaseModel):
    """What to look for in the published knowledge, internal knowledge included."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"query": "refund after 30 days", "limit": 5}]},
    )

    query: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    limit: int = Field(default=10, ge=1, le=50)
    as_of: date | None = Field(
        default=None, description="the day on which a passage must hold; today when left out"
    )


class RankedPassageOut(BaseModel):
    """A passage with its scores, all in [0, 1]; `score` orders the list."""

    article_id: str
    title: str
    audience: Audience
    passage: PassageOut
    score: float
    dense: float
    lexical: float

    @classmethod
    def of(cls, ranked: RankedPassage) -> "RankedPassageOut":
        """Describe a search result."""
        article = ranked.passage.article
        return cls(
            article_id=article.id,
            title=article.title,
            audience=article.audience,
            passage=PassageOut.of(ranked.passage),
            score=ranked.score,
            dense=ranked.dense,
            lexical=ranked.lexical,
        )


class SearchOut(BaseModel):
    """Ranked passages, best first; none before anything is published."""

    model_config = _example(
        {
            "knowledge_version": 4,
            "items": [
                {
                    "article_id": "delivery-standard",
                    "title": "Standard delivery",
                    "audience": "public",
                    "passage": _PASSAGE,
                    "score": 0.74,
                    "dense": 0.78,
                    "lexical": 0.68,
                }
            ],
        }
    )

    knowledge_version: int | None
    items: list[RankedPassageOut]


class PublishIn(BaseModel):
    """Which complete version is to answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 3}]})

    version: int = Field(ge=1)
