"""Suggestions, draft checks, canned responses and the agents' search as JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.answers import CitationOut, Message
from assist.domain.canned import MAX_TEXT
from assist.domain.conversation import Author
from assist.domain.decision import DecisionKind
from assist.domain.draft_checks import Finding, FindingKind
from assist.domain.styling import Style
from assist.domain.suggestion import Ending, Line, Outcome, Suggestion
from assist.domain.turn import Citation
from knowledge_base.models import Audience, RankedPassage

MAX_LINES = 200

_SUGGESTION: dict[str, Any] = {
    "id": "3f0e6f2d1c9b7a4c53a8d4f1b2c3d4e5",
    "text": "Hi Maria,\n\nStandard delivery takes 3 to 5 working days.\n\n"
    "Is there anything else I can help you with?",
    "style": "",
    "confidence": 0.87,
    "decision": "answer",
    "reason": "supported",
    "reason_text": "The client's published knowledge answers this.",
    "note": "",
    "citations": [],
    "internal_used": False,
    "warnings": [],
    "knowledge_version": 4,
    "created_at": "2026-11-20T09:30:05Z",
    "outcome": None,
    "latency_ms": 11.2,
}


_FOUND: dict[str, Any] = {
    "article_id": "goodwill",
    "title": "Goodwill",
    "section": "Ceilings",
    "text": "Agents may grant up to 10.",
    "audience": "internal",
    "score": 0.62,
    "source_url": None,
}
_FINDING: dict[str, Any] = {
    "kind": "empty_slot",
    "text": "{order_number}",
    "message": "{order_number} is still to be filled in.",
    "may_confirm": True,
}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineIn(_Body):
    """What one side said."""

    author: Literal[Author.CUSTOMER, Author.AGENT, Author.ASSISTANT]
    text: Message


class StyleIn(_Body):
    """How the draft is to be worded."""

    style: Style = Field(default=Style.PLAIN, description="empty for the usual wording")


class ConversationSuggestIn(StyleIn):
    """What is wanted of a draft for a conversation."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"style": "warmer"}]})

    again: bool = Field(
        default=True, description="false returns a draft that is still up to date as it is"
    )


class SuggestIn(StyleIn):
    """A transcript, oldest line first; the draft replies to what is open at its end."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "conversation": [
                        {"author": "customer", "text": "How long does delivery take?"},
                        {"author": "agent", "text": "3 to 5 working days."},
                        {"author": "customer", "text": "And can you take my old sofa away?"},
                    ],
                    "style": "shorter",
                }
            ]
        },
    )

    client: str = Field(default="", description="id of the client; a key has just one")
    conversation: Annotated[list[LineIn], Field(min_length=1, max_length=MAX_LINES)]
    customer_name: str = Field(default="", max_length=200)
    language: str = Field(default="", max_length=20, description="the client's when left out")
    instead_of: str = Field(
        default="", max_length=40, description="id of the draft that another one is wanted for"
    )


class OutcomeIn(_Body):
    """What became of a suggestion; with the sent `text` its edit distance is measured."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"outcome": "rejected", "reason": "wrong"}]}
    )

    outcome: Outcome
    text: str = Field(default="", max_length=MAX_TEXT, description="what was sent")
    reason: str = Field(default="", max_length=500, description="why it was rejected")


class OutcomeOut(BaseModel):
    """What became of a suggestion; `edit_distance` is the changed share of its text."""

    outcome: Outcome
    at: datetime
    edit_distance: float | None = Field(description="in [0, 1]; null when nothing was sent")
    reason: str

    @classmethod
    def of(cls, ending: Ending) -> "OutcomeOut":
        """Describe an ending."""
        return cls(
            outcome=ending.outcome,
            at=ending.at,
            edit_distance=ending.edit_distance,
            reason=ending.reason,
        )


class SuggestionOut(BaseModel):
    """A draft for an agent, with what it is based on."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SUGGESTION]})

    id: str
    text: str
    style: Style
    confidence: float = Field(description="estimated chance of being right, in [0, 1]")
    decision: DecisionKind
    reason: str
    reason_text: str = Field(description="the reason in a sentence for agents")
    note: str = Field(description="what internal knowledge says, for the agent alone")
    citations: list[CitationOut]
    internal_used: bool = Field(description="whether internal passages are among the citations")
    warnings: list[str]
    knowledge_version: int | None = Field(description="null before anything is published")
    created_at: datetime
    outcome: OutcomeOut | None = Field(description="null while it is open")
    latency_ms: float

    @classmethod
    def of(cls, suggestion: Suggestion) -> "SuggestionOut":
        """Describe a suggestion."""
        drafted = suggestion.drafted
        return cls(
            id=suggestion.id,
            text=drafted.text,
            style=suggestion.style,
            confidence=drafted.confidence,
            decision=drafted.decision,
            reason=drafted.reason,
            reason_text=drafted.reason_text,
            note=drafted.note,
            citations=[_citation(each) for each in drafted.citations],
            internal_used=drafted.uses_internal,
            warnings=list(drafted.warnings),
            knowledge_version=suggestion.knowledge_version,
            created_at=suggestion.created_at,
            outcome=OutcomeOut.of(suggestion.ending) if suggestion.ending else None,
            latency_ms=suggestion.latency_ms,
        )


class SummaryOut(BaseModel):
    """A conversation in a few lines, each with its label."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"summary": "Wants: a refund", "lines": [["Wants", "a refund"]]}]
        }
    )

    summary: str
    lines: list[tuple[str, str]] = Field(description="label and text of each line")

    @classmethod
    def of(cls, summary: str) -> "SummaryOut":
        """Describe a summary."""
        parted = (line.partition(": ") for line in summary.splitlines())
        return cls(summary=summary, lines=[(label, text) for label, _, text in parted])


class FoundOut(BaseModel):
    """A passage for an agent; an internal one is never shown to a customer."""

    article_id: str
    title: str
    section: str
    text: str
    audience: Audience
    score: float = Field(description="in [0, 1]")
    source_url: str | None

    @classmethod
    def of(cls, ranked: RankedPassage) -> "FoundOut":
        """Describe a passage."""
        passage = ranked.passage
        return cls(
            article_id=passage.article.id,
            title=passage.article.title,
            section=" > ".join(passage.section) or passage.question or "",
            text=passage.text,
            audience=passage.article.audience,
            score=round(ranked.score, 4),
            source_url=passage.article.source_url or None,
        )


class FoundListOut(BaseModel):
    """Passages, best first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_FOUND]}]})

    items: list[FoundOut]


class CheckIn(_Body):
    """A draft to be checked before it is sent."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "Your order {order_number} is on its way."}]},
    )

    client: str = Field(default="", description="id of the client; a key has just one")
    text: Message
    conversation: str = Field(default="", description="its figures may be repeated")


class FindingOut(BaseModel):
    """Something in a draft that must not go out, or only after a second look."""

    kind: FindingKind
    text: str = Field(description="the place in the draft")
    message: str
    may_confirm: bool = Field(description="whether the caller may send it all the same")

    @classmethod
    def of(cls, finding: Finding) -> "FindingOut":
        """Describe a finding."""
        return cls(
            kind=finding.kind,
            text=finding.text,
            message=finding.message,
            may_confirm=finding.may_confirm,
        )


class FindingsOut(BaseModel):
    """What a check found, in the order of the draft; nothing when it may go out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"findings": [_FINDING]}]})

    findings: list[FindingOut]


def line_of(line: LineIn, fixed: frozenset[str]) -> Line:
    """Return a line of a transcript; `fixed` are the assistant's texts that answer nothing."""
    return Line(line.author, line.text, is_fixed=line.text in fixed)


def _citation(citation: Citation) -> CitationOut:
    return CitationOut(
        article_id=citation.article_id,
        title=citation.title,
        section=citation.section,
        quote=citation.quote,
        score=citation.score,
        audience=citation.audience,
        in_reply=citation.in_reply,
        source_url=citation.source_url or None,
    )
