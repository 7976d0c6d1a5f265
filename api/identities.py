"""Who a customer is by the word of the site on which they write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from assist.domain.customer import Customer

if TYPE_CHECKING:
    from api.auth import ClientAccess
    from assist.bootstrap import Container
    from assist.domain.identity import VerifiedIdentity


def verify_identity(container: Container, caller: ClientAccess, token: str) -> VerifiedIdentity:
    """Read a token with the secret of the caller's site. Raises `IdentityError`."""
    site = container.sites.find(caller.access.key.id) if caller.access.key else None
    if site is None:
        raise HTTPException(403, "An identity is taken with a site's key only: it has the secret.")
    return container.sites.verify(site, token)


def as_customer(identity: VerifiedIdentity | None, page_url: str) -> Customer:
    """Return what is known of a customer who begins to write."""
    customer = Customer(attributes={"page": page_url} if page_url else {})
    return identity.applied_to(customer) if identity else customer
