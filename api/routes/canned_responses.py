"""Canned responses of a client, for those who look after its knowledge."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import ClientReader, ClientTrainer, ContainerDep, JsonBody
from api.schemas.canned_responses import CannedChangeIn, CannedIn, CannedListOut, CannedOut
from assist.domain.canned import CannedResponseId

router = APIRouter(prefix="/canned-responses", tags=["Suggestions"])


@router.get("")
def list_canned_responses(
    caller: ClientReader,
    container: ContainerDep,
    q: Annotated[str, Query(max_length=200, description="words to look for")] = "",
) -> CannedListOut:
    """List the client's canned responses by title, or those that hold all the words."""
    found = container.canned_responses.search(caller.client_id, q)
    return CannedListOut(items=[CannedOut.of(each) for each in found])


@router.post("", status_code=201, dependencies=[JsonBody])
def add_canned_response(
    body: CannedIn, caller: ClientTrainer, container: ContainerDep
) -> CannedOut:
    """Add a canned response; the slots in its text must be known ones."""
    added = container.canned_responses.add(
        caller.client_id, body.title, body.text, tags=body.tags, language=body.language
    )
    return CannedOut.of(added)


@router.patch("/{response_id}", dependencies=[JsonBody])
def change_canned_response(
    response_id: str, body: CannedChangeIn, caller: ClientTrainer, container: ContainerDep
) -> CannedOut:
    """Replace the given fields of a canned response."""
    changes = body.model_dump(exclude_none=True)
    changed = container.canned_responses.change(
        caller.client_id, CannedResponseId(response_id), **changes
    )
    return CannedOut.of(changed)


@router.delete("/{response_id}", status_code=204)
def remove_canned_response(
    response_id: str, caller: ClientTrainer, container: ContainerDep
) -> None:
    """Remove a canned response."""
    container.canned_responses.remove(caller.client_id, CannedResponseId(response_id))
