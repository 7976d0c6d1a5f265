"""Webhooks, contacts' keys and links, and Chatwoot desks in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from assist.adapters.sql.webhook_tables import (
    chatwoot_desks,
    chatwoot_links,
    contact_secrets,
    deliveries,
    reply_links,
    webhooks,
)
from assist.domain.chatwoot import ChatwootDesk, ChatwootLink
from assist.domain.conversation import ConversationId
from assist.domain.deliveries import TargetKind
from assist.domain.escalation import ReplyLink
from assist.domain.exchange import EventKind
from assist.domain.webhooks import Webhook, WebhookId
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId


class SqlWebhookStore:
    """A `WebhookStore` on one table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_webhook(self, webhook: Webhook) -> None:
        """Insert a webhook."""
        with writing(self._engine) as connection:
            connection.execute(insert(webhooks).values(_webhook_values(webhook)))

    def find_webhook(self, client_id: ClientId, webhook_id: WebhookId) -> Webhook | None:
        """Look up a client's webhook."""
        query = select(webhooks).where(*_is_webhook(client_id, webhook_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _webhook(row) if row else None

    def list_webhooks(self, client_id: ClientId) -> Sequence[Webhook]:
        """List by time."""
        query = select(webhooks).where(webhooks.c.client_id == client_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(webhooks.c.created_at, webhooks.c.id))
            return [_webhook(row) for row in rows.mappings()]

    def update_webhook(self, webhook: Webhook) -> None:
        """Write all columns."""
        own = _is_webhook(webhook.client_id, webhook.id)
        with writing(self._engine) as connection:
            connection.execute(update(webhooks).where(*own).values(_webhook_values(webhook)))

    def remove_webhook(self, client_id: ClientId, webhook_id: WebhookId) -> None:
        """Delete a webhook and its deliveries."""
        column = deliveries.c
        sent = (
            column.client_id == client_id,
            column.target_kind == TargetKind.WEBHOOK,
            column.target_id == webhook_id,
        )
        with writing(self._engine) as connection:
            connection.execute(delete(deliveries).where(*sent))
            connection.execute(delete(webhooks).where(*_is_webhook(client_id, webhook_id)))


class SqlContactStore:
    """A `ContactStore` on two tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get_secret(self, client_id: ClientId, new: str) -> str:
        """Insert the key unless there is one; of two first calls one wins."""
        column = contact_secrets.c
        query = select(column.secret).where(column.client_id == client_id)
        with self._engine.connect() as connection:
            known: str | None = connection.scalar(query)
        if known is not None:
            return known
        try:
            with writing(self._engine) as connection:
                values = {"client_id": client_id, "secret": new}
                connection.execute(insert(contact_secrets).values(values))
        except IntegrityError:
            with self._engine.connect() as connection:
                return str(connection.execute(query).scalar_one())
        return new

    def add_link(self, link: ReplyLink) -> None:
        """Insert a link."""
        with writing(self._engine) as connection:
            connection.execute(insert(reply_links).values(vars(link)))

    def find_link(self, digest: str) -> ReplyLink | None:
        """Look up a link."""
        query = select(reply_links).where(reply_links.c.digest == digest)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return ReplyLink(**row) if row else None


class SqlChatwootDesks:
    """`ChatwootDesks` on one table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_desk(self, desk: ChatwootDesk) -> None:
        """Insert a desk."""
        with writing(self._engine) as connection:
            connection.execute(insert(chatwoot_desks).values(vars(desk)))

    def find_desk(self, key: str) -> ChatwootDesk | None:
        """Look up a desk."""
        query = select(chatwoot_desks).where(chatwoot_desks.c.key == key)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return ChatwootDesk(**row) if row else None

    def list_desks(self, client_id: ClientId) -> Sequence[ChatwootDesk]:
        """List by time."""
        column = chatwoot_desks.c
        query = select(chatwoot_desks).where(column.client_id == client_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(column.created_at, column.key))
            return [ChatwootDesk(**row) for row in rows.mappings()]


class SqlChatwootLinks:
    """`ChatwootLinks` on one table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save_link(self, link: ChatwootLink) -> None:
        """Update a link, or insert it."""
        own = _is_link(link.desk_key, link.remote_id)
        with writing(self._engine) as connection:
            changed = connection.execute(update(chatwoot_links).where(*own).values(vars(link)))
            if not changed.rowcount:
                connection.execute(insert(chatwoot_links).values(vars(link)))

    def find_link(self, desk_key: str, remote_id: int) -> ChatwootLink | None:
        """Look up Chatwoot's conversation."""
        return self._find(*_is_link(desk_key, remote_id))

    def find_link_of(self, conversation_id: ConversationId) -> ChatwootLink | None:
        """Look up our conversation."""
        return self._find(chatwoot_links.c.conversation_id == conversation_id)

    def _find(self, *condition: Any) -> ChatwootLink | None:
        with self._engine.connect() as connection:
            query = select(chatwoot_links).where(*condition)
            row = connection.execute(query).mappings().first()
        return ChatwootLink(**row) if row else None


def _is_webhook(client_id: ClientId, webhook_id: WebhookId) -> tuple[Any, Any]:
    return webhooks.c.client_id == client_id, webhooks.c.id == webhook_id


def _is_link(desk_key: str, remote_id: int) -> tuple[Any, Any]:
    return chatwoot_links.c.desk_key == desk_key, chatwoot_links.c.remote_id == remote_id


def _webhook_values(webhook: Webhook) -> dict[str, Any]:
    return vars(webhook) | {"kinds": [str(kind) for kind in webhook.kinds]}


def _webhook(row: RowMapping) -> Webhook:
    kinds = tuple(EventKind(kind) for kind in row["kinds"])
    return Webhook(**{**row, "kinds": kinds})
