"""A client's website that shows the widget: its public key, its origins and its signing secret."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from urllib.parse import urlsplit

from assist.domain.errors import InvalidSiteError
from assist.domain.keys import ApiKey, ApiKeyId, KeyScope
from knowledge_base.models import ClientId

SiteKey = NewType("SiteKey", str)

SITE_PREFIX = "site_"
SECRET_PREFIX = "sig_"  # noqa: S105 - shows what a secret is for, and is none

_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_IPV6 = re.compile(r"\[[0-9a-f:.]+\]")
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Site:
    """A place where the widget may be shown.

    `key` stands in the pages' source, so it is public. The client's own server signs its
    customers' identities with `secret`, which is stored as it is: a signature cannot be checked
    with a digest.
    """

    key: SiteKey
    client_id: ClientId
    label: str
    origins: tuple[str, ...]
    secret: str
    created_at: datetime

    def allows(self, origin: str) -> bool:
        """Say whether the widget may be shown on pages of an origin."""
        return origin in self.origins

    def as_api_key(self) -> ApiKey:
        """Return what the key opens: what any customer of the client may do."""
        return ApiKey(
            ApiKeyId(self.key), self.client_id, KeyScope.CUSTOMER, self.label, self.created_at
        )


def new_site_key() -> SiteKey:
    """Return a public key that cannot be guessed from another one."""
    return SiteKey(SITE_PREFIX + secrets.token_hex(12))


def new_site_secret() -> str:
    """Return a secret of 256 random bits, as long as HS256 asks for."""
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def parse_origins(texts: Sequence[str]) -> tuple[str, ...]:
    """Check origins and write them as browsers do. Raises `InvalidSiteError`."""
    if not texts:
        raise InvalidSiteError("a site needs at least one origin, like https://shop.example")
    return tuple(dict.fromkeys(_parse_origin(text) for text in texts))


def _parse_origin(text: str) -> str:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise _no_origin(text) from error
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else (parts.hostname or "")
    has_more = parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc
    is_host = _HOST.fullmatch(host) or _IPV6.fullmatch(host)
    if parts.scheme not in _DEFAULT_PORTS or not is_host or has_more:
        raise _no_origin(text)
    is_default = port in {None, _DEFAULT_PORTS[parts.scheme]}
    return f"{parts.scheme}://{host}" + ("" if is_default else f":{port}")


def _no_origin(text: str) -> InvalidSiteError:
    return InvalidSiteError(
        f"{text!r} is no origin; give scheme, host and, if it is not the usual one, port, "
        "like https://shop.example or http://localhost:8080"
    )
