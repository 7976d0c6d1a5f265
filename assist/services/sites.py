"""Registers the websites that may show the widget, and checks who their customers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assist.domain.errors import InvalidSiteError, SiteNotFoundError
from assist.domain.identity import VerifiedIdentity, read_claims
from assist.domain.keys import ApiKey
from assist.domain.site import (
    SITE_PREFIX,
    Site,
    SiteKey,
    new_site_key,
    new_site_secret,
    parse_origins,
)
from assist.ports import Clock
from assist.ports.widget import IdentityReader, SiteDirectory
from knowledge_base.models import ClientId

MAX_LABEL = 200


class SiteService:
    """The sites of all clients."""

    def __init__(self, directory: SiteDirectory, tokens: IdentityReader, clock: Clock) -> None:
        self._directory = directory
        self._tokens = tokens
        self._clock = clock

    def add(self, client_id: ClientId, origins: Sequence[str], label: str = "") -> Site:
        """Register a site of an existing client. Raises `InvalidSiteError`."""
        if len(label) > MAX_LABEL:
            raise InvalidSiteError(f"a label may have at most {MAX_LABEL} characters")
        site = Site(
            new_site_key(),
            client_id,
            label,
            parse_origins(origins),
            new_site_secret(),
            self._clock(),
        )
        self._directory.add_site(site)
        return site

    def find(self, key: str) -> Site | None:
        """Return the site of a public key."""
        return self._directory.find_site(SiteKey(key)) if key.startswith(SITE_PREFIX) else None

    def find_api_key(self, key: str) -> ApiKey | None:
        """Return what a site's key opens."""
        site = self.find(key)
        return site.as_api_key() if site else None

    def get(self, client_id: ClientId, key: str) -> Site:
        """Return a client's site. Raises `SiteNotFoundError`."""
        site = self.find(key)
        if site is None or site.client_id != client_id:
            raise _unknown(client_id, key)
        return site

    def list_sites(self, client_id: ClientId) -> Sequence[Site]:
        """Return a client's sites, oldest first."""
        return self._directory.list_sites(client_id)

    def move(self, site: Site, origins: Sequence[str]) -> Site:
        """Let a site be shown on other origins. Raises `InvalidSiteError`."""
        return self._save(replace(site, origins=parse_origins(origins)))

    def rotate(self, client_id: ClientId, key: str) -> Site:
        """Give a site a new secret; tokens signed with the old one are refused at once."""
        site = self.get(client_id, key)
        return self._save(replace(site, secret=new_site_secret()))

    def remove(self, client_id: ClientId, key: str) -> None:
        """Remove a site; its pages show no widget any more. Raises `SiteNotFoundError`."""
        if not self._directory.remove_site(client_id, SiteKey(key)):
            raise _unknown(client_id, key)

    def verify(self, site: Site, token: str) -> VerifiedIdentity:
        """Return who a customer is by the client's word. Raises `IdentityError`."""
        return read_claims(self._tokens.read(token, site.secret), site.key, self._clock())

    def _save(self, site: Site) -> Site:
        if not self._directory.save_site(site):
            raise _unknown(site.client_id, site.key)
        return site


def _unknown(client_id: ClientId, key: str) -> SiteNotFoundError:
    return SiteNotFoundError(
        f"client {client_id!r} has no site {key!r}; `assist site list {client_id}` shows them"
    )
