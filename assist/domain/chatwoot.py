"""Chatwoot as a desk: what its agent-bot webhooks say, and the requests that go back to it.

Chatwoot shows a conversation to its bot while it is `pending`, and to its agents while it is
`open`; a bot hands over by setting `open`. A bot hears of its own messages too.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from assist.domain.conversation import ConversationId
from assist.domain.keys import secret_digest
from knowledge_base.models import ClientId

KEY_PREFIX = "cw_"
TOKEN_PREFIX = "cwt_"  # noqa: S105 - shows what a token is for, and is no secret
PENDING = "pending"
OPEN = "open"
RESOLVED = "resolved"
SIGNATURE_MAX_AGE_S = 300


@dataclass(frozen=True)
class ChatwootDesk:
    """An account of a client at a Chatwoot installation; `key` is part of its webhook's address."""

    key: str
    client_id: ClientId
    base_url: str
    account_id: int
    api_token: str
    token_digest: str
    created_at: datetime
    signing_secret: str = ""

    def opens_with(self, token: str) -> bool:
        """Say whether this is the token of its webhook."""
        return hmac.compare_digest(self.token_digest, secret_digest(token))

    def has_signed(self, body: bytes, timestamp: str, signature: str, now: datetime) -> bool:
        """Say whether Chatwoot signed the body with the bot's secret, and just now."""
        if not self.signing_secret or not timestamp.isdecimal() or not timestamp.isascii():
            return False
        signed = hmac.new(
            self.signing_secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256
        )
        is_recent = abs(now.timestamp() - int(timestamp)) <= SIGNATURE_MAX_AGE_S
        return is_recent and hmac.compare_digest(
            f"sha256={signed.hexdigest()}".encode(), signature.encode()
        )


@dataclass(frozen=True)
class ChatwootLink:
    """Which of our conversations one of Chatwoot's is, and the status that Chatwoot told last."""

    desk_key: str
    remote_id: int
    client_id: ClientId
    conversation_id: ConversationId
    remote_status: str = ""

    @property
    def ref(self) -> str:
        """Name Chatwoot's conversation."""
        return f"{self.desk_key}/{self.remote_id}"


class RemoteKind(StrEnum):
    """What happened at Chatwoot, as far as it concerns the assistant."""

    CUSTOMER_WROTE = "customer_wrote"
    AGENT_WROTE = "agent_wrote"
    STATUS = "status"
    OTHER = "other"


@dataclass(frozen=True)
class RemoteEvent:
    """An event of Chatwoot; `status` is that of its conversation when it happened."""

    kind: RemoteKind
    account_id: int
    conversation_id: int
    status: str
    message_id: int = 0
    text: str = ""
    sender: Mapping[str, Any] | None = None


def parse_event(body: Mapping[str, Any]) -> RemoteEvent | None:
    """Read a webhook's body; `None` when it is about no conversation."""
    if body.get("event") in _MESSAGE_EVENTS:
        return _message_event(body, _mapping(body.get("conversation")))
    if body.get("event") in _STATUS_EVENTS:
        return _event(RemoteKind.STATUS, body, body)
    return None


_MESSAGE_EVENTS = {"message_created"}
_STATUS_EVENTS = {"conversation_resolved", "conversation_opened", "conversation_status_changed"}
_INCOMING = ("incoming", 0)
_OUTGOING = ("outgoing", 1)


def _message_event(body: Mapping[str, Any], conversation: Mapping[str, Any]) -> RemoteEvent | None:
    kind = RemoteKind.OTHER
    sender = _mapping(body.get("sender"))
    if not body.get("private"):
        if body.get("message_type") in _INCOMING:
            kind = RemoteKind.CUSTOMER_WROTE
        elif body.get("message_type") in _OUTGOING and sender.get("type") == "user":
            kind = RemoteKind.AGENT_WROTE
    return _event(
        kind,
        body,
        conversation,
        message_id=_number(body.get("id"), _MESSAGE_DIGITS),
        text=str(body.get("content") or "").strip(),
        sender=sender,
    )


def _event(
    kind: RemoteKind, body: Mapping[str, Any], conversation: Mapping[str, Any], **facts: Any
) -> RemoteEvent | None:
    account = _mapping(body.get("account")).get("id") or conversation.get("account_id")
    account_id, remote_id = _number(account), _number(conversation.get("id"))
    if not remote_id:
        return None
    status = conversation.get("status")
    return RemoteEvent(kind, account_id, remote_id, str(status or ""), **facts)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


_COLUMN_DIGITS = 9
"""What a column for whole numbers holds for sure."""

_MESSAGE_DIGITS = 18
"""Ids of messages are 64 bits wide and count all of an installation's messages."""


def _number(value: object, digits: int = _COLUMN_DIGITS) -> int:
    """Return a number that is not negative, 0 for anything else or a longer one."""
    text = str(value)
    is_number = text.isascii() and text.isdecimal() and not isinstance(value, bool)
    return int(text) if is_number and 0 < len(text) <= digits else 0
