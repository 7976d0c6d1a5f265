"""Which client a conversation is of, in SQL."""

from __future__ import annotations

from sqlalchemy import Engine, select

from assist.adapters.sql.conversation_tables import conversations
from assist.domain.conversation import ConversationId
from knowledge_base.models import ClientId


class SqlConversationClients:
    """A `ConversationClients` that reads nothing else of a conversation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find_client(self, conversation_id: ConversationId) -> ClientId | None:
        """Read the client's id."""
        query = select(conversations.c.client_id).where(conversations.c.id == conversation_id)
        with self._engine.connect() as connection:
            found = connection.scalar(query)
        return ClientId(found) if found is not None else None
