"""Conversations for their customers: start, write, read, follow live, ask for a person."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Access, Asker, ContainerDep, CustomerKey, JsonBody
from api.conversation_access import CustomersConversation, VisibleConversation
from api.identities import as_customer, verify_identity
from api.message_stream import stream_exchange
from api.schemas.conversations import (
    ExchangeOut,
    MessageIn,
    MessageOut,
    MessagesOut,
    StartedOut,
    StartIn,
    StatusOut,
)
from api.stream_guard import while_allowed
from assist.domain.people import Permission
from assist.domain.status import Status
from assist.services.typing_board import CUSTOMER
from knowledge_base.models import Audience

MAX_SEQUENCE = 2**31 - 1
EVENT_STREAM = "text/event-stream"

IdempotencyKey = Annotated[
    str,
    Header(
        min_length=1,
        max_length=200,
        description="new for each message; a repeated one returns what the first request led to",
    ),
]

router = APIRouter(prefix="/conversations", tags=["Conversations"])


@router.post("", status_code=201, dependencies=[JsonBody])
def start_conversation(body: StartIn, key: CustomerKey, container: ContainerDep) -> StartedOut:
    """Start a conversation with a customer.

    The token opens this conversation and no other one; it belongs to the customer's session.
    With the identity of a customer who has an open conversation, that one goes on with a new
    token, and the old token opens it no more.
    """
    identity = verify_identity(container, key, body.identity) if body.identity else None
    found = container.customers.resume(key.client_id, identity) if identity else None
    conversation, token = found or container.desk.start(
        key.client_id,
        body.language,
        channel=body.channel,
        customer=as_customer(identity, body.page_url),
    )
    return StartedOut(conversation_id=conversation.id, token=token)


@router.post(
    "/{conversation_id}/messages",
    dependencies=[JsonBody],
    response_model=ExchangeOut,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def send_message(
    body: MessageIn,
    conversation: CustomersConversation,
    container: ContainerDep,
    idempotency_key: IdempotencyKey,
    request: Request,
) -> ExchangeOut | Response:
    """Store the customer's message and return it with the assistant's reply.

    While people handle the conversation the assistant is silent. After an error or a lost
    connection, repeat the request with the same `Idempotency-Key`: nothing is stored twice.

    With `Accept: text/event-stream` the answer is a stream: `accepted` has the stored message, each
    `delta` a piece of the reply's text, and `done` what the request returns otherwise. `error`
    holds a problem and ends the stream.
    """
    receive = partial(container.conversing.receive, conversation, body.text, idempotency_key)
    if EVENT_STREAM in request.headers.get("accept", ""):
        return await stream_exchange(receive, request.url.path)
    return ExchangeOut.of(await run_in_threadpool(receive))


@router.get("/{conversation_id}/messages")
def list_messages(
    conversation: VisibleConversation,
    access: Asker,
    container: ContainerDep,
    after: Annotated[int, Query(ge=0, le=MAX_SEQUENCE)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MessagesOut:
    """List the messages that follow a sequence; agents need no token, and get notes too."""
    messages = container.conversations.list_messages(
        conversation.id, after, limit, _audience(access)
    )
    return MessagesOut(items=[MessageOut.of(message) for message in messages])


@router.get("/{conversation_id}/events", response_class=EventSourceResponse)
async def follow_conversation(
    conversation: VisibleConversation,
    access: Asker,
    container: ContainerDep,
    last_event_id: Annotated[int, Header(ge=0, le=MAX_SEQUENCE)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Stream the messages as server-sent events: the stored ones first, then the new ones.

    Each `message` event has the sequence as its id; after a break, `Last-Event-ID` resumes
    behind it. A `state` event comes first and whenever it changes; it has no id. A comment every
    15 seconds keeps the connection open.
    """
    news = container.following.follow(conversation, last_event_id, _audience(access))
    async for item in while_allowed(news, container, access):
        if isinstance(item, Status):
            yield ServerSentEvent(event="state", data=StatusOut.of(item))
        else:
            yield ServerSentEvent(event="message", id=str(item.sequence), data=MessageOut.of(item))


@router.post("/{conversation_id}/handoff")
def ask_for_person(conversation: CustomersConversation, container: ContainerDep) -> ExchangeOut:
    """Hand the conversation to a person because its customer wants one.

    Asking again while people handle it changes nothing and returns no messages.
    """
    return ExchangeOut.of(container.desk.ask_for_person(conversation))


@router.post("/{conversation_id}/typing", status_code=204)
def show_typing(conversation: VisibleConversation, access: Asker, container: ContainerDep) -> None:
    """Show the other side for a few seconds that somebody types; send it every three seconds."""
    who = CUSTOMER
    if access.allows(Permission.READ_DESK):
        access.check(Permission.WORK_DESK)
        who = access.actor_name or "agent"
    container.typing.note(conversation, who)


def _audience(access: Access) -> Audience:
    """Return what the caller may read of a conversation."""
    return Audience.INTERNAL if access.allows(Permission.READ_DESK) else Audience.PUBLIC
