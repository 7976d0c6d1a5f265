"""Which conversation a request opens: by the customer's token, or by the key of an agent."""

import re
from typing import Annotated

from fastapi import Depends, Header

from api.auth import AgentKey, ContainerDep, CustomerKey
from assist.bootstrap import Container
from assist.domain.conversation import Conversation, ConversationId
from assist.domain.errors import ConversationNotFoundError
from assist.domain.keys import KeyScope
from knowledge_base.models import ClientId

_ID = re.compile(r"[0-9a-f]{32}")

Token = Annotated[
    str,
    Header(
        alias="X-Conversation-Token",
        description="the `token` with which the conversation was started",
    ),
]


def _customers_conversation(
    conversation_id: str, key: CustomerKey, container: ContainerDep, token: Token = ""
) -> Conversation:
    """Open the conversation for its customer."""
    conversation = _get(container, key.client_id, conversation_id)
    if not conversation.opens_with(token):
        raise _not_found(conversation_id)
    return conversation


def _visible_conversation(
    conversation_id: str, key: CustomerKey, container: ContainerDep, token: Token = ""
) -> Conversation:
    """Open the conversation to be read: agents need no token."""
    if key.scope.includes(KeyScope.AGENT):
        return _get(container, key.client_id, conversation_id)
    return _customers_conversation(conversation_id, key, container, token)


def _agents_conversation(
    conversation_id: str, key: AgentKey, container: ContainerDep
) -> Conversation:
    """Open a conversation of the agent's client."""
    return _get(container, key.client_id, conversation_id)


CustomersConversation = Annotated[Conversation, Depends(_customers_conversation)]
VisibleConversation = Annotated[Conversation, Depends(_visible_conversation)]
AgentsConversation = Annotated[Conversation, Depends(_agents_conversation)]


def parse_id(text: str) -> ConversationId:
    """Check an id before it reaches the database. Raises `ConversationNotFoundError`."""
    if not _ID.fullmatch(text):
        raise _not_found(text)
    return ConversationId(text)


def _get(container: Container, client_id: ClientId, conversation_id: str) -> Conversation:
    found = container.conversations.find_conversation(client_id, parse_id(conversation_id))
    if found is None:
        raise _not_found(conversation_id)
    return found


def _not_found(conversation_id: str) -> ConversationNotFoundError:
    """Say the same of an unknown conversation as of one that the token does not open."""
    return ConversationNotFoundError(
        f"There is no conversation {conversation_id!r} that this key and token open."
    )
