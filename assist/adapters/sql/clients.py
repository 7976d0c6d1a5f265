"""Clients and their API keys in SQL."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from assist.adapters.sql.tables import api_keys, clients
from assist.domain.client import ClientProfile
from assist.domain.errors import ClientExistsError, ClientNotFoundError
from assist.domain.keys import ApiKey, ApiKeyId, KeyScope
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId


class SqlClientDirectory:
    """A `ClientDirectory` with the profile as JSON."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_client(self, client_id: ClientId, profile: ClientProfile) -> None:
        """Insert a client."""
        values = {
            "id": client_id,
            "profile": profile.model_dump(mode="json"),
            "created_at": datetime.now(UTC),
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(clients).values(values))
        except IntegrityError as error:
            raise ClientExistsError(f"there is a client {client_id!r} already") from error

    def update_client(self, client_id: ClientId, profile: ClientProfile) -> None:
        """Replace the profile."""
        change = update(clients).where(clients.c.id == client_id)
        with writing(self._engine) as connection:
            result = connection.execute(change.values(profile=profile.model_dump(mode="json")))
        if not result.rowcount:
            raise _not_found(client_id)

    def get_client(self, client_id: ClientId) -> ClientProfile:
        """Read the profile."""
        query = select(clients.c.profile).where(clients.c.id == client_id)
        with self._engine.connect() as connection:
            profile = connection.scalar(query)
        if profile is None:
            raise _not_found(client_id)
        return ClientProfile.model_validate(profile)

    def list_clients(self) -> list[tuple[ClientId, ClientProfile]]:
        """List by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(clients).order_by(clients.c.id)).all()
        return [(ClientId(row.id), ClientProfile.model_validate(row.profile)) for row in rows]


class SqlKeyRing:
    """A `KeyRing` that stores digests of secrets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_key(self, key: ApiKey, digest: str) -> None:
        """Insert a key."""
        with writing(self._engine) as connection:
            connection.execute(insert(api_keys).values(**asdict(key), digest=digest))

    def find_key(self, digest: str) -> ApiKey | None:
        """Look a key up by its digest."""
        with self._engine.connect() as connection:
            query = select(api_keys).where(api_keys.c.digest == digest)
            row = connection.execute(query).mappings().first()
        return _key(row) if row else None

    def list_keys(self, client_id: ClientId) -> list[ApiKey]:
        """List newest first."""
        query = select(api_keys).where(api_keys.c.client_id == client_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(api_keys.c.created_at.desc())).mappings()
            return [_key(row) for row in rows]

    def revoke_key(self, client_id: ClientId, key_id: ApiKeyId, at: datetime) -> bool:
        """Revoke an active key."""
        column = api_keys.c
        own = (column.client_id == client_id) & (column.id == key_id) & column.revoked_at.is_(None)
        with writing(self._engine) as connection:
            result = connection.execute(update(api_keys).where(own).values(revoked_at=at))
        return bool(result.rowcount)


def _not_found(client_id: ClientId) -> ClientNotFoundError:
    return ClientNotFoundError(
        f"there is no client {client_id!r}; add it with `assist client add {client_id}`"
    )


def _key(row: RowMapping) -> ApiKey:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "digest"}
    return ApiKey(**values | {"scope": KeyScope(row["scope"])})
