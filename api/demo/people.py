"""The people of the demo: one for each role, who share a password of this installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assist.domain.errors import UserExistsError
from assist.domain.people import Role, new_password
from assist.services.people import NewUser, UserChange

if TYPE_CHECKING:
    from collections.abc import Collection

    from assist.bootstrap import Container
    from knowledge_base.models import ClientId

DOMAIN = "demo.example"
ONE_CLIENT = "larkspur"


def load_people(container: Container, client_ids: Collection[ClientId], known_password: str) -> str:
    """Add the people who are missing and return the password.

    Without a known password, all of them get a new one.
    """
    password = known_password or new_password()
    for new in _people(client_ids):
        try:
            container.people.add(new, password)
        except UserExistsError:
            if not known_password:
                user = container.people.get_by_email(new.email)
                container.people.change(user.id, UserChange(), password=password)
    return password


def _people(client_ids: Collection[ClientId]) -> list[NewUser]:
    first = [client_id for client_id in client_ids if client_id == ONE_CLIENT]
    return [
        NewUser(f"ana@{DOMAIN}", "Ana", Role.AGENT, client_ids),
        NewUser(f"ben@{DOMAIN}", "Ben", Role.AGENT, first),
        NewUser(f"tess@{DOMAIN}", "Tess", Role.TRAINER, client_ids),
        NewUser(f"lee@{DOMAIN}", "Lee", Role.LEAD, client_ids),
        NewUser(f"admin@{DOMAIN}", "Admin", Role.ADMIN),
    ]
