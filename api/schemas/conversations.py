"""Conversations and their messages as JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.schemas import answers
from assist.domain.conversation import (
    Author,
    Channel,
    Conversation,
    ConversationState,
    Handoff,
    Message,
)
from assist.domain.decision import DecisionKind
from assist.domain.exchange import Exchange
from assist.domain.rules import Priority
from assist.domain.status import Status
from assist.domain.turn import Citation
from knowledge_base.models import Audience

_STATED: dict[str, Any] = {
    "id": "5f0c1d7e9a3b4c2d8e6f7a8b9c0d1e2f",
    "state": "assistant",
    "language": "en",
    "created_at": "2026-11-20T09:30:00Z",
}
_MESSAGE: dict[str, Any] = {
    "sequence": 1,
    "id": "0b1c2d3e4f5a69788796a5b4c3d2e1f0",
    "author": "customer",
    "author_name": "",
    "audience": "public",
    "text": "How long does delivery take?",
    "created_at": "2026-11-20T09:30:05Z",
    "citations": [],
    "turn_id": None,
    "decision": None,
}
_REPLY: dict[str, Any] = _MESSAGE | {
    "sequence": 2,
    "id": "1c2d3e4f5a69788796a5b4c3d2e1f00b",
    "author": "assistant",
    "text": "Standard delivery takes 3 to 5 working days.",
    "citations": [
        {
            "article_id": "delivery-standard",
            "title": "Standard delivery",
            "section": "How long it takes",
            "quote": "Standard delivery takes 3 to 5 working days.",
            "score": 0.81,
            "audience": "public",
        }
    ],
    "turn_id": "0e6f2d1c9b7a4c53a8d4f1b2c3d4e5f6",
    "decision": "answer",
}
_QUEUED: dict[str, Any] = _STATED | {
    "state": "queued",
    "handoff": {
        "reason": "asked_for_person",
        "queue": "general",
        "priority": "normal",
        "queued_at": "2026-11-20T09:31:00Z",
    },
}


def _example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


def without_nul(text: object) -> object:
    """Drop what PostgreSQL cannot store in a text."""
    return text.replace("\0", "") if isinstance(text, str) else text


def citation_out(citation: Citation) -> answers.CitationOut:
    """Describe a citation without its inner id."""
    return answers.CitationOut(
        article_id=citation.article_id,
        title=citation.title,
        section=citation.section,
        quote=citation.quote,
        score=citation.score,
        audience=citation.audience,
        in_reply=citation.in_reply,
        source_url=citation.source_url or None,
    )


class StartIn(BaseModel):
    """How a conversation begins."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"language": "en"}]})

    language: Annotated[str, Field(pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$")] = Field(
        default="", description="the customer's language; the client's when left out"
    )
    channel: Literal[Channel.API, Channel.WIDGET] = Field(
        default=Channel.API, description="where the conversation is held"
    )
    identity: Annotated[str, Field(max_length=4000)] | None = Field(
        default=None,
        description="a token of the client's own server that says who the customer is; with it "
        "the customer's open conversation goes on, if there is one",
    )
    page_url: Annotated[str, BeforeValidator(without_nul), Field(max_length=2000)] = Field(
        default="", description="the page on which the customer is"
    )


class StartedOut(BaseModel):
    """A new conversation; the token is shown only here."""

    model_config = _example(
        {
            "conversation_id": _STATED["id"],
            "token": "cnv_q8t7n0JvV1b3kGm5X2cZ4d6f8h0j2l4n6p8r0t2v4x6",
        }
    )

    conversation_id: str
    token: str


class MessageIn(BaseModel):
    """What a customer or an agent says."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "Hello!"}]})

    text: Annotated[answers.Message, BeforeValidator(without_nul)]


class MessageOut(BaseModel):
    """A message; sequences count from 1 within the conversation.

    Customers get no notes, and see gaps where they stand.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_MESSAGE, _REPLY]})

    sequence: int
    id: str
    author: Author
    author_name: str = Field(description="an agent's name; empty for others")
    audience: Audience = Field(description="`internal` is a note, which customers never get")
    text: str
    created_at: datetime
    citations: list[answers.CitationOut] = Field(description="what supports an assistant's message")
    turn_id: str | None = Field(description="the recorded turn of an assistant's message")
    decision: DecisionKind | None = Field(description="what an assistant's message is")

    @classmethod
    def of(cls, message: Message) -> "MessageOut":
        """Describe a message."""
        return cls(
            sequence=message.sequence,
            id=message.id,
            author=message.author,
            author_name=message.author_name,
            audience=message.audience,
            text=message.text,
            created_at=message.created_at,
            citations=[citation_out(each) for each in message.citations],
            turn_id=message.turn_id,
            decision=message.decision,
        )


class MessagesOut(BaseModel):
    """Messages in order; ask for more `after` the last one's sequence."""

    model_config = _example({"items": [_MESSAGE, _REPLY]})

    items: list[MessageOut]


class ExchangeOut(BaseModel):
    """What a request led to: the conversation's state now, and the messages that were added."""

    model_config = _example({"state": "assistant", "messages": [_MESSAGE, _REPLY]})

    state: ConversationState
    messages: list[MessageOut]

    @classmethod
    def of(cls, exchange: Exchange) -> "ExchangeOut":
        """Describe an exchange."""
        messages = [MessageOut.of(message) for message in exchange.messages]
        return cls(state=exchange.conversation.state, messages=messages)


class StatusOut(BaseModel):
    """How a conversation stands for its customer."""

    model_config = _example(
        {
            "state": "queued",
            "agent_name": None,
            "place": 2,
            "expected_wait_s": 240,
            "is_open": True,
            "opens_at": None,
            "agent_typing": False,
            "rated": False,
        }
    )

    state: ConversationState
    agent_name: str | None
    place: int | None = Field(description="from 1, while a person is waited for")
    expected_wait_s: int | None = Field(description="null when too little is known to foretell it")
    is_open: bool = Field(description="whether people answer now")
    opens_at: datetime | None = Field(description="when they answer again")
    agent_typing: bool
    rated: bool

    @classmethod
    def of(cls, status: Status) -> "StatusOut":
        """Describe a status."""
        return cls(
            state=status.state,
            agent_name=status.agent_name,
            place=status.place,
            expected_wait_s=status.expected_wait_s,
            is_open=status.is_open,
            opens_at=status.opens_at,
            agent_typing=status.is_agent_typing,
            rated=status.is_rated,
        )


class HandoffOut(BaseModel):
    """Why a person is needed, and since when the customer waits."""

    reason: str
    queue: str
    priority: Priority
    queued_at: datetime

    @classmethod
    def of(cls, handoff: Handoff) -> "HandoffOut":
        """Describe a handoff."""
        return cls(
            reason=handoff.reason,
            queue=handoff.queue,
            priority=handoff.priority,
            queued_at=handoff.queued_at,
        )


class ConversationOut(BaseModel):
    """A conversation as agents see it."""

    model_config = _example(_QUEUED)

    id: str
    state: ConversationState
    language: str
    created_at: datetime
    handoff: HandoffOut | None

    @classmethod
    def of(cls, conversation: Conversation) -> "ConversationOut":
        """Describe a conversation without its token."""
        return cls(
            id=conversation.id,
            state=conversation.state,
            language=conversation.language,
            created_at=conversation.created_at,
            handoff=HandoffOut.of(conversation.handoff) if conversation.handoff else None,
        )


class ConversationsOut(BaseModel):
    """A page of the queue: the most urgent first, then the longest waiting."""

    model_config = _example({"items": [_QUEUED], "next_cursor": None})

    items: list[ConversationOut]
    next_cursor: str | None
