"""What agents look at: their clients' conversations in views and live, colleagues and clients."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.auth import Access, ContainerDep, DeskReader
from api.conversation_access import ReadersConversation
from api.desk_rows import (
    RowWriter,
    decode_mark,
    decode_place,
    describe_conversation,
    encode_mark,
    encode_place,
)
from api.schemas.desk import DeskRowsOut
from api.schemas.desk_conversations import DeskConversation
from api.schemas.desk_people import AgentOut, AgentsOut, DeskClientOut, DeskClientsOut
from api.stream_guard import while_allowed
from assist.domain.desk import DeskEntry, DeskQuery, DeskView
from assist.domain.errors import ClientNotFoundError
from assist.services.desk_stream import DeskNews
from assist.services.typing_board import Typing
from knowledge_base.models import ClientId

router = APIRouter(prefix="/desk", tags=["Desk"])


def _since(
    last_event_id: Annotated[
        str, Header(max_length=200, description="the `id` of the last event that came")
    ] = "",
) -> datetime | None:
    """Read from where a stream resumes, while the request can still be refused."""
    return decode_mark(last_event_id) if last_event_id else None


Since = Annotated[datetime | None, Depends(_since)]
ClientFilter = Annotated[str, Query(description="id of a client; all of the caller's without it")]


@router.get("/conversations")
def list_desk_conversations(
    access: DeskReader,
    container: ContainerDep,
    view: DeskView = DeskView.WAITING,
    client: ClientFilter = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(description="`next_cursor` of the page before")] = "",
) -> DeskRowsOut:
    """List conversations over all clients of the caller.

    `waiting` has the most urgent first, then what the agent has the skill for, then the longest
    waiting. The others begin with the newest change; `mine` is empty for a key.
    """
    query = DeskQuery(
        view,
        _served(access, client),
        access.user.id if access.user else None,
        access.user.skills if access.user else None,
    )
    after = decode_place(cursor, view) if cursor else None
    page, following = container.desk_views.list_page(query, after, limit)
    rows = RowWriter(container)
    return DeskRowsOut(
        items=[rows.write(entry) for entry in page],
        next_cursor=encode_place(following) if following else None,
    )


@router.get("/conversations/{conversation_id}")
def read_desk_conversation(
    conversation: ReadersConversation, container: ContainerDep
) -> DeskConversation:
    """Return a conversation with its packet and history; its messages are read for themselves."""
    return describe_conversation(container, conversation)


@router.get("/events", response_class=EventSourceResponse)
async def follow_desk(
    access: DeskReader,
    container: ContainerDep,
    since: Since,
) -> AsyncIterator[ServerSentEvent]:
    """Stream what changes in the conversations of all clients of the caller.

    First come all that are not resolved, or with `Last-Event-ID` all that changed since, then
    `ready`. A row may come twice: keep the one with the highest `revision`. `typing` tells who
    types. A comment every 15 seconds keeps the connection open.
    """
    served = await run_in_threadpool(access.client_ids)
    news = container.desk_stream.follow(served, since)
    rows = RowWriter(container)
    await run_in_threadpool(rows.learn, served)
    async for each in while_allowed(news, container, access):
        yield _event(each, rows)


@router.get("/agents")
def list_agents(
    access: DeskReader, container: ContainerDep, client: Annotated[str, Query(min_length=1)]
) -> AgentsOut:
    """List who works on a client's conversations, whether they are there, and how busy they are."""
    [client_id] = _served(access, client)
    colleagues = container.desk_views.list_agents(client_id)
    return AgentsOut(items=[AgentOut.of(colleague) for colleague in colleagues])


@router.get("/clients")
def list_desk_clients(access: DeskReader, container: ContainerDep) -> DeskClientsOut:
    """List the clients whom the caller serves, with their queues and dispositions."""
    served = access.client_ids()
    found = [each for each in container.clients.list_all() if each[0] in served]
    return DeskClientsOut(
        items=[DeskClientOut.of(client_id, profile) for client_id, profile in found]
    )


def _served(access: Access, client: str) -> frozenset[ClientId]:
    """Return the client that the request names, or all; another's is as unknown as none."""
    served = access.client_ids()
    if not client:
        return served
    if client not in served:
        raise ClientNotFoundError(f"There is no client {client!r} that you serve.")
    return frozenset({ClientId(client)})


def _event(news: DeskNews, rows: RowWriter) -> ServerSentEvent:
    event_id = encode_mark(news.mark) if news.mark else None
    match news.item:
        case DeskEntry():
            return ServerSentEvent(event="conversation", id=event_id, data=rows.write(news.item))
        case Typing():
            typing = {"conversation_id": news.item.conversation_id, "who": news.item.who}
            return ServerSentEvent(event="typing", id=event_id, data=typing)
        case _:
            return ServerSentEvent(event="ready", id=event_id, data={})
