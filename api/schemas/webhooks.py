"""Webhooks and their deliveries as JSON."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from assist.domain.deliveries import Delivery, DeliveryState
from assist.domain.exchange import EventKind
from assist.domain.targets import MAX_URL
from assist.domain.webhooks import Webhook

_URL = "https://desk.example.com/hooks/assist"
_ID = "0b9ff1ad1c4f4f0c9a3f6f3a54a2a0c1"

Url = Annotated[str, Field(min_length=1, max_length=MAX_URL)]
Kinds = Annotated[
    list[EventKind],
    Field(max_length=len(EventKind), description="what the webhook is told; empty: everything"),
]
Description = Annotated[str, Field(max_length=200)]


def _example(**body: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [body]})


def _shown(body: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [body]})


class WebhookIn(BaseModel):
    """A new webhook."""

    model_config = _example(url=_URL, kinds=["conversation.handed_off", "message.added"])

    url: Url
    kinds: Kinds = []
    include_internal: Annotated[
        bool, Field(description="also tell the internal notes of agents")
    ] = False
    description: Description = ""


class WebhookPatchIn(BaseModel):
    """Changes of a webhook; what is not given stays."""

    model_config = _example(disabled=False)

    url: Url | None = None
    kinds: Kinds | None = None
    include_internal: bool | None = None
    description: Description | None = None
    disabled: bool | None = None

    def changes(self) -> dict[str, Any]:
        """Return what is given, except whether the webhook is on."""
        return self.model_dump(exclude_none=True, exclude={"disabled"})


_WEBHOOK = {
    "id": _ID,
    "url": _URL,
    "kinds": ["conversation.handed_off"],
    "include_internal": False,
    "description": "",
    "created_at": "2026-11-20T12:00:00Z",
    "disabled": False,
    "disabled_reason": "",
}
_DELIVERY = {
    "id": 12,
    "message_id": "evt_31",
    "kind": "conversation.handed_off",
    "conversation_id": "5d0a9f6c1f0d4c69a5d1a4f6d1c9e7b2",
    "sequence": 4,
    "state": "dead",
    "attempt": 7,
    "status": 500,
    "error": "the receiver answered 500",
    "created_at": "2026-11-20T12:00:00Z",
    "next_at": None,
    "finished_at": "2026-11-20T19:12:35Z",
}


class WebhookOut(BaseModel):
    """A webhook; its secret is shown only when it is added."""

    model_config = _shown(_WEBHOOK)

    id: str
    url: str
    kinds: list[EventKind]
    include_internal: bool
    description: str
    created_at: datetime
    disabled: bool
    disabled_reason: str

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookOut":
        """Describe a webhook without its secret."""
        return cls(**_fields(webhook))


class NewWebhookOut(WebhookOut):
    """A webhook that was just added, with the secret that verifies its signatures."""

    model_config = _shown(_WEBHOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})

    secret: str

    @classmethod
    def of(cls, webhook: Webhook) -> "NewWebhookOut":
        """Describe a webhook with its secret."""
        return cls(**_fields(webhook), secret=webhook.secret)


class WebhooksOut(BaseModel):
    """The webhooks of a client, oldest first."""

    model_config = _shown({"items": [_WEBHOOK]})

    items: list[WebhookOut]


class DeliveryOut(BaseModel):
    """One event for a webhook, and what became of it; `next_at` is the next attempt's time."""

    model_config = _shown(_DELIVERY)

    id: int
    message_id: str
    kind: EventKind
    conversation_id: str
    sequence: int
    state: DeliveryState
    attempt: int
    status: int | None
    error: str
    created_at: datetime
    next_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryOut":
        """Describe a delivery."""
        is_waiting = delivery.state is DeliveryState.WAITING
        return cls(
            id=delivery.id,
            message_id=delivery.message_id,
            kind=delivery.event.kind,
            conversation_id=delivery.event.conversation_id,
            sequence=delivery.event.sequence,
            state=delivery.state,
            attempt=delivery.attempt,
            status=delivery.status,
            error=delivery.error,
            created_at=delivery.created_at,
            next_at=delivery.next_at if is_waiting else None,
            finished_at=delivery.finished_at,
        )


class DeliveriesOut(BaseModel):
    """The deliveries of a webhook, newest first."""

    model_config = _shown({"items": [_DELIVERY]})

    items: list[DeliveryOut]


def _fields(webhook: Webhook) -> dict[str, Any]:
    shared = ("id", "url", "include_internal", "description", "created_at", "disabled_reason")
    return {name: getattr(webhook, name) for name in shared} | {
        "kinds": list(webhook.kinds),
        "disabled": webhook.disabled_at is not None,
    }
