"""The client that the caller's key opens."""

from fastapi import APIRouter

from api.auth import ContainerDep, CustomerKey
from api.schemas.clients import ClientOut

router = APIRouter(tags=["Client"])


@router.get("/client")
def get_client(key: CustomerKey, container: ContainerDep) -> ClientOut:
    """Return the public part of the client's profile: how it greets, looks and is reached."""
    return ClientOut.of(key.client_id, container.clients.get(key.client_id))
