"""Adds, changes and lists users, and knows who is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from assist.domain.errors import LastAdminError, UserNotFoundError
from assist.domain.people import (
    DEFAULT_CAPACITY,
    Presence,
    PresenceStatus,
    Role,
    User,
    UserId,
    check_user,
    normal_email,
    parse_email,
    parse_password,
)
from assist.ports import Clock
from assist.ports.people import PasswordHasher, PasswordStore, PresenceBoard, UserDirectory
from assist.services.sessions import SessionService
from knowledge_base.models import ClientId


@dataclass(frozen=True)
class NewUser:
    """What is known of a user who is to be added."""

    email: str
    name: str
    role: Role
    client_ids: Collection[ClientId] = ()
    skills: Collection[str] = ()
    capacity: int = DEFAULT_CAPACITY


@dataclass(frozen=True)
class UserChange:
    """What changes of a user; `None` stays as it is."""

    name: str | None = None
    role: Role | None = None
    client_ids: Collection[ClientId] | None = None
    skills: Collection[str] | None = None
    capacity: int | None = None
    disabled: bool | None = None


class PeopleService:
    """The BPO's people."""

    def __init__(
        self,
        users: UserDirectory,
        passwords: PasswordStore,
        hasher: PasswordHasher,
        sessions: SessionService,
        clock: Clock,
        on_disabled: Callable[[User], object] = lambda _: None,
    ) -> None:
        self._users = users
        self._passwords = passwords
        self._hasher = hasher
        self._on_disabled = on_disabled
        self._sessions = sessions
        self._clock = clock

    def add(self, new: NewUser, password: str) -> User:
        """Add a user who may sign in.

        Raises `InvalidUserError`, `UserExistsError` and `ClientNotFoundError`.
        """
        user = check_user(
            User(
                UserId(uuid4().hex),
                parse_email(new.email),
                new.name.strip(),
                new.role,
                frozenset(new.client_ids),
                _skills(new.skills),
                new.capacity,
            )
        )
        password_hash = self._hasher.hash(parse_password(password))
        self._users.add_user(user)
        self._passwords.set_password(user.id, password_hash)
        return user

    def change(self, user_id: UserId, change: UserChange, *, password: str | None = None) -> User:
        """Change a user; with a new password, or when disabled, all their sessions end.

        Whoever is disabled gives back what they have; to disable them again repeats that.

        Raises `UserNotFoundError`, `InvalidUserError`, `ClientNotFoundError`, `LastAdminError`.
        """
        before = self.get(user_id)
        after = check_user(self._changed(before, change))
        password_hash = (
            self._hasher.hash(parse_password(password)) if password is not None else None
        )
        if _is_admin(before) and not _is_admin(after):
            self._keep_an_admin(before)
        self._users.update_user(after)
        if password_hash:
            self._passwords.set_password(user_id, password_hash)
            self._sessions.forgive(after.email)
        if password_hash or not after.is_active:
            self._sessions.end_all(user_id)
        if not after.is_active:
            self._on_disabled(after)
        return after

    def get(self, user_id: UserId) -> User:
        """Return a user, disabled ones too. Raises `UserNotFoundError`."""
        user = self._users.find_user(user_id)
        if user is None:
            raise UserNotFoundError(f"there is no user {user_id!r}")
        return user

    def get_by_email(self, email: str) -> User:
        """Return the user of an e-mail address. Raises `UserNotFoundError`."""
        user = self._users.find_user_by_email(normal_email(email))
        if user is None:
            raise UserNotFoundError(f"there is no user {email!r}; `assist user list` shows them")
        return user

    def list_all(self) -> Sequence[User]:
        """Return all users by e-mail address, disabled ones too."""
        return self._users.list_users()

    def list_serving(self, client_id: ClientId) -> Sequence[User]:
        """Return the active users who serve a client, by e-mail address."""
        return [user for user in self.list_all() if user.is_active and user.serves(client_id)]

    def _changed(self, user: User, change: UserChange) -> User:
        """Apply what is given; whoever becomes an admin is bound to no clients any more."""
        clients = user.client_ids if change.client_ids is None else frozenset(change.client_ids)
        if change.role is Role.ADMIN and change.client_ids is None:
            clients = frozenset()
        return replace(
            user,
            name=user.name if change.name is None else change.name.strip(),
            role=change.role or user.role,
            client_ids=clients,
            skills=user.skills if change.skills is None else _skills(change.skills),
            capacity=user.capacity if change.capacity is None else change.capacity,
            disabled_at=self._disabled_at(user, change),
        )

    def _disabled_at(self, user: User, change: UserChange) -> datetime | None:
        if change.disabled is None:
            return user.disabled_at
        return (user.disabled_at or self._clock()) if change.disabled else None

    def _keep_an_admin(self, leaving: User) -> None:
        if not any(_is_admin(user) for user in self.list_all() if user.id != leaving.id):
            raise LastAdminError(
                f"{leaving.email} is the only admin; make somebody else an admin first"
            )


class PresenceService:
    """Who is there now."""

    def __init__(self, board: PresenceBoard, clock: Clock) -> None:
        self._board = board
        self._clock = clock

    def report(self, user_id: UserId, status: PresenceStatus) -> None:
        """Take a user's word for being there; it holds until the next heartbeat is missed."""
        self._board.set_presence(user_id, Presence(status, self._clock()))

    def status_of(self, user_id: UserId) -> PresenceStatus:
        """Return one user's status now."""
        return self.list_statuses().get(user_id, PresenceStatus.OFFLINE)

    def list_statuses(self) -> Mapping[UserId, PresenceStatus]:
        """Return the status now of everybody who was ever there; all others are offline."""
        now = self._clock()
        return {
            user_id: presence.status_at(now)
            for user_id, presence in self._board.list_presence().items()
        }


def _skills(names: Collection[str]) -> frozenset[str]:
    """Compare skills as queues do: by their words in lower case."""
    return frozenset(name.strip().lower() for name in names if name.strip())


def _is_admin(user: User) -> bool:
    return user.role is Role.ADMIN and user.is_active
