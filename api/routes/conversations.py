"""Conversations for their customers: start, write, read, follow live, ask for a person."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.auth import ContainerDep, CustomerKey, JsonBody
from api.conversation_access import CustomersConversation, VisibleConversation
from api.schemas.conversations import (
    ExchangeOut,
    MessageIn,
    MessageOut,
    MessagesOut,
    StartedOut,
    StartIn,
)

MAX_SEQUENCE = 2**31 - 1

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
    """
    conversation, token = container.desk.start(key.client_id, body.language)
    return StartedOut(conversation_id=conversation.id, token=token)


@router.post("/{conversation_id}/messages", dependencies=[JsonBody])
def send_message(
    body: MessageIn,
    conversation: CustomersConversation,
    container: ContainerDep,
    idempotency_key: IdempotencyKey,
) -> ExchangeOut:
    """Store the customer's message and return it with the assistant's reply.

    While people handle the conversation the assistant is silent. After an error or a lost
    connection, repeat the request with the same `Idempotency-Key`: nothing is stored twice.
    """
    return ExchangeOut.of(container.conversing.receive(conversation, body.text, idempotency_key))


@router.get("/{conversation_id}/messages")
def list_messages(
    conversation: VisibleConversation,
    container: ContainerDep,
    after: Annotated[int, Query(ge=0, le=MAX_SEQUENCE)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MessagesOut:
    """List the messages that follow a sequence; an agent's key needs no token."""
    messages = container.conversations.list_messages(conversation.id, after, limit)
    return MessagesOut(items=[MessageOut.of(message) for message in messages])


@router.get("/{conversation_id}/events", response_class=EventSourceResponse)
async def follow_conversation(
    conversation: VisibleConversation,
    container: ContainerDep,
    last_event_id: Annotated[int, Header(ge=0, le=MAX_SEQUENCE)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Stream the messages as server-sent events: the stored ones first, then the new ones.

    Each `message` event has the sequence as its id; after a break, `Last-Event-ID` resumes
    behind it. A comment every 15 seconds keeps the connection open.
    """
    async for message in container.following.follow(conversation.id, last_event_id):
        yield ServerSentEvent(
            event="message",
            id=str(message.sequence),
            data=MessageOut.of(message),
        )


@router.post("/{conversation_id}/handoff")
def ask_for_person(conversation: CustomersConversation, container: ContainerDep) -> ExchangeOut:
    """Hand the conversation to a person because its customer wants one.

    Asking again while people handle it changes nothing and returns no messages.
    """
    return ExchangeOut.of(container.desk.ask_for_person(conversation))
