"""The customer of a conversation, as far as they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Attribute = str | int | bool


@dataclass(frozen=True)
class Customer:
    """Who writes; empty fields are unknown.

    Only `is_verified` says that the client company vouches for the identity: everything else may
    be what the customer claims.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    external_id: str = ""
    is_verified: bool = False
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    @property
    def is_vip(self) -> bool:
        """Say whether the client marked the customer as important."""
        return self.attributes.get("vip") is True

    @property
    def can_be_reached(self) -> bool:
        """Say whether an answer can follow the customer who leaves."""
        return bool(self.email or self.phone)


UNKNOWN_CUSTOMER = Customer()
"""Somebody of whom nothing is known."""
