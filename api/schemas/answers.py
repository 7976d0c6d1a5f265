"""Questions and answers as JSON; the command line prints the same answers."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assist.domain.decision import DecisionKind
from assist.domain.rules import Priority
from assist.domain.turn import Citation, Turn
from knowledge_base.models import Audience

MAX_MESSAGES = 20
MAX_MESSAGE_CHARS = 4000

Message = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_MESSAGE_CHARS),
]


class AskIn(BaseModel):
    """A question, alone or with the asker's earlier messages; the last message is answered."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "How long does delivery take?"},
                {
                    "messages": ["Which mattress is the firmest?", "And what does it cost?"],
                    "audience": "internal",
                    "as_of": "2026-11-20",
                },
            ]
        },
    )

    messages: Annotated[list[Message], Field(min_length=1, max_length=MAX_MESSAGES)] | None = None
    question: Message | None = Field(default=None, description="short for one message")
    audience: Audience = Field(
        default=Audience.PUBLIC, description="`internal` needs a key of scope `agent`"
    )
    as_of: date | None = Field(
        default=None, description="the day on which the answer must hold; today when left out"
    )

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        if (self.messages is None) == (self.question is None):
            raise ValueError("give either `messages` or `question`")
        return self

    @property
    def all_messages(self) -> tuple[str, ...]:
        """The asker's messages, oldest first."""
        return tuple(self.messages or [self.question or ""])


class CitationOut(BaseModel):
    """Sentences of an article, word for word.

    They support the answer, or, where `in_reply` is false, come from a page that fits nearly as
    well but may speak of something else.
    """

    article_id: str
    title: str
    section: str
    quote: str
    score: float = Field(description="in [0, 1]")
    audience: Audience
    in_reply: bool = Field(default=True, description="false for a page shown beside the answer")
    source_url: str | None = Field(default=None, description="left out when the article has none")


class HandoffOut(BaseModel):
    """Which queue takes the customer over, and how soon a person must look."""

    queue: str
    priority: Priority
    skill: str = Field(
        default="", description="what the person must know; empty when anybody will do"
    )


class AnswerOut(BaseModel):
    """A decision and what to say; an abstention or handoff says its sentence without sources."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "turn_id": "0e6f2d1c9b7a4c53a8d4f1b2c3d4e5f6",
                    "decision": "answer",
                    "reason": "supported",
                    "text": "Standard delivery takes 3 to 5 working days.",
                    "confidence": 0.93,
                    "citations": [
                        {
                            "article_id": "delivery-standard",
                            "title": "Standard delivery",
                            "section": "How long it takes",
                            "quote": "Standard delivery takes 3 to 5 working days.",
                            "score": 0.81,
                            "audience": "public",
                            "in_reply": True,
                        }
                    ],
                    "choices": [],
                    "handoff": None,
                    "knowledge_version": 4,
                    "latency_ms": 9.8,
                }
            ]
        }
    )

    turn_id: str
    decision: DecisionKind
    reason: str
    text: str
    confidence: float = Field(description="estimated chance of being right, in [0, 1]")
    citations: list[CitationOut]
    choices: list[str] = Field(description="what to choose from when the decision is `clarify`")
    handoff: HandoffOut | None = Field(description="null unless the decision is `handoff`")
    knowledge_version: int | None = Field(description="null before anything is published")
    latency_ms: float


def answer_json(turn: Turn, question_id: str | None = None) -> dict[str, Any]:
    """Return a turn's answer in the form that scripts read; the names are a contract."""
    return ({} if question_id is None else {"id": question_id}) | {
        "decision": turn.decision,
        "reason": turn.reason,
        "text": turn.text,
        "confidence": turn.confidence,
        "citations": [_citation_json(citation) for citation in turn.citations],
        "knowledge_version": turn.knowledge_version,
        "latency_ms": turn.total_ms,
    }


def http_answer_json(turn: Turn) -> dict[str, Any]:
    """Return the answer with what a program needs besides: turn, choices, handoff, audiences."""
    answer = answer_json(turn)
    for shown, citation in zip(answer["citations"], turn.citations, strict=True):
        shown["audience"] = citation.audience
        shown["in_reply"] = citation.in_reply
    handoff = asdict(turn.handoff) if turn.handoff else None
    return {"turn_id": turn.id, **answer, "choices": list(turn.choices), "handoff": handoff}


def _citation_json(citation: Citation) -> dict[str, Any]:
    """Name the audience where a script must take care not to show the source to a customer."""
    internal = {"audience": citation.audience} if citation.audience is Audience.INTERNAL else {}
    source = {"source_url": citation.source_url} if citation.source_url else {}
    return {
        "article_id": citation.article_id,
        "title": citation.title,
        "section": citation.section,
        "quote": citation.quote,
        "score": citation.score,
        **internal,
        **source,
    }
