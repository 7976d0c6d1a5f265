"""What surrounds every request: its id, its log line, security headers and the body's limit.

Pure ASGI, so that streams pass through untouched.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from api.errors import INTERNAL, Problem
from api.logs import RequestFacts, current_request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("api.requests")

REQUEST_ID_HEADER = "X-Request-Id"
STATIC_PREFIX = "/static/"
MAX_LOGGED_PATH = 200

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECRET_PATH = re.compile(r"(/client-reply/).+")
"""A path whose end opens something; the log must not."""


NOBODY = "'none'"


def content_policy(*, embedded_by: Sequence[str] = (), embeds: str = NOBODY) -> str:
    """Return the policy of a page: what it may load, which pages may show it, what it may show.

    No page runs inline code or turns texts into markup.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'; frame-src {embeds}; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {' '.join(embedded_by) or NOBODY}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


_SECURITY_HEADERS = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class RequestFrame:
    """Gives each request an id and each response its headers; logs no content.

    An unexpected error becomes a bare problem here, inside the headers, and a logged traceback.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Frame one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = RequestFacts(_request_id(scope))
        current_request.set(request)
        started = time.perf_counter()
        status = 0

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, scope["path"], request.request_id)
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except Exception:
            _log.exception("the request failed")
            if status:
                raise
            response = Problem(INTERNAL, INTERNAL.detail).response(scope["path"])
            await response(scope, receive, framed)
        finally:
            _log_request(scope, status, (time.perf_counter() - started) * 1000)


class BodyLimit:
    """Refuses a body as soon as it is larger than its path allows, whatever its header claims."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes of one request's body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        announced = Headers(scope=scope).get("content-length", "")
        received = 0

        async def counted() -> Message:
            nonlocal received
            if announced.isdecimal() and int(announced) > limit:
                raise _too_large(limit)
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        await self._app(scope, counted, send)


def _log_request(scope: Scope, status: int, elapsed_ms: float) -> None:
    """Log one line; `status` is 0 when the caller went away before the response began."""
    path = quote(_SECRET_PATH.sub(r"\1...", scope["path"]))[:MAX_LOGGED_PATH]
    method, ms = scope["method"], round(elapsed_ms, 1)
    fields = {"method": method, "path": path, "status": status, "ms": ms}
    _log.info("%s %s %d %.1f ms", method, path, status, ms, extra={"fields": fields})


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if _SANE_ID.fullmatch(given) else uuid4().hex


def _add_headers(message: Message, path: str, request_id: str) -> None:
    """Add what a response lacks; one that other sites may embed says so itself."""
    headers = MutableHeaders(scope=message)
    for name, value in _SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    headers[REQUEST_ID_HEADER] = request_id
    if headers.get("Cache-Control", "").startswith("public"):
        return
    if path.startswith(STATIC_PREFIX) and message["status"] == 200:  # noqa: PLR2004 - OK
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif headers.get("Cache-Control", "no-cache") == "no-cache":  # which streams say by themselves
        headers["Cache-Control"] = "no-store"


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"The body may have at most {limit:,} bytes.")
