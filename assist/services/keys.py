"""Issues, checks and revokes API keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from assist.domain.keys import ApiKey, ApiKeyId, KeyScope, new_secret, secret_digest
from assist.ports import Clock, KeyRing
from knowledge_base.models import ClientId


class KeyService:
    """API keys of clients."""

    def __init__(self, ring: KeyRing, clock: Clock) -> None:
        self._ring = ring
        self._clock = clock

    def issue(
        self,
        client_id: ClientId,
        scope: KeyScope,
        *,
        label: str = "",
        valid_for: timedelta | None = None,
    ) -> tuple[ApiKey, str]:
        """Create a key and return it with its secret, which is not stored."""
        now = self._clock()
        expires_at: datetime | None = now + valid_for if valid_for is not None else None
        secret = new_secret()
        key = ApiKey(ApiKeyId(uuid4().hex), client_id, scope, label, now, expires_at)
        self._ring.add_key(key, secret_digest(secret))
        return key, secret

    def find_active(self, secret: str) -> ApiKey | None:
        """Return the key that a secret opens now."""
        key = self._ring.find_key(secret_digest(secret))
        return key if key and key.is_active(self._clock()) else None

    def list_keys(self, client_id: ClientId) -> list[ApiKey]:
        """Return a client's keys, newest first."""
        return self._ring.list_keys(client_id)

    def revoke(self, client_id: ClientId, key_id: ApiKeyId) -> bool:
        """Revoke a key at once; say whether there was an active one."""
        return self._ring.revoke_key(client_id, key_id, self._clock())
