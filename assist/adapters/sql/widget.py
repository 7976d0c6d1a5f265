"""Sites, ratings, feedback and customers' own conversations in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    Table,
    and_,
    delete,
    insert,
    select,
    update,
)

from assist.adapters.sql.conversation_rows import read_conversation, select_conversations
from assist.adapters.sql.conversation_tables import conversations, outbox
from assist.adapters.sql.widget_tables import message_feedback, ratings, sites
from assist.domain.conversation import Conversation, ConversationId, ConversationState
from assist.domain.exchange import EventKind
from assist.domain.rating import Rating, ServedBy
from assist.domain.site import Site, SiteKey
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId


class SqlSiteDirectory:
    """A `SiteDirectory` with one row a site."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_site(self, site: Site) -> None:
        """Insert a site."""
        values = _site_values(site) | {
            "key": site.key,
            "client_id": site.client_id,
            "created_at": site.created_at,
        }
        with writing(self._engine) as connection:
            connection.execute(insert(sites).values(values))

    def find_site(self, key: SiteKey) -> Site | None:
        """Look a site up by its key."""
        with self._engine.connect() as connection:
            row = connection.execute(select(sites).where(sites.c.key == key)).mappings().first()
        return _site(row) if row else None

    def list_sites(self, client_id: ClientId) -> Sequence[Site]:
        """List by age."""
        query = select(sites).where(sites.c.client_id == client_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(sites.c.created_at, sites.c.key)).mappings()
            return [_site(row) for row in rows]

    def save_site(self, site: Site) -> bool:
        """Update what may change."""
        own = (sites.c.client_id == site.client_id) & (sites.c.key == site.key)
        with writing(self._engine) as connection:
            result = connection.execute(update(sites).where(own).values(_site_values(site)))
        return bool(result.rowcount)

    def remove_site(self, client_id: ClientId, key: SiteKey) -> bool:
        """Delete a site."""
        own = (sites.c.client_id == client_id) & (sites.c.key == key)
        with writing(self._engine) as connection:
            return bool(connection.execute(delete(sites).where(own)).rowcount)


class SqlOpinions:
    """`Opinions` that are written under the conversation's lock, so that a repeated one is one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save_rating(self, conversation: Conversation, rating: Rating) -> None:
        """Replace the rating and add its event."""
        values = {
            "client_id": conversation.client_id,
            "score": rating.score,
            "comment": rating.comment,
            "served_by": rating.served_by,
            "rated_at": rating.rated_at,
            "reopened": rating.reopened,
        }
        with writing(self._engine) as connection:
            _lock(connection, conversation.id)
            _replace(connection, ratings, {"conversation_id": conversation.id}, values)
            connection.execute(insert(outbox).values(_rated_event(conversation, rating)))

    def find_rating(self, conversation_id: ConversationId) -> Rating | None:
        """Look the rating up."""
        query = select(ratings).where(ratings.c.conversation_id == conversation_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        values: dict[str, Any] = {name: value for name, value in row.items() if name != "client_id"}
        return Rating(**values | {"served_by": ServedBy(row["served_by"])})

    def save_feedback(
        self, conversation: Conversation, sequence: int, at: datetime, *, is_helpful: bool
    ) -> None:
        """Replace the word on a message."""
        key = {"conversation_id": conversation.id, "sequence": sequence}
        values = {"client_id": conversation.client_id, "helpful": is_helpful, "given_at": at}
        with writing(self._engine) as connection:
            _lock(connection, conversation.id)
            _replace(connection, message_feedback, key, values)

    def list_feedback(self, conversation_id: ConversationId) -> Mapping[int, bool]:
        """List by sequence."""
        column = message_feedback.c
        query = select(column.sequence, column.helpful).where(
            column.conversation_id == conversation_id
        )
        with self._engine.connect() as connection:
            return {row.sequence: row.helpful for row in connection.execute(query)}


class SqlCustomerConversations:
    """`CustomerConversations` over the customers' own ids."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find_open(self, client_id: ClientId, external_id: str) -> Conversation | None:
        """Look among the client's conversations that are not resolved; they are few."""
        column = conversations.c
        open_states = [each for each in ConversationState if each is not ConversationState.RESOLVED]
        query = (
            select_conversations()
            .where(
                column.client_id == client_id,
                column.state.in_(open_states),
                column.customer["external_id"].as_string() == external_id,
                column.customer["is_verified"].as_boolean(),
            )
            .order_by(column.created_at.desc(), column.id)
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return read_conversation(row) if row else None


def _lock(connection: Connection, conversation_id: ConversationId) -> None:
    """Let nobody else write about the conversation until the commit."""
    own = conversations.c.id == conversation_id
    connection.execute(select(conversations.c.id).where(own).with_for_update())


def _replace(
    connection: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    own = and_(*(table.c[name] == value for name, value in key.items()))
    if not connection.execute(update(table).where(own).values(**values)).rowcount:
        connection.execute(insert(table).values(**key, **values))


def _rated_event(conversation: Conversation, rating: Rating) -> dict[str, Any]:
    return {
        "client_id": conversation.client_id,
        "conversation_id": conversation.id,
        "kind": EventKind.RATED,
        "sequence": conversation.last_sequence,
        "state": conversation.state,
        "created_at": rating.rated_at,
    }


def _site_values(site: Site) -> dict[str, Any]:
    return {"label": site.label, "origins": list(site.origins), "secret": site.secret}


def _site(row: RowMapping) -> Site:
    return Site(**{**row, "origins": tuple(row["origins"])})
