"""Which conversation a request opens: for its customer by the token, for agents by its client."""

import re
from typing import Annotated

from fastapi import Depends, Header

from api.auth import Access, Asker, ContainerDep, CustomerKey, DeskReader, DeskWorker
from api.logs import note_client
from assist.bootstrap import Container
from assist.domain.conversation import Conversation, ConversationId
from assist.domain.errors import ConversationNotFoundError
from assist.domain.people import Permission
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
    conversation_id: str, caller: CustomerKey, container: ContainerDep, token: Token = ""
) -> Conversation:
    """Open the conversation for its customer."""
    return _with_token(container, caller.client_id, conversation_id, token)


def _visible_conversation(
    conversation_id: str, access: Asker, container: ContainerDep, token: Token = ""
) -> Conversation:
    """Open the conversation to be read: whoever may read at the desk needs no token."""
    if access.key and not access.allows(Permission.READ_DESK):
        return _with_token(container, access.key.client_id, conversation_id, token)
    access.check(Permission.READ_DESK)
    return open_served(container, access, conversation_id)


def _read_conversation(
    conversation_id: str, access: DeskReader, container: ContainerDep
) -> Conversation:
    """Open a conversation of a client that the caller serves, to be read at the desk."""
    return open_served(container, access, conversation_id)


def _agents_conversation(
    conversation_id: str, access: DeskWorker, container: ContainerDep
) -> Conversation:
    """Open a conversation of a client that the caller serves, to be worked on."""
    return open_served(container, access, conversation_id)


CustomersConversation = Annotated[Conversation, Depends(_customers_conversation)]
VisibleConversation = Annotated[Conversation, Depends(_visible_conversation)]
ReadersConversation = Annotated[Conversation, Depends(_read_conversation)]
AgentsConversation = Annotated[Conversation, Depends(_agents_conversation)]


def parse_id(text: str) -> ConversationId:
    """Check an id before it reaches the database. Raises `ConversationNotFoundError`."""
    if not _ID.fullmatch(text):
        raise _not_found(text)
    return ConversationId(text)


def _with_token(
    container: Container, client_id: ClientId, conversation_id: str, token: str
) -> Conversation:
    conversation = _get(container, client_id, conversation_id)
    if not conversation.opens_with(token):
        raise _not_found(conversation_id)
    return conversation


def open_served(container: Container, access: Access, conversation_id: str) -> Conversation:
    """Open a conversation whose client the caller serves; any other one is as unknown as none."""
    if access.key:
        return _get(container, access.key.client_id, conversation_id)
    client_id = container.conversation_clients.find_client(parse_id(conversation_id))
    if client_id is None or not access.serves(client_id):
        raise _not_found(conversation_id)
    note_client(client_id)
    return _get(container, client_id, conversation_id)


def _get(container: Container, client_id: ClientId, conversation_id: str) -> Conversation:
    found = container.conversations.find_conversation(client_id, parse_id(conversation_id))
    if found is None:
        raise _not_found(conversation_id)
    return found


def _not_found(conversation_id: str) -> ConversationNotFoundError:
    """Say the same of an unknown conversation as of one that is not the caller's."""
    return ConversationNotFoundError(
        f"There is no conversation {conversation_id!r} that your credentials open."
    )
