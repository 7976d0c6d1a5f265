"""The desk as JSON: rows of conversations, one conversation with its history, agents, clients."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assist.domain.conversation import (
    Author,
    Channel,
    ConversationState,
    Handoff,
)
from assist.domain.desk import DeskEntry
from assist.domain.rules import Priority

SHOWN_TEXT = 140

_ID = "5f0c1d7e9a3b4c2d8e6f7a8b9c0d1e2f"
EXAMPLE_USER_ID = "9c1d7e5f0a3b4c2d8e6f7a8b9c0d1e2f"
EXAMPLE_ROW: dict[str, Any] = {
    "id": _ID,
    "client_id": "larkspur",
    "client_name": "Larkspur Home",
    "state": "queued",
    "language": "en",
    "channel": "widget",
    "customer": {"name": "Robin", "is_verified": True, "is_vip": False},
    "reason": "complaint",
    "reason_text": "The customer complains about a late delivery.",
    "mood": "unhappy",
    "priority": "high",
    "queue": "complaints",
    "skill": "",
    "queued_at": "2026-11-20T09:31:00Z",
    "deadline_at": "2026-11-20T09:36:00Z",
    "is_after_hours": False,
    "assignee": None,
    "last_message": {
        "author": "customer",
        "text": "This is the third time!",
        "created_at": "2026-11-20T09:30:50Z",
    },
    "last_sequence": 5,
    "reopened": 0,
    "revision": 3,
    "updated_at": "2026-11-20T09:31:00Z",
    "created_at": "2026-11-20T09:29:00Z",
}


def examples(*values: dict[str, Any]) -> ConfigDict:
    """Show values in the documentation."""
    return ConfigDict(json_schema_extra={"examples": list(values)})


class RowCustomerOut(BaseModel):
    """Who writes, in a row."""

    name: str
    is_verified: bool
    is_vip: bool


class AssigneeOut(BaseModel):
    """Who has a conversation."""

    id: str
    name: str


class LastMessageOut(BaseModel):
    """The newest message that is no note, cut short."""

    author: Author
    text: str
    created_at: datetime


class DeskRow(BaseModel):
    """A conversation in a list. `revision` grows with every change."""

    model_config = examples(EXAMPLE_ROW)

    id: str
    client_id: str
    client_name: str
    state: ConversationState
    language: str
    channel: Channel
    customer: RowCustomerOut
    reason: str = Field(description="why a person is needed; empty without a handoff")
    reason_text: str
    mood: str
    priority: Priority
    queue: str
    skill: str = Field(description="what the agent must be able to do; empty is anything")
    queued_at: datetime | None
    deadline_at: datetime | None = Field(
        description="when the first reply is due, until it is sent"
    )
    is_after_hours: bool
    assignee: AssigneeOut | None
    last_message: LastMessageOut | None
    last_sequence: int
    reopened: int
    revision: int
    updated_at: datetime
    created_at: datetime

    @classmethod
    def of(cls, entry: DeskEntry, client_name: str) -> "DeskRow":
        """Describe an entry."""
        return cls(**row_values(entry, client_name))


class DeskRowsOut(BaseModel):
    """A page of a view."""

    model_config = examples({"items": [EXAMPLE_ROW], "next_cursor": None})

    items: list[DeskRow]
    next_cursor: str | None


def row_values(entry: DeskEntry, client_name: str) -> dict[str, Any]:
    """Return the fields of a row."""
    conversation, last = entry.conversation, entry.last_message
    customer, assignee = conversation.customer, conversation.assignee
    handed_over = _handoff_values(conversation.handoff)
    is_ours = conversation.state in {ConversationState.QUEUED, ConversationState.WITH_AGENT}
    return handed_over | {
        "id": conversation.id,
        "client_id": conversation.client_id,
        "client_name": client_name,
        "state": conversation.state,
        "language": conversation.language,
        "channel": conversation.channel,
        "customer": {
            "name": customer.name,
            "is_verified": customer.is_verified,
            "is_vip": customer.is_vip,
        },
        "deadline_at": handed_over["deadline_at"] if is_ours else None,
        "assignee": assignee and {"id": assignee, "name": conversation.assignee_name},
        "last_message": last
        and {
            "author": last.author,
            "text": shorten(last.text),
            "created_at": last.created_at,
        },
        "last_sequence": conversation.last_sequence,
        "reopened": conversation.reopened,
        "revision": conversation.revision,
        "updated_at": conversation.changed_at,
        "created_at": conversation.created_at,
    }


def shorten(text: str) -> str:
    """Return a text as it fits into a row."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_TEXT else line[: SHOWN_TEXT - 1].rstrip() + "…"


def _handoff_values(handoff: Handoff | None) -> dict[str, Any]:
    """Return what a row tells of a handoff; without one nobody waits."""
    if handoff is None:
        return {
            "reason": "",
            "reason_text": "",
            "mood": "",
            "priority": Priority.NORMAL,
            "queue": "",
            "skill": "",
            "queued_at": None,
            "deadline_at": None,
            "is_after_hours": False,
        }
    packet = handoff.packet
    return {
        "reason": handoff.reason,
        "reason_text": packet.reason_text if packet else "",
        "mood": packet.mood if packet else "",
        "priority": handoff.priority,
        "queue": handoff.queue,
        "skill": handoff.skill,
        "queued_at": handoff.queued_at,
        "deadline_at": None if handoff.first_reply_at else handoff.deadline_at,
        "is_after_hours": handoff.is_after_hours,
    }
