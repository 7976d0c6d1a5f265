"""One conversation as JSON, with all that an agent should know before they write."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from api.schemas.answers import CitationOut
from api.schemas.conversations import citation_out
from api.schemas.desk import EXAMPLE_ROW, DeskRow, RowCustomerOut, examples
from assist.domain.client import ClientProfile
from assist.domain.conversation import Conversation, Handoff, HandoffOutcome, Resolver
from assist.domain.packet import HandoffPacket
from assist.domain.rating import Rating, ServedBy
from assist.domain.rules import Priority


class CustomerOut(RowCustomerOut):
    """Who writes; only a verified identity comes from the client's own site."""

    email: str
    phone: str
    external_id: str
    attributes: dict[str, str | int | bool]


class FactOut(BaseModel):
    """Something that the customer said already."""

    kind: str
    label: str
    value: str


class TriedOut(BaseModel):
    """What was asked, and what the assistant did about it."""

    question: str
    decision: str
    text: str


class PacketOut(BaseModel):
    """The context of a handoff, for whoever takes it."""

    reason: str
    reason_text: str
    wants: str
    facts: list[FactOut]
    mood: str
    tried: list[TriedOut]
    passages: list[CitationOut]
    language: str
    summary: str
    suggested_reply: str

    @classmethod
    def of(cls, packet: HandoffPacket) -> "PacketOut":
        """Describe a packet."""
        return cls(
            reason=packet.reason,
            reason_text=packet.reason_text,
            wants=packet.wants,
            facts=[
                FactOut(kind=each.kind, label=each.label, value=each.value) for each in packet.facts
            ],
            mood=packet.mood,
            tried=[
                TriedOut(question=each.question, decision=each.decision, text=each.text)
                for each in packet.tried
            ],
            passages=[citation_out(each) for each in packet.passages],
            language=packet.language,
            summary=packet.summary,
            suggested_reply=packet.suggested_reply,
        )


class HandoffStepOut(BaseModel):
    """One handoff from the queue to its end."""

    number: int
    reason: str
    queue: str
    priority: Priority
    queued_at: datetime
    claimed_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    outcome: HandoffOutcome | None

    @classmethod
    def of(cls, handoff: Handoff) -> "HandoffStepOut":
        """Describe a handoff."""
        return cls(**{name: getattr(handoff, name) for name in cls.model_fields})


class EscalationOut(BaseModel):
    """Since when the client company is asked, and whom."""

    since: datetime
    contact: str
    reply_by: datetime


class ResolutionOut(BaseModel):
    """How a conversation ended; `confirmed` is the customer's word."""

    by: Resolver
    at: datetime
    disposition: str
    note: str
    confirmed: bool | None


class RatingOut(BaseModel):
    """What the customer says of the help they got, from 1 to 5."""

    score: int
    comment: str
    served_by: ServedBy
    rated_at: datetime

    @classmethod
    def of(cls, rating: Rating) -> "RatingOut":
        """Describe a rating."""
        return cls(**{name: getattr(rating, name) for name in cls.model_fields})


class DeskConversation(DeskRow):
    """A conversation with all that an agent should know."""

    model_config = examples(
        EXAMPLE_ROW
        | {
            "customer": EXAMPLE_ROW["customer"]
            | {"email": "robin@mail.example", "phone": "", "external_id": "c-17", "attributes": {}},
            "packet": None,
            "handoffs": [],
            "escalation": None,
            "resolution": None,
            "rating": None,
        }
    )

    customer: CustomerOut
    packet: PacketOut | None
    handoffs: list[HandoffStepOut]
    escalation: EscalationOut | None
    resolution: ResolutionOut | None
    rating: RatingOut | None


def conversation_values(conversation: Conversation, profile: ClientProfile) -> dict[str, Any]:
    """Return the fields that a conversation has beyond its row."""
    customer, handoff = conversation.customer, conversation.handoff
    escalation, resolution = conversation.escalation, conversation.resolution
    return {
        "customer": {
            "name": customer.name,
            "is_verified": customer.is_verified,
            "is_vip": customer.is_vip,
            "email": customer.email,
            "phone": customer.phone,
            "external_id": customer.external_id,
            "attributes": dict(customer.attributes),
        },
        "packet": PacketOut.of(handoff.packet) if handoff and handoff.packet else None,
        "escalation": escalation
        and {
            "since": escalation.since,
            "contact": escalation.contact,
            "reply_by": profile.escalation.deadline(escalation.since),
        },
        "resolution": resolution
        and {
            "by": resolution.by,
            "at": resolution.at,
            "disposition": resolution.disposition,
            "note": resolution.note,
            "confirmed": resolution.is_confirmed,
        },
    }
