"""Adds and reads clients."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from assist.domain.client import CLIENT_ID, ClientProfile
from assist.domain.errors import InvalidClientError
from assist.ports import ClientDirectory
from knowledge_base.models import ClientId


class ClientService:
    """Clients with checked ids and profiles."""

    def __init__(self, directory: ClientDirectory) -> None:
        self._directory = directory

    def add(self, name: str, profile: Mapping[str, object] | None = None) -> ClientId:
        """Add a client under an id; without a profile it is called by its id.

        Raises `InvalidClientError` or `ClientExistsError`.
        """
        client_id = parse_client_id(name)
        self._directory.add_client(client_id, parse_profile(profile or {"name": name}))
        return client_id

    def update(self, client_id: ClientId, profile: Mapping[str, object]) -> None:
        """Replace a client's profile. Raises `InvalidClientError` or `ClientNotFoundError`."""
        self._directory.update_client(client_id, parse_profile(profile))

    def get(self, client_id: ClientId) -> ClientProfile:
        """Return a client's profile. Raises `ClientNotFoundError`."""
        return self._directory.get_client(client_id)

    def list_all(self) -> list[tuple[ClientId, ClientProfile]]:
        """Return all clients by id."""
        return self._directory.list_clients()


def parse_client_id(name: str) -> ClientId:
    """Check a client's id. Raises `InvalidClientError`."""
    if not CLIENT_ID.fullmatch(name):
        raise InvalidClientError(
            f"{name!r} cannot be a client's id; use up to 40 lower-case letters, digits and "
            "hyphens, for example 'northern-energy'"
        )
    return ClientId(name)


def parse_profile(values: Mapping[str, object]) -> ClientProfile:
    """Check a profile. Raises `InvalidClientError` naming every field that is wrong."""
    try:
        return ClientProfile.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: "
            + fault["msg"].removeprefix("Value error, ")
            for fault in error.errors()
        )
        raise InvalidClientError(f"the client profile is not valid: {faults}") from error
