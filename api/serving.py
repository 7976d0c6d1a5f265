"""Which client a request at the desk is about, where it is named beside the credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from api.logs import note_client
from knowledge_base.models import ClientId

if TYPE_CHECKING:
    from api.auth import Access


def served_client(access: Access, name: str) -> ClientId:
    """Return the client that is named, or the only one that the caller serves.

    Raises 422 where a name is missing and 404 for a client that the caller does not serve.
    """
    served = access.client_ids()
    if not name and len(served) != 1:
        raise HTTPException(422, "Name the client in `client`: you serve several.")
    client_id = ClientId(name) if name else next(iter(served))
    if client_id not in served:
        raise HTTPException(404, f"There is no client {name!r} that you serve.")
    note_client(client_id)
    return client_id
