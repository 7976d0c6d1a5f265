"""API keys: what they open and when."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from knowledge_base.models import Audience, ClientId

ApiKeyId = NewType("ApiKeyId", str)

PREFIX = "bpo_"


class KeyScope(StrEnum):
    """What a key allows; each one allows what those before it do."""

    CUSTOMER = "customer"
    AGENT = "agent"
    TRAINER = "trainer"

    def includes(self, other: KeyScope) -> bool:
        """Say whether this scope allows what another one does."""
        order = list(KeyScope)
        return order.index(self) >= order.index(other)

    @property
    def audience(self) -> Audience:
        """The widest audience that this scope may read."""
        return Audience.PUBLIC if self is KeyScope.CUSTOMER else Audience.INTERNAL


@dataclass(frozen=True)
class ApiKey:
    """A key opens one client, for a customer who asks, an agent who reads, or a trainer."""

    id: ApiKeyId
    client_id: ClientId
    scope: KeyScope
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_active(self, now: datetime) -> bool:
        """Say whether the key opens anything at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def new_secret() -> str:
    """Return a secret of 256 random bits; it is shown once and never stored."""
    return PREFIX + secrets.token_urlsafe(32)


def secret_digest(secret: str) -> str:
    """Return what is stored of a secret. A random secret needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
