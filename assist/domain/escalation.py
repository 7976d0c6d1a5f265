"""Whom an agent asks at the client company, by when, and the link with which they answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assist.domain.errors import InvalidTargetError
from assist.domain.targets import check_target_url
from knowledge_base.models import ClientId

if TYPE_CHECKING:
    from assist.domain.conversation import Conversation, ConversationId

REPLY_PREFIX = "rpl_"
LINK_LIFE = timedelta(days=14)
"""How long a reply link opens its page: a contact's holiday, not a leaked mailbox's lifetime."""


def _target(url: str) -> str:
    """Check the form of an address; what it resolves to is looked at when it is called."""
    try:
        if url:
            check_target_url(url, allow_private=True)
    except InvalidTargetError as error:
        raise ValueError(str(error)) from error
    return url


class EscalationContact(BaseModel):
    """Where the client company is asked; without any address agents cannot escalate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Annotated[str, Field(max_length=254, pattern=r"^([^@\s,;<>]+@[^@\s,;<>]+)?$")] = ""
    webhook_url: Annotated[str, AfterValidator(_target)] = ""
    reply_hours: Annotated[int, Field(ge=1, le=720)] = 24

    @property
    def can_be_reached(self) -> bool:
        """Say whether there is an address."""
        return bool(self.email or self.webhook_url)

    def deadline(self, since: datetime) -> datetime:
        """Return when the client company's answer is due."""
        return since + timedelta(hours=self.reply_hours)


@dataclass(frozen=True)
class ReplyLink:
    """Opens one escalation's page for its contact; only the digest of its token is stored."""

    digest: str
    client_id: ClientId
    conversation_id: ConversationId
    escalated_at: datetime
    expires_at: datetime

    def is_expired(self, now: datetime) -> bool:
        """Say whether the link is too old."""
        return now >= self.expires_at

    def is_awaited(self, conversation: Conversation) -> bool:
        """Say whether the conversation still waits for the answer that this link is for."""
        escalation = conversation.escalation
        return escalation is not None and escalation.since == self.escalated_at


def new_reply_token() -> str:
    """Return a token of 256 random bits; it is sent to the contact and never stored."""
    return REPLY_PREFIX + secrets.token_urlsafe(32)
