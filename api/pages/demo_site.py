"""The website of a demo client: what it says, and the widget that is allowed on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from assist.domain.client import ClientProfile
from assist.domain.site import Site
from knowledge_base.models import ClientId

if TYPE_CHECKING:
    from assist.bootstrap import Container

LABEL = "demo"

_CLIENTS = Path(__file__).parent.parent / "demo" / "clients"
_HOSTS = ("127.0.0.1", "localhost")


def read_page(client_id: ClientId, profile: ClientProfile) -> dict[str, Any]:
    """Return the words of a client's page; one that brings none greets."""
    path = _CLIENTS / client_id / "site.yaml"
    if not path.is_file():
        return {"headline": profile.name, "lede": profile.greeting, "nav": [], "cards": []}
    page: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return page


def find_site(container: Container, client_id: ClientId, origin: str) -> Site | None:
    """Return a site of the client on which the widget may be shown at an origin."""
    sites = container.sites.list_sites(client_id)
    return next((site for site in sites if site.allows(origin)), None)


def load_site(container: Container, client_id: ClientId, port: int) -> Site:
    """Let the widget be shown on the client's demo page, whose port may change."""
    origins = tuple(f"http://{host}:{port}" for host in _HOSTS)
    known = [site for site in container.sites.list_sites(client_id) if site.label == LABEL]
    if not known:
        return container.sites.add(client_id, origins, LABEL)
    return known[0] if known[0].origins == origins else container.sites.move(known[0], origins)
