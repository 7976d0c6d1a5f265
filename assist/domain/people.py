"""The BPO's people: who they are, what they may do, and whether they are there."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from assist.domain.errors import InvalidUserError
from assist.domain.keys import KeyScope
from knowledge_base.models import ClientId

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)

SESSION_PREFIX = "ses_"
SESSION_IDLE = timedelta(hours=12)
SESSION_LIFE = timedelta(days=7)
SEEN_STEP = timedelta(minutes=1)
"""How seldom a session's use is written down: each request reads it, few should write."""

PRESENCE_LIFE = timedelta(seconds=90)
"""Three missed heartbeats of the console."""

DEFAULT_CAPACITY = 4
MAX_CAPACITY = 50
MIN_PASSWORD = 12
MAX_PASSWORD = 200
MAX_NAME = 100
MAX_EMAIL = 254

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Permission(StrEnum):
    """What somebody may do for a client."""

    ASK = "ask"
    READ_DESK = "read_desk"
    WORK_DESK = "work_desk"
    TRAIN = "train"
    REPORT = "report"
    MANAGE = "manage"


class Role(StrEnum):
    """What a user is; an admin is it for every client."""

    AGENT = "agent"
    TRAINER = "trainer"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows."""
        return _ROLE_PERMISSIONS[self]


_ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset({Permission.ASK, Permission.READ_DESK, Permission.WORK_DESK}),
    Role.TRAINER: frozenset({Permission.ASK, Permission.READ_DESK, Permission.TRAIN}),
    Role.LEAD: frozenset(Permission) - {Permission.MANAGE},
    Role.ADMIN: frozenset(Permission),
}

_SCOPE_PERMISSIONS: Mapping[KeyScope, frozenset[Permission]] = {
    KeyScope.CUSTOMER: frozenset({Permission.ASK}),
    KeyScope.AGENT: frozenset({Permission.ASK, Permission.READ_DESK, Permission.WORK_DESK}),
    KeyScope.TRAINER: frozenset(Permission) - {Permission.MANAGE},
}


def scope_permissions(scope: KeyScope) -> frozenset[Permission]:
    """Return what an API key of that scope allows."""
    return _SCOPE_PERMISSIONS[scope]


@dataclass(frozen=True)
class User:
    """A person of the BPO, bound to the clients whom they serve."""

    id: UserId
    email: str
    name: str
    role: Role
    client_ids: frozenset[ClientId] = frozenset()
    skills: frozenset[str] = frozenset()
    capacity: int = DEFAULT_CAPACITY
    disabled_at: datetime | None = None

    def serves(self, client_id: ClientId) -> bool:
        """Say whether the user may see anything of a client."""
        return self.role is Role.ADMIN or client_id in self.client_ids

    @property
    def is_active(self) -> bool:
        """Say whether the user may sign in."""
        return self.disabled_at is None


@dataclass(frozen=True)
class Session:
    """A user's signed-in time; it ends when unused, and at the latest after its life."""

    id: SessionId
    user_id: UserId
    created_at: datetime
    seen_at: datetime

    @property
    def expires_at(self) -> datetime:
        """When the session ends if it is not used again."""
        return min(self.seen_at + SESSION_IDLE, self.created_at + SESSION_LIFE)

    def is_active(self, now: datetime) -> bool:
        """Say whether the session opens anything at that moment."""
        return now < self.expires_at


@dataclass(frozen=True)
class SignedIn:
    """A session with its user as they are now."""

    session: Session
    user: User


class PresenceStatus(StrEnum):
    """Whether a user takes conversations now."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True)
class Presence:
    """What a user said last of being there."""

    status: PresenceStatus
    seen_at: datetime

    def status_at(self, now: datetime) -> PresenceStatus:
        """Return the status, `offline` once nothing was heard for a while."""
        return self.status if now - self.seen_at < PRESENCE_LIFE else PresenceStatus.OFFLINE


def new_session_secret() -> str:
    """Return a secret of 256 random bits; only its digest is stored."""
    return SESSION_PREFIX + secrets.token_urlsafe(32)


def new_password() -> str:
    """Return a random password that can be read out."""
    return "-".join(secrets.token_hex(2) for _ in range(5))


def parse_email(text: str) -> str:
    """Return an e-mail address as it is stored and compared. Raises `InvalidUserError`."""
    email = normal_email(text)
    if len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email):
        raise InvalidUserError(f"{text!r} is no e-mail address; use one like 'ana@bpo.example'")
    return email


def normal_email(text: str) -> str:
    """Return what two spellings of one address share."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def email_digest(text: str) -> str:
    """Return what is remembered of an address that was tried: people type passwords there."""
    return hashlib.sha256(normal_email(text).encode()).hexdigest()


def parse_password(text: str) -> str:
    """Return a password in the one form of its characters that every keyboard leads to.

    Raises `InvalidUserError` for one that is too short or too long to be taken.
    """
    password = normal_password(text)
    if len(password) < MIN_PASSWORD:
        raise InvalidUserError(f"a password needs at least {MIN_PASSWORD} characters; add words")
    if len(password) > MAX_PASSWORD:
        raise InvalidUserError(f"a password may have at most {MAX_PASSWORD} characters")
    return password


def normal_password(text: str) -> str:
    """Return the password's characters composed, as they are hashed."""
    return unicodedata.normalize("NFKC", text)


def check_user(user: User) -> User:
    """Return the user, checked. Raises `InvalidUserError` naming what is wrong."""
    if not user.name.strip() or len(user.name) > MAX_NAME:
        raise InvalidUserError(f"a user needs a name of at most {MAX_NAME} characters")
    if not 1 <= user.capacity <= MAX_CAPACITY:
        raise InvalidUserError(f"`capacity` must be from 1 to {MAX_CAPACITY}, not {user.capacity}")
    if user.role is Role.ADMIN and user.client_ids:
        raise InvalidUserError("an admin serves every client; name no clients")
    if user.role is not Role.ADMIN and not user.client_ids:
        raise InvalidUserError(f"name at least one client that the {user.role} serves")
    return user
