"""Talks to the server of this installation when it owns the embedded stores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assist.domain.errors import AssistError

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from assist.domain.keys import KeyScope
    from knowledge_base.models import ClientId

KEY_LIFETIME = timedelta(hours=1)
_TIMEOUT_S = 60.0


class ServerRefusedError(AssistError):
    """The server could not be reached or refused the request."""


class ServerClient:
    """Sends requests over one connection that stays open; ignores proxy settings on purpose."""

    def __init__(self, url: str, secret: str) -> None:
        parts = urlsplit(url)
        self._url = url
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer. Raises `ServerRefusedError` with what the server said."""
        try:
            self._connection.request("POST", path, json.dumps(body or {}), self._headers)
            response = self._connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            raise ServerRefusedError(
                f"the server at {self._url} does not answer ({error}); look at its log"
            ) from error
        if response.status >= 400:  # noqa: PLR2004 - HTTP's own boundary
            raise ServerRefusedError(str(answer.get("detail") or answer.get("title") or answer))
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def connect(
    container: Container, url: str, client_id: ClientId, scope: KeyScope
) -> Iterator[ServerClient]:
    """Open a connection with a key of its own, which is revoked at the end."""
    key, secret = container.keys.issue(
        client_id, scope, label="assist command", valid_for=KEY_LIFETIME
    )
    server = ServerClient(url, secret)
    try:
        yield server
    finally:
        server.close()
        container.keys.revoke(client_id, key.id)
