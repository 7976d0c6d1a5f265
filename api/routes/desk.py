"""What agents do with a conversation, and the queue of one client."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Header, Query
from starlette.exceptions import HTTPException

from api.auth import AgentKey, ContainerDep, DeskWorker, JsonBody, Person
from api.conversation_access import AgentsConversation, parse_id
from api.desk_acting import acting, confirmed_by, target_of
from api.desk_rows import describe_conversation
from api.routes.conversations import IdempotencyKey
from api.schemas.conversations import ConversationOut, ConversationsOut, ExchangeOut
from api.schemas.desk_actions import (
    EscalateIn,
    HandBackIn,
    NoteIn,
    ReplyIn,
    ResolveIn,
    TransferIn,
)
from api.schemas.desk_conversations import DeskConversation
from assist.domain.conversation import ConversationState
from assist.domain.errors import ConversationNotFoundError
from assist.domain.exchange import QueuePlace
from assist.domain.rules import Priority

OptionalHandBack = Annotated[
    HandBackIn | None, Body(json_schema_extra={"example": {"note": "The refund is on its way."}})
]
OptionalResolve = Annotated[
    ResolveIn | None, Body(json_schema_extra={"example": {"disposition": "answered"}})
]

ActionKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="repeat a request with it after a lost connection: nothing is done twice",
    ),
]

router = APIRouter(prefix="/conversations", tags=["Conversations"])


@router.get("")
def list_conversations(
    key: AgentKey,
    container: ContainerDep,
    state: Literal[ConversationState.QUEUED] = ConversationState.QUEUED,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(description="`next_cursor` of the page before")] = "",
) -> ConversationsOut:
    """List a client's conversations that wait for a person: the most urgent, then the longest.

    `GET /v1/desk/conversations` has more views, over all clients of the caller.
    """
    del state  # the only one so far; a wrong one is refused
    after = _decode_cursor(cursor) if cursor else None
    found = container.conversation_lists.list_queued(key.client_id, after, limit + 1)
    page = found[:limit]
    following = _encode_cursor(QueuePlace.of(page[-1])) if len(found) > limit else None
    items = [ConversationOut.of(conversation) for conversation in page]
    return ConversationsOut(items=items, next_cursor=following)


@router.post("/{conversation_id}/claim")
def claim(
    conversation: AgentsConversation, person: Person, container: ContainerDep
) -> DeskConversation:
    """Take a conversation from the queue, or over from the assistant.

    Exactly one of two agents gets it. The one who has it may ask again, which ends waiting for the
    client company.
    """
    claimed = container.desk.claim(conversation, person.user).conversation
    return describe_conversation(container, claimed)


@router.post("/{conversation_id}/reply", dependencies=[JsonBody])
def reply(
    body: ReplyIn,
    conversation: AgentsConversation,
    access: DeskWorker,
    container: ContainerDep,
    idempotency_key: IdempotencyKey,
) -> ExchangeOut:
    """Send an agent's message; the assistant is silent from then on.

    A conversation that nobody has becomes the agent's. A text with findings is stopped until they
    are named in `confirm`, as far as they may be.
    """
    exchange = container.desk.reply(
        conversation,
        acting(access),
        body.text,
        idempotency_key,
        suggestion_id=body.suggestion_id,
        confirmed=confirmed_by(access, body.confirm),
        user=access.user,
    )
    return ExchangeOut.of(exchange)


@router.post("/{conversation_id}/notes", dependencies=[JsonBody])
def add_note(
    body: NoteIn,
    conversation: AgentsConversation,
    access: DeskWorker,
    container: ContainerDep,
    key: ActionKey = "",
) -> ExchangeOut:
    """Add a note for agents; customers never get it."""
    return ExchangeOut.of(container.desk.add_note(conversation, acting(access), body.text, key=key))


@router.post("/{conversation_id}/transfer", dependencies=[JsonBody])
def transfer(
    body: TransferIn,
    conversation: AgentsConversation,
    access: DeskWorker,
    container: ContainerDep,
    key: ActionKey = "",
) -> ExchangeOut:
    """Pass the conversation to a person who serves the client, or to one of its queues."""
    target = target_of(container, conversation, body)
    return ExchangeOut.of(
        container.desk.transfer(conversation, acting(access), target, body.note, key=key)
    )


@router.post("/{conversation_id}/handback")
def hand_back(
    conversation: AgentsConversation,
    access: DeskWorker,
    container: ContainerDep,
    body: OptionalHandBack = None,
    key: ActionKey = "",
) -> ExchangeOut:
    """Return the conversation to the assistant, which answers the next message."""
    note = body.note if body else ""
    return ExchangeOut.of(container.desk.hand_back(conversation, acting(access), note, key=key))


@router.post("/{conversation_id}/escalate", dependencies=[JsonBody])
def escalate(
    body: EscalateIn,
    conversation: AgentsConversation,
    access: DeskWorker,
    container: ContainerDep,
    key: ActionKey = "",
) -> ExchangeOut:
    """Ask the client company; the service level's clock stands still until it answers."""
    return ExchangeOut.of(container.desk.escalate(conversation, acting(access), body.note, key=key))


@router.post("/{conversation_id}/resolve")
def resolve(
    conversation: AgentsConversation,
    access: DeskWorker,
    container: ContainerDep,
    body: OptionalResolve = None,
    key: ActionKey = "",
) -> ExchangeOut:
    """End the conversation; its customer can take it up again for some days."""
    given = body or ResolveIn()
    return ExchangeOut.of(
        container.desk.resolve(conversation, acting(access), given.disposition, given.note, key=key)
    )


@router.post("/{conversation_id}/reopen")
def reopen(
    conversation: AgentsConversation,
    access: DeskWorker,
    container: ContainerDep,
    key: ActionKey = "",
) -> ExchangeOut:
    """Take up a resolved conversation again; the agent has it from then on."""
    return ExchangeOut.of(container.desk.reopen(conversation, acting(access), access.user, key=key))


def _encode_cursor(place: QueuePlace) -> str:
    parts = [place.priority, place.queued_at.isoformat(), place.conversation_id]
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> QueuePlace:
    try:
        parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        priority, queued_at, conversation_id = parts
        moment = datetime.fromisoformat(queued_at).astimezone(UTC)
        return QueuePlace(Priority(priority), moment, parse_id(conversation_id))
    except (ValueError, TypeError, OverflowError, ConversationNotFoundError) as error:
        raise HTTPException(422, "`cursor` must be a `next_cursor` of an earlier page.") from error
