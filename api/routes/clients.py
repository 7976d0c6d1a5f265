"""The client that a request is about."""

from fastapi import APIRouter

from api.auth import ClientAsker, ContainerDep
from api.schemas.clients import ClientOut

router = APIRouter(tags=["Client"])


@router.get("/client")
def get_client(caller: ClientAsker, container: ContainerDep) -> ClientOut:
    """Return the public part of the client's profile: how it greets, looks and is reached."""
    return ClientOut.of(caller.client_id, container.clients.get(caller.client_id))
