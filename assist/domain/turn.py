"""The record of one customer message and all that was done to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NewType

from assist.domain.decision import DecisionKind, HandoffTarget
from assist.domain.generation import Generation
from assist.domain.policy import AnswerPolicy
from assist.domain.situation import NOTHING_KNOWN, Situation
from knowledge_base.models import ArticleId, Audience, ClientId, PassageId, RankedPassage

TurnId = NewType("TurnId", str)


@dataclass(frozen=True)
class Question:
    """A customer's (or agent's) question as it reaches the assistant.

    `messages` are the asker's messages in order; the last one is to be answered. `on` is the day
    on which the answer must hold. `situation` is what is known of a customer besides.
    """

    client_id: ClientId
    messages: tuple[str, ...]
    audience: Audience
    on: date
    situation: Situation = NOTHING_KNOWN


@dataclass(frozen=True)
class Citation:
    """A pointer from a reply to the very sentences that support it.

    `quote` holds whole sentences of the passage, word for word, in light Markdown; "[...]" stands
    where others were left out. `in_reply` is false for a source that fits nearly as well but may
    speak of something else: it is shown beside the reply, which says nothing from it.
    """

    article_id: ArticleId
    title: str
    section: str
    quote: str
    score: float
    audience: Audience
    passage_id: PassageId
    source_url: str = ""
    in_reply: bool = True


@dataclass(frozen=True)
class Reply:
    """What is said, with the citations that support each sentence of it."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A passage that was considered, with its scores; the text stays in the knowledge version."""

    passage_id: PassageId
    article_id: ArticleId
    audience: Audience
    score: float
    dense: float
    lexical: float

    @classmethod
    def of(cls, ranked: RankedPassage) -> Candidate:
        """Record a ranked passage."""
        article = ranked.passage.article
        scores = (ranked.score, ranked.dense, ranked.lexical)
        return cls(ranked.passage.id, article.id, article.audience, *scores)


@dataclass(frozen=True)
class Turn:
    """Everything needed to explain a reply and to replay it."""

    id: TurnId
    client_id: ClientId
    audience: Audience
    asked_at: datetime
    on: date
    messages: tuple[str, ...]
    search_text: str
    policy: AnswerPolicy
    knowledge_version: int | None
    candidates: tuple[Candidate, ...]
    decision: DecisionKind
    reason: str
    confidence: float
    text: str
    citations: tuple[Citation, ...]
    choices: tuple[str, ...] = ()
    handoff: HandoffTarget | None = None
    latency_ms: Mapping[str, float] = field(default_factory=dict)
    situation: Situation = NOTHING_KNOWN
    generation: Generation | None = None

    @property
    def total_ms(self) -> float:
        """The time from the question's arrival to the finished reply."""
        return self.latency_ms.get("total", 0.0)
