"""Users, their passwords, sessions and presence in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from assist.adapters.sql.people_tables import (
    sign_in_attempts,
    user_clients,
    user_presence,
    user_sessions,
    users,
)
from assist.adapters.sql.tables import clients
from assist.domain.errors import ClientNotFoundError, UserExistsError, UserNotFoundError
from assist.domain.people import (
    Presence,
    PresenceStatus,
    Role,
    Session,
    SessionId,
    User,
    UserId,
)
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId


class SqlUserDirectory:
    """A `UserDirectory` and a `PasswordStore` with the clients of each user in rows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_user(self, user: User) -> None:
        """Insert a user and the clients."""
        with writing(self._engine) as connection:
            try:
                connection.execute(insert(users).values(_user_values(user)))
            except IntegrityError as error:
                raise UserExistsError(f"there is a user {user.email!r} already") from error
            _insert_clients(connection, user)

    def update_user(self, user: User) -> None:
        """Replace the row and the clients."""
        change = update(users).where(users.c.id == user.id).values(_user_values(user))
        with writing(self._engine) as connection:
            try:
                found = connection.execute(change).rowcount
            except IntegrityError as error:
                raise UserExistsError(f"there is a user {user.email!r} already") from error
            if not found:
                raise UserNotFoundError(f"there is no user {user.id!r}")
            connection.execute(delete(user_clients).where(user_clients.c.user_id == user.id))
            _insert_clients(connection, user)

    def find_user(self, user_id: UserId) -> User | None:
        """Look a user up by id."""
        return next(iter(self._select(select(users).where(users.c.id == user_id))), None)

    def find_user_by_email(self, email: str) -> User | None:
        """Look a user up by e-mail address."""
        return next(iter(self._select(select(users).where(users.c.email == email))), None)

    def list_users(self) -> Sequence[User]:
        """List by e-mail address."""
        return self._select(select(users).order_by(users.c.email))

    def set_password(self, user_id: UserId, password_hash: str) -> None:
        """Replace the hash."""
        change = update(users).where(users.c.id == user_id)
        with writing(self._engine) as connection:
            connection.execute(change.values(password_hash=password_hash))

    def find_password(self, user_id: UserId) -> str | None:
        """Read the hash."""
        query = select(users.c.password_hash).where(users.c.id == user_id)
        with self._engine.connect() as connection:
            found: str | None = connection.scalar(query)
        return found

    def _select(self, query: Select[Any]) -> list[User]:
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            bound = _clients_of(connection, [row["id"] for row in rows])
        return [_user(row, bound.get(row["id"], frozenset())) for row in rows]


class SqlSessionStore:
    """A `SessionStore` that stores digests of secrets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_session(self, session: Session, digest: str) -> None:
        """Insert a session."""
        with writing(self._engine) as connection:
            connection.execute(insert(user_sessions).values(**asdict(session), digest=digest))

    def find_session(self, digest: str) -> Session | None:
        """Look a session up by its digest."""
        query = select(user_sessions).where(user_sessions.c.digest == digest)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _session(row) if row else None

    def touch_session(self, session_id: SessionId, at: datetime) -> None:
        """Move the last use on."""
        change = update(user_sessions).where(user_sessions.c.id == session_id)
        with writing(self._engine) as connection:
            connection.execute(change.values(seen_at=at))

    def list_sessions(self, user_id: UserId) -> Sequence[Session]:
        """List a user's sessions."""
        query = select(user_sessions).where(user_sessions.c.user_id == user_id)
        with self._engine.connect() as connection:
            return [_session(row) for row in connection.execute(query).mappings()]

    def end_session(self, session_id: SessionId) -> None:
        """Delete a session."""
        with writing(self._engine) as connection:
            connection.execute(delete(user_sessions).where(user_sessions.c.id == session_id))


class SqlSignInLog:
    """A `SignInLog` that all processes of an installation share."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_attempt(self, who: str, at: datetime) -> int:
        """Insert an attempt."""
        new = insert(sign_in_attempts).values(who=who, attempted_at=at)
        with writing(self._engine) as connection:
            key = connection.execute(new).inserted_primary_key
        return int(key[0]) if key else 0

    def list_attempts(self, who: str, since: datetime) -> Sequence[datetime]:
        """List the times of recent attempts."""
        column = sign_in_attempts.c
        query = select(column.attempted_at).where(column.who == who, column.attempted_at > since)
        with self._engine.connect() as connection:
            return list(connection.scalars(query.order_by(column.attempted_at)))

    def remove_attempt(self, attempt_id: int) -> None:
        """Delete one attempt."""
        with writing(self._engine) as connection:
            connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.id == attempt_id))

    def clear_attempts(self, who: str) -> None:
        """Delete all attempts of somebody."""
        with writing(self._engine) as connection:
            connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.who == who))

    def forget_attempts(self, before: datetime) -> None:
        """Delete old attempts of everybody."""
        old = sign_in_attempts.c.attempted_at <= before
        with writing(self._engine) as connection:
            connection.execute(delete(sign_in_attempts).where(old))


class SqlPresenceBoard:
    """A `PresenceBoard` with one row for each user."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set_presence(self, user_id: UserId, presence: Presence) -> None:
        """Update the row, or insert the first one."""
        values = {"status": presence.status, "seen_at": presence.seen_at}
        change = update(user_presence).where(user_presence.c.user_id == user_id).values(values)
        with writing(self._engine) as connection:
            if connection.execute(change).rowcount:
                return
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(user_presence).values(user_id=user_id, **values))
        except IntegrityError:  # another heartbeat of the user was first
            with writing(self._engine) as connection:
                connection.execute(change)

    def list_presence(self) -> Mapping[UserId, Presence]:
        """Read all rows."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(user_presence)).all()
        return {
            UserId(row.user_id): Presence(PresenceStatus(row.status), row.seen_at) for row in rows
        }


def _user_values(user: User) -> dict[str, Any]:
    values = asdict(user) | {"skills": sorted(user.skills)}
    del values["client_ids"]
    return values


def _insert_clients(connection: Connection, user: User) -> None:
    wanted = user.client_ids
    if not wanted:
        return
    known = set(connection.scalars(select(clients.c.id).where(clients.c.id.in_(wanted))))
    if missing := sorted(wanted - known):
        raise ClientNotFoundError(f"there is no client {missing[0]!r}")
    rows = [{"user_id": user.id, "client_id": client_id} for client_id in sorted(wanted)]
    connection.execute(insert(user_clients), rows)


def _clients_of(
    connection: Connection, user_ids: Collection[str]
) -> Mapping[str, frozenset[ClientId]]:
    query = select(user_clients).where(user_clients.c.user_id.in_(user_ids))
    bound: dict[str, set[ClientId]] = {}
    for row in connection.execute(query) if user_ids else ():
        bound.setdefault(row.user_id, set()).add(ClientId(row.client_id))
    return {user_id: frozenset(names) for user_id, names in bound.items()}


def _user(row: RowMapping, client_ids: frozenset[ClientId]) -> User:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "password_hash"}
    return User(
        **values
        | {
            "role": Role(row["role"]),
            "skills": frozenset(row["skills"]),
            "client_ids": client_ids,
        }
    )


def _session(row: RowMapping) -> Session:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "digest"}
    return Session(**values)
