"""Users, sessions and passwords in memory, and a password hasher that costs nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from assist.domain.errors import ClientNotFoundError, UserExistsError, UserNotFoundError
from assist.domain.people import Presence, Role, Session, SessionId, User, UserId
from knowledge_base.models import ClientId
from tests.fakes import ACME, ZENITH

PASSWORD = "correct horse battery"


def make_user(name: str = "ana", /, **changes: object) -> User:
    """Return an agent of the client acme, unless the changes say otherwise."""
    values: dict[str, object] = {
        "id": UserId(f"user-{name}"),
        "email": f"{name}@bpo.example",
        "name": name.title(),
        "role": Role.AGENT,
        "client_ids": frozenset({ACME}),
    }
    return User(**values | changes)  # type: ignore[arg-type]


class PlainPasswords:
    """A `PasswordHasher` that hashes nothing and remembers how often it was asked."""

    def __init__(self) -> None:
        self.verified: list[str] = []
        self.version = "1"

    def hash(self, password: str) -> str:
        return f"{self.version}:{password}"

    def verify(self, password_hash: str, password: str) -> bool:
        self.verified.append(password_hash)
        return password_hash.partition(":")[2] == password

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"{self.version}:")


class MemoryUsers:
    """A `UserDirectory` and `PasswordStore` in dictionaries."""

    def __init__(self, client_ids: Collection[ClientId] = (ACME, ZENITH)) -> None:
        self._client_ids = client_ids
        self._users: dict[UserId, User] = {}
        self._passwords: dict[UserId, str] = {}

    def add_user(self, user: User) -> None:
        self._check(user)
        self._users[user.id] = user

    def update_user(self, user: User) -> None:
        if user.id not in self._users:
            raise UserNotFoundError(f"there is no user {user.id!r}")
        self._check(user)
        self._users[user.id] = user

    def find_user(self, user_id: UserId) -> User | None:
        return self._users.get(user_id)

    def find_user_by_email(self, email: str) -> User | None:
        return next((user for user in self._users.values() if user.email == email), None)

    def list_users(self) -> Sequence[User]:
        return sorted(self._users.values(), key=lambda user: user.email)

    def set_password(self, user_id: UserId, password_hash: str) -> None:
        if user_id in self._users:
            self._passwords[user_id] = password_hash

    def find_password(self, user_id: UserId) -> str | None:
        return self._passwords.get(user_id)

    def _check(self, user: User) -> None:
        known = self.find_user_by_email(user.email)
        if known and known.id != user.id:
            raise UserExistsError(f"there is a user {user.email!r} already")
        for client_id in user.client_ids:
            if client_id not in self._client_ids:
                raise ClientNotFoundError(f"there is no client {client_id!r}")


class MemorySessions:
    """A `SessionStore` in a dictionary; remembers how often it was written to."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self.touched: list[SessionId] = []

    def add_session(self, session: Session, digest: str) -> None:
        self._sessions[digest] = session

    def find_session(self, digest: str) -> Session | None:
        return self._sessions.get(digest)

    def touch_session(self, session_id: SessionId, at: datetime) -> None:
        self.touched.append(session_id)
        for digest, session in self._sessions.items():
            if session.id == session_id:
                self._sessions[digest] = replace(session, seen_at=at)

    def list_sessions(self, user_id: UserId) -> Sequence[Session]:
        return [session for session in self._sessions.values() if session.user_id == user_id]

    def end_session(self, session_id: SessionId) -> None:
        self._sessions = {
            digest: session
            for digest, session in self._sessions.items()
            if session.id != session_id
        }


class MemorySignInLog:
    """A `SignInLog` in a dictionary."""

    def __init__(self) -> None:
        self._attempts: dict[int, tuple[str, datetime]] = {}
        self._ids = count(1)

    def add_attempt(self, who: str, at: datetime) -> int:
        attempt_id = next(self._ids)
        self._attempts[attempt_id] = (who, at)
        return attempt_id

    def list_attempts(self, who: str, since: datetime) -> Sequence[datetime]:
        return sorted(at for name, at in self._attempts.values() if name == who and at > since)

    def remove_attempt(self, attempt_id: int) -> None:
        self._attempts.pop(attempt_id, None)

    def clear_attempts(self, who: str) -> None:
        self._attempts = {key: own for key, own in self._attempts.items() if own[0] != who}

    def forget_attempts(self, before: datetime) -> None:
        self._attempts = {key: own for key, own in self._attempts.items() if own[1] > before}


class MemoryPresence:
    """A `PresenceBoard` in a dictionary."""

    def __init__(self) -> None:
        self._presence: dict[UserId, Presence] = {}

    def set_presence(self, user_id: UserId, presence: Presence) -> None:
        self._presence[user_id] = presence

    def list_presence(self) -> Mapping[UserId, Presence]:
        return dict(self._presence)
