"""The API keys of the demo clients, which their pages get without a sign-in on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from knowledge_base.models import ClientId

if TYPE_CHECKING:
    from starlette.requests import Request

_LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class DemoSecrets:
    """The keys of one demo client."""

    customer: str
    agent: str


@dataclass(frozen=True)
class DemoAccess:
    """The keys of the demo clients, in the order in which they are shown.

    All people of the demo have the same password.
    """

    secrets: Mapping[ClientId, DemoSecrets]
    password: str = field(default="", repr=False)


def is_local(request: Request) -> bool:
    """Say whether a browser on this machine asks, from a page of this server.

    The host name counts too: a foreign page could let its own name point to this machine.
    """
    if request.client is None or request.url.hostname not in _LOOPBACK_NAMES:
        return False
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
