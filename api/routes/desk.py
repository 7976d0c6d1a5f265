"""Conversations for agents: the queue, and what an agent does with a conversation."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException

from api.auth import AgentKey, ContainerDep, JsonBody
from api.conversation_access import AgentsConversation, parse_id
from api.routes.conversations import IdempotencyKey
from api.schemas.conversations import ConversationOut, ConversationsOut, ExchangeOut, MessageIn
from assist.domain.conversation import ConversationState
from assist.domain.errors import ConversationNotFoundError
from assist.domain.exchange import QueuePlace
from assist.domain.rules import Priority

router = APIRouter(prefix="/conversations", tags=["Conversations"])


@router.get("")
def list_conversations(
    key: AgentKey,
    container: ContainerDep,
    state: Literal[ConversationState.QUEUED] = ConversationState.QUEUED,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(description="`next_cursor` of the page before")] = "",
) -> ConversationsOut:
    """List the conversations that wait for a person: the most urgent, then the longest waiting."""
    del state  # the only one so far; a wrong one is refused
    after = _decode_cursor(cursor) if cursor else None
    found = container.conversation_lists.list_queued(key.client_id, after, limit + 1)
    page = found[:limit]
    following = _encode_cursor(QueuePlace.of(page[-1])) if len(found) > limit else None
    items = [ConversationOut.of(conversation) for conversation in page]
    return ConversationsOut(items=items, next_cursor=following)


@router.post("/{conversation_id}/reply", dependencies=[JsonBody])
def reply(
    body: MessageIn,
    conversation: AgentsConversation,
    container: ContainerDep,
    idempotency_key: IdempotencyKey,
) -> ExchangeOut:
    """Send an agent's message; the assistant is silent from then on."""
    return ExchangeOut.of(container.desk.reply(conversation, body.text, idempotency_key))


@router.post("/{conversation_id}/handback")
def hand_back(conversation: AgentsConversation, container: ContainerDep) -> ExchangeOut:
    """Return the conversation to the assistant, which answers the next message."""
    return ExchangeOut.of(container.desk.hand_back(conversation))


@router.post("/{conversation_id}/resolve")
def resolve(conversation: AgentsConversation, container: ContainerDep) -> ExchangeOut:
    """End the conversation; it takes no further messages."""
    return ExchangeOut.of(container.desk.resolve(conversation))


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
