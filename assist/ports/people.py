"""What the assistant needs from outside to know its users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from assist.domain.conversation import ConversationId
from assist.domain.people import Presence, Session, SessionId, User, UserId
from knowledge_base.models import ClientId


class UserDirectory(Protocol):
    """The BPO's people."""

    def add_user(self, user: User) -> None:
        """Add a user. Raises `UserExistsError`, and `ClientNotFoundError` for an unknown client."""

    def update_user(self, user: User) -> None:
        """Replace a user's data. Raises what `add_user` does and `UserNotFoundError`."""

    def find_user(self, user_id: UserId) -> User | None:
        """Return a user, disabled ones too."""

    def find_user_by_email(self, email: str) -> User | None:
        """Return the user of a normalised e-mail address, disabled ones too."""

    def list_users(self) -> Sequence[User]:
        """Return all users by e-mail address."""


class PasswordStore(Protocol):
    """The hashes of passwords; a user without one cannot sign in."""

    def set_password(self, user_id: UserId, password_hash: str) -> None:
        """Replace a user's hash."""

    def find_password(self, user_id: UserId) -> str | None:
        """Return a user's hash."""


class PasswordHasher(Protocol):
    """Hashes passwords so slowly that guessing is no use. Raises `ThrottledError` when busy."""

    def hash(self, password: str) -> str:
        """Return a hash with its own salt and parameters."""

    def verify(self, password_hash: str, password: str) -> bool:
        """Say whether the password belongs to the hash."""

    def is_outdated(self, password_hash: str) -> bool:
        """Say whether the hash was made with weaker parameters than today's."""


class SessionStore(Protocol):
    """Sessions; only the digests of their secrets are stored."""

    def add_session(self, session: Session, digest: str) -> None:
        """Store a session under the digest of its secret."""

    def find_session(self, digest: str) -> Session | None:
        """Return the session with that digest, expired ones too."""

    def touch_session(self, session_id: SessionId, at: datetime) -> None:
        """Write down that the session was used."""

    def list_sessions(self, user_id: UserId) -> Sequence[Session]:
        """Return a user's sessions."""

    def end_session(self, session_id: SessionId) -> None:
        """Forget a session."""


class SignInLog(Protocol):
    """Attempts to sign in that have not succeeded."""

    def add_attempt(self, who: str, at: datetime) -> int:
        """Store an attempt and return its id."""

    def list_attempts(self, who: str, since: datetime) -> Sequence[datetime]:
        """Return the times of the attempts since then, oldest first."""

    def remove_attempt(self, attempt_id: int) -> None:
        """Forget an attempt that was refused unseen."""

    def clear_attempts(self, who: str) -> None:
        """Forget all attempts of somebody."""

    def forget_attempts(self, before: datetime) -> None:
        """Forget what is too old to matter."""


class PresenceBoard(Protocol):
    """What users said last of being there."""

    def set_presence(self, user_id: UserId, presence: Presence) -> None:
        """Replace a user's presence."""

    def list_presence(self) -> Mapping[UserId, Presence]:
        """Return the presence of everybody who was ever there."""


class ConversationClients(Protocol):
    """Which client a conversation is of; everything else is then read for that client."""

    def find_client(self, conversation_id: ConversationId) -> ClientId | None:
        """Return the client of a conversation."""
