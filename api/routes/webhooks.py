"""Webhooks of a client, for admins: where events are sent, and what was not delivered."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.auth import ClientAccess, ContainerDep, JsonBody, require_for_client
from api.schemas.webhooks import (
    DeliveriesOut,
    DeliveryOut,
    NewWebhookOut,
    WebhookIn,
    WebhookOut,
    WebhookPatchIn,
    WebhooksOut,
)
from assist.domain.deliveries import DeliveryState
from assist.domain.people import Permission

MAX_ID = 2**31 - 1

ClientManager = Annotated[ClientAccess, Depends(require_for_client(Permission.MANAGE))]

router = APIRouter(prefix="/webhooks", tags=["Webhooks"])


@router.get("")
def list_webhooks(caller: ClientManager, container: ContainerDep) -> WebhooksOut:
    """List the client's webhooks, oldest first; their secrets are not shown again."""
    webhooks = container.webhooks.list_all(caller.client_id)
    return WebhooksOut(items=[WebhookOut.of(webhook) for webhook in webhooks])


@router.post("", status_code=201, dependencies=[JsonBody])
def add_webhook(body: WebhookIn, caller: ClientManager, container: ContainerDep) -> NewWebhookOut:
    """Add a webhook; `secret` verifies its signatures (Standard Webhooks) and is shown once.

    Each event is sent as `{type, timestamp, data}` with the headers `webhook-id`,
    `webhook-timestamp` and `webhook-signature`. Any 2xx answer within 10 seconds takes it; after
    anything else it is repeated for about seven hours. The answer 410 turns the webhook off.
    """
    webhook = container.webhooks.add(
        caller.client_id,
        body.url,
        body.kinds,
        include_internal=body.include_internal,
        description=body.description,
    )
    return NewWebhookOut.of(webhook)


@router.get("/{webhook_id}")
def get_webhook(webhook_id: str, caller: ClientManager, container: ContainerDep) -> WebhookOut:
    """Return a webhook."""
    return WebhookOut.of(container.webhooks.get(caller.client_id, webhook_id))


@router.patch("/{webhook_id}", dependencies=[JsonBody])
def change_webhook(
    webhook_id: str, body: WebhookPatchIn, caller: ClientManager, container: ContainerDep
) -> WebhookOut:
    """Change what is given; `disabled` turns the webhook off or on."""
    changed = container.webhooks.change(
        caller.client_id, webhook_id, is_disabled=body.disabled, **body.changes()
    )
    return WebhookOut.of(changed)


@router.delete("/{webhook_id}", status_code=204)
def remove_webhook(webhook_id: str, caller: ClientManager, container: ContainerDep) -> None:
    """Remove a webhook with its deliveries; what was not sent is not sent any more."""
    container.webhooks.remove(caller.client_id, webhook_id)


@router.get("/{webhook_id}/deliveries")
def list_deliveries(
    webhook_id: str,
    caller: ClientManager,
    container: ContainerDep,
    state: DeliveryState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveriesOut:
    """List what was sent and what was not, newest first; finished ones are kept for 30 days.

    `contact_mail` and `contact_webhook` instead of an id list escalations to the client company.
    """
    found = container.webhooks.list_deliveries(caller.client_id, webhook_id, state, limit)
    return DeliveriesOut(items=[DeliveryOut.of(delivery) for delivery in found])


@router.post("/{webhook_id}/deliveries/{delivery_id}/retry")
def retry_delivery(
    webhook_id: str,
    delivery_id: Annotated[int, Path(ge=1, le=MAX_ID)],
    caller: ClientManager,
    container: ContainerDep,
) -> DeliveryOut:
    """Send a dead delivery again, with all its attempts.

    The question of an escalation that agents got back is asked anew, and the conversation waits for
    the client company again; 409 when people have gone on since.
    """
    delivery = container.webhooks.retry(caller.client_id, webhook_id, delivery_id)
    container.delivery_wake.set()
    return DeliveryOut.of(delivery)
