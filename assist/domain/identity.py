"""Who a customer is by the word of the client's own server: the claims of a signed token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from assist.domain.conversation import Conversation, Step
from assist.domain.customer import Attribute, Customer
from assist.domain.errors import IdentityError, OtherCustomerError
from assist.domain.keys import secret_digest

LEEWAY = timedelta(seconds=30)
"""How far the clocks of two servers may be apart."""
LONGEST_LIFE = timedelta(hours=1)
MAX_TEXT = 320
MAX_ATTRIBUTES = 50


@dataclass(frozen=True)
class VerifiedIdentity:
    """A customer whom the client vouches for; `subject` is the client's own id of them."""

    subject: str
    name: str = ""
    email: str = ""
    phone: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    def applied_to(self, customer: Customer) -> Customer:
        """Return the customer as the client knows them; what it does not tell stays."""
        return Customer(
            name=self.name or customer.name,
            email=self.email or customer.email,
            phone=self.phone or customer.phone,
            external_id=self.subject,
            is_verified=True,
            attributes={**customer.attributes, **self.attributes},
        )


def read_claims(claims: Mapping[str, Any], site_key: str, now: datetime) -> VerifiedIdentity:
    """Check the claims of a token whose signature is right. Raises `IdentityError`."""
    _check_times(claims, now)
    audience = claims.get("aud", site_key)
    if site_key not in (audience if isinstance(audience, list) else [audience]):
        raise IdentityError("the claim `aud` names another site; use the site's key or leave it")
    subject = _text(claims, "sub")
    if not subject:
        raise IdentityError("the claim `sub` is missing; set it to your own id of the customer")
    return VerifiedIdentity(
        subject,
        name=_text(claims, "name"),
        email=_text(claims, "email"),
        phone=_text(claims, "phone"),
        attributes=_attributes(claims.get("attributes", {})),
    )


def identify(conversation: Conversation, identity: VerifiedIdentity) -> Step:
    """Note who the customer is. Raises `OtherCustomerError` when it is somebody else's."""
    customer = conversation.customer
    if customer.is_verified and customer.external_id != identity.subject:
        raise OtherCustomerError(
            "the conversation belongs to another signed-in customer; start a new one"
        )
    return Step(replace(conversation, customer=identity.applied_to(customer)))


def rotate_token(conversation: Conversation, token: str, identity: VerifiedIdentity) -> Step:
    """Let the customer in with a new token; whoever holds the old one is out."""
    step = identify(conversation, identity)
    return replace(step, conversation=replace(step.conversation, token_digest=secret_digest(token)))


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    expires_at = _moment(claims, "exp")
    if expires_at is None:
        raise IdentityError("the claim `exp` is missing; set it to at most an hour from now")
    if expires_at <= now - LEEWAY:
        raise IdentityError("the token has expired; sign a new one when the page is loaded")
    if expires_at > now + LONGEST_LIFE + LEEWAY:
        raise IdentityError("the claim `exp` may be at most an hour from now")
    not_before = _moment(claims, "nbf")
    if not_before and not_before > now + LEEWAY:
        raise IdentityError("the claim `nbf` lies in the future; compare the servers' clocks")


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _no_time(name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _no_time(name) from error


def _no_time(name: str) -> IdentityError:
    return IdentityError(f"the claim `{name}` must be a time in seconds since 1970")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise IdentityError(f"the claim `{name}` must be a text of at most {MAX_TEXT} characters")
    return value.replace("\0", "").strip()


def _attributes(value: object) -> Mapping[str, Attribute]:
    if not isinstance(value, Mapping) or len(value) > MAX_ATTRIBUTES:
        raise IdentityError(f"the claim `attributes` must hold at most {MAX_ATTRIBUTES} entries")
    for name, attribute in value.items():
        is_simple = isinstance(attribute, str | int | bool)
        if not is_simple or len(str(name)) > MAX_TEXT or len(str(attribute)) > MAX_TEXT:
            raise IdentityError(
                f"the attribute {str(name)[:40]!r} must be a text, a whole number, true or false "
                f"of at most {MAX_TEXT} characters"
            )
    return {str(name): attribute for name, attribute in value.items()}
