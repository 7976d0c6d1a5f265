"""Webhooks of a client: who hears of what, and the words in which events are told.

Signatures and headers follow Standard Webhooks (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NewType

from assist.domain.conversation import Conversation, Message
from assist.domain.exchange import Event, EventKind
from knowledge_base.models import Audience, ClientId

WebhookId = NewType("WebhookId", str)

SECRET_PREFIX = "whsec_"  # noqa: S105 - shows what a secret is for, and is no secret
SECRET_BYTES = 32
MAX_WEBHOOKS = 20
"""Most webhooks of one client: each event is sent to all of them."""


@dataclass(frozen=True)
class Webhook:
    """An address of a client's system; no `kinds` means all of them.

    Internal notes of agents are told only when it asks for them.
    """

    id: WebhookId
    client_id: ClientId
    url: str
    secret: str
    created_at: datetime
    kinds: tuple[EventKind, ...] = ()
    include_internal: bool = False
    description: str = ""
    disabled_at: datetime | None = None
    disabled_reason: str = ""

    def wants(self, kind: EventKind, *, is_internal: bool) -> bool:
        """Say whether it is told of such an event."""
        is_meant = not self.kinds or kind in self.kinds
        return is_meant and not self.disabled_at and (self.include_internal or not is_internal)


def new_secret() -> str:
    """Return a key to sign with: the prefix and 256 random bits in base64."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def event_payload(
    event: Event, conversation: Conversation, message: Message | None
) -> dict[str, Any]:
    """Return the body that tells of an event; `message` is the one that it is about, if any."""
    data: dict[str, Any] = {
        "client_id": event.client_id,
        "conversation_id": event.conversation_id,
        "state": str(event.state),
        "sequence": event.sequence,
        "channel": conversation.channel,
        "language": conversation.language,
    }
    if event.kind is EventKind.MESSAGE_ADDED and message:
        data["message"] = _message(message)
    if event.kind in _HANDOFF_KINDS:
        data["handoff"] = _handoff(conversation)
    return {"type": str(event.kind), "timestamp": moment(event.created_at), "data": data}


def moment(at: datetime) -> str:
    """Write a time in ISO 8601."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


_HANDOFF_KINDS = {
    EventKind.HANDED_OFF,
    EventKind.ASSIGNED,
    EventKind.ESCALATED,
    EventKind.REOPENED,
}


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "sequence": message.sequence,
        "author": str(message.author),
        "author_name": message.author_name,
        "is_internal": message.audience is Audience.INTERNAL,
        "text": message.text,
        "created_at": moment(message.created_at),
    }


def _handoff(conversation: Conversation) -> dict[str, Any] | None:
    """Say why a person is needed; `None` once the handoff is over."""
    handoff = conversation.handoff
    if handoff is None:
        return None
    return {
        "number": handoff.number,
        "reason": handoff.reason,
        "reason_text": handoff.packet.reason_text if handoff.packet else "",
        "queue": handoff.queue,
        "skill": handoff.skill,
        "priority": str(handoff.priority),
        "queued_at": moment(handoff.queued_at),
        "deadline_at": moment(handoff.deadline_at) if handoff.deadline_at else None,
        "is_after_hours": handoff.is_after_hours,
        "assignee_name": conversation.assignee_name,
    }
