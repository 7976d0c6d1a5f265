"""The vocabulary of the knowledge base: articles, passages, versions and hits; no storage here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

import numpy as np
from numpy.typing import NDArray

ClientId = NewType("ClientId", str)
ArticleId = NewType("ArticleId", str)
PassageId = NewType("PassageId", int)
VersionNumber = NewType("VersionNumber", int)
RevisionId = NewType("RevisionId", int)

Vector = NDArray[np.float32]
"""Shape (dimension,), length 1."""

Vectors = NDArray[np.float32]
"""Shape (texts, dimension), rows of length 1, so that a dot product is the cosine."""


WORD_DIMENSION = 128
"""The length of a word's vector, which is cut down from the model's."""


@dataclass(frozen=True)
class WordVectors:
    """What each word of a text that carries meaning means where it stands.

    `starts` has shape (words,): where each begins in the text. `rows` has shape
    (words, WORD_DIMENSION), int8; only their directions count.
    """

    starts: NDArray[np.int32]
    rows: NDArray[np.int8]


@dataclass(frozen=True)
class Reading:
    """A text as the model understood it, as a whole and word by word."""

    vector: Vector
    words: WordVectors


@dataclass(frozen=True)
class WordMatches:
    """How like the words of a question those of a passage are.

    `terms` are the question's, stemmed; `weights`, of shape (asked,), says how telling each is.
    `starts` has shape (words,): where the passage's words begin in its text; those above it, such
    as the title, are negative. `similarities` has shape (words, asked): cosines in [0, 1].
    """

    terms: tuple[str, ...]
    weights: NDArray[np.float32]
    starts: NDArray[np.int32]
    similarities: NDArray[np.float32]

    @property
    def score(self) -> float:
        """The weighted mean of the best match of each word of the question; in [0, 1]."""
        total = float(self.weights.sum())
        if not total or not len(self.starts):
            return 0.0
        return float(self.similarities.max(axis=0) @ self.weights) / total

    def within(self, start: int, end: int) -> NDArray[np.float32]:
        """Return the best match of each word of the question in a part of the passage's text."""
        inside = (self.starts >= start) & (self.starts < end)
        if not inside.any():
            return np.zeros(len(self.weights), dtype=np.float32)
        best: NDArray[np.float32] = self.similarities[inside].max(axis=0)
        return best


class KnowledgeBaseError(Exception):
    """A request to the knowledge base that cannot be met; the message says what to do."""


class Audience(StrEnum):
    """Who may read an article: customers and agents, or agents only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class ArticleKind(StrEnum):
    """What an article is for; scripts and procedures are written for agents."""

    SCRIPT = "script"
    POLICY = "policy"
    FAQ = "faq"
    PROCEDURE = "procedure"


@dataclass(frozen=True)
class Article:
    """One source document of a client with what its owner said about it."""

    id: ArticleId
    title: str
    kind: ArticleKind = ArticleKind.FAQ
    audience: Audience = Audience.PUBLIC
    language: str = "en"
    effective_from: date | None = None
    effective_until: date | None = None
    verbatim: bool = False
    tags: tuple[str, ...] = ()
    source_url: str = ""
    path: str = ""

    def is_effective(self, on: date) -> bool:
        """Say whether the article holds on a day; both ends are inclusive."""
        starts = self.effective_from is None or self.effective_from <= on
        return starts and (self.effective_until is None or on <= self.effective_until)


@dataclass(frozen=True)
class PassageDraft:
    """A piece of an article before it is stored.

    `section` holds the headings above the text, outermost first, without the article's title.
    `question` is set where the passage answers one question; `text` is then the answer alone.
    """

    text: str
    section: tuple[str, ...] = ()
    question: str | None = None


@dataclass(frozen=True)
class ArticleDraft:
    """An article with its passages, ready to be stored.

    `fingerprint` changes whenever the source file, its metadata or the way it is read changes.
    """

    article: Article
    passages: tuple[PassageDraft, ...]
    fingerprint: str


@dataclass(frozen=True)
class Passage:
    """The retrievable piece of an article."""

    id: PassageId
    article: Article
    position: int
    text: str
    section: tuple[str, ...] = ()
    question: str | None = None

    @property
    def heading(self) -> str:
        """The innermost heading, or an empty string."""
        return self.section[-1] if self.section else ""

    @property
    def index_text(self) -> str:
        """The text that is embedded and indexed: title, headings and question lead the body."""
        return self.lead + self.text

    @property
    def lead(self) -> str:
        """The line above the body in the indexed text."""
        lead = [self.article.title, *self.section]
        if self.question and self.question not in lead:
            lead.append(self.question)
        return ". ".join(part.rstrip(".") for part in lead if part) + "\n"


@dataclass(frozen=True)
class Hit:
    """A passage id with its score in [0, 1]; higher is better."""

    passage_id: PassageId
    score: float


@dataclass(frozen=True)
class RankedPassage:
    """A passage as retrieval returned it.

    `dense` is the cosine in [0, 1]; `lexical` is BM25 divided by the best the query could reach,
    in [0, 1]; `score` is the fused score in [0, 1] that orders the list; `matches` compares it with
    the question word by word.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    matches: WordMatches = field(compare=False, repr=False)


@dataclass(frozen=True)
class KnowledgeVersion:
    """One complete state of a client's knowledge.

    `indexes` names the index of each audience that has passages. `embedding_model` is the name
    that the embedder gave itself; vectors of another model are never compared with these.
    """

    client_id: ClientId
    number: VersionNumber
    created_at: datetime
    embedding_model: str
    indexes: dict[Audience, str] = field(default_factory=dict)
    articles: int = 0
    passages: int = 0


@dataclass(frozen=True)
class Publication:
    """That a version began to answer, and why."""

    version: VersionNumber
    published_at: datetime
    reason: str


@dataclass(frozen=True)
class StoredSource:
    """A source file as a version holds it: one file gives one article or several."""

    path: str
    fingerprint: str
    revisions: dict[RevisionId, ArticleId]
