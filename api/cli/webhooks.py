"""`assist webhook`: what other systems are told, and connected desks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.session import ClientOption, existing_client, open_container

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from assist.domain.exchange import EventKind
    from knowledge_base.models import ClientId

app = typer.Typer(help="Webhooks of a client, and desks of other makers.", no_args_is_help=True)
chatwoot = typer.Typer(
    help="Chatwoot accounts in which the assistant answers.", no_args_is_help=True
)
app.add_typer(chatwoot, name="chatwoot")

_WebhookOption = Annotated[str, typer.Option("--webhook", help="Id of the webhook.")]
_ReceiverOption = Annotated[
    str,
    typer.Option(
        "--webhook", help="Id of the webhook; contact_mail or contact_webhook for escalations."
    ),
]


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Address that is called, https://...")],
    client: ClientOption,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="What it is told, such as message.added; everything by default."),
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="Also tell the internal notes of agents.")
    ] = False,
    description: Annotated[str, typer.Option(help="What the webhook is for.")] = "",
) -> None:
    """Add a webhook and print the secret that verifies its signatures (Standard Webhooks)."""
    with open_container() as container:
        webhook = container.webhooks.add(
            existing_client(container, client),
            url,
            [_kind(name) for name in kind or ()],
            include_internal=internal,
            description=description,
        )
    typer.echo(webhook.secret)
    typer.echo(f"webhook {webhook.id}: keep the secret above, it is not shown again", err=True)


@app.command("list")
def list_all(client: ClientOption) -> None:
    """List a client's webhooks, oldest first."""
    with open_container() as container:
        for webhook in container.webhooks.list_all(existing_client(container, client)):
            state = f"disabled ({webhook.disabled_reason})" if webhook.disabled_at else "active"
            kinds = ",".join(webhook.kinds) or "everything"
            typer.echo(f"{webhook.id}  {state}  {webhook.url}  {kinds}  {webhook.description}")


@app.command("enable")
def enable(client: ClientOption, webhook: _WebhookOption) -> None:
    """Turn a disabled webhook on again."""
    with open_container() as container:
        client_id = existing_client(container, client)
        container.webhooks.change(client_id, webhook, is_disabled=False)
    typer.echo(f"enabled webhook {webhook}")


@app.command("remove")
def remove(client: ClientOption, webhook: _WebhookOption) -> None:
    """Remove a webhook with its deliveries."""
    with open_container() as container:
        container.webhooks.remove(existing_client(container, client), webhook)
    typer.echo(f"removed webhook {webhook}")


@app.command("deliveries")
def deliveries(
    client: ClientOption,
    webhook: _ReceiverOption,
    dead: Annotated[bool, typer.Option("--dead", help="Only those that were given up.")] = False,
) -> None:
    """List the latest deliveries of a webhook, newest first."""
    from assist.domain.deliveries import DeliveryState

    state = DeliveryState.DEAD if dead else None
    with open_container() as container:
        client_id = existing_client(container, client)
        for delivery in container.webhooks.list_deliveries(client_id, webhook, state):
            typer.echo(
                f"{delivery.id}  {delivery.state:<10}{delivery.event.kind:<28}"
                f"{delivery.created_at:%Y-%m-%d %H:%M:%S}  "
                f"conversation {delivery.event.conversation_id}  "
                f"attempts {delivery.attempt}  {delivery.error}"
            )


@app.command("retry")
def retry(
    client: ClientOption,
    webhook: _ReceiverOption,
    delivery: Annotated[
        int | None, typer.Argument(help="Id of a dead delivery; all of them by default.")
    ] = None,
) -> None:
    """Send dead deliveries again; a running server or worker does it."""
    with open_container() as container:
        client_id = existing_client(container, client)
        if delivery is None:
            sent = _retry_all(container, client_id, webhook)
        else:
            container.webhooks.retry(client_id, webhook, delivery)
            sent = 1
    typer.echo(f"{sent} deliveries are sent again")


def _retry_all(container: Container, client_id: ClientId, webhook: str) -> int:
    """Retry the dead deliveries, oldest first, say which ones cannot be, and count the others."""
    from assist.domain.deliveries import DeliveryState
    from assist.domain.errors import AssistError

    sent = 0
    dead = container.webhooks.list_deliveries(client_id, webhook, DeliveryState.DEAD)
    for delivery in reversed(dead):
        try:
            container.webhooks.retry(client_id, webhook, delivery.id)
            sent += 1
        except AssistError as error:
            typer.echo(f"delivery {delivery.id}: {error}", err=True)
    return sent


@app.command("contact-secret")
def contact_secret(client: ClientOption) -> None:
    """Print the secret with which the client company verifies escalations sent to its webhook."""
    with open_container() as container:
        typer.echo(container.escalating.webhook_secret(existing_client(container, client)))


@chatwoot.command("add")
def chatwoot_add(
    client: Annotated[str, typer.Argument(help="Id of the client company.")],
    url: Annotated[str, typer.Option(help="Address of Chatwoot, https://...")],
    account: Annotated[int, typer.Option(min=1, help="Number of the account in Chatwoot.")],
    token: Annotated[str, typer.Option(help="Access token of the agent bot in Chatwoot.")],
    secret: Annotated[
        str, typer.Option(help="Secret with which Chatwoot signs the bot's webhooks, if it does.")
    ] = "",
) -> None:
    """Connect an account and print the address to set as the agent bot's webhook.

    Without ASSIST_PUBLIC_URL it begins with the path: where others reach the server is not known.
    """
    with open_container() as container:
        client_id = existing_client(container, client)
        desk, own = container.chatwoot_desks.add(client_id, url, account, token, secret)
        base = container.settings.public_url.rstrip("/")
    typer.echo(f"{base}/v1/inbound/chatwoot/{desk.key}?token={own}")
    missing = "" if base else ", with the address in front under which Chatwoot reaches this server"
    typer.echo(
        f"desk {desk.key}: set the line above as the webhook of the agent bot{missing}; "
        "it is not shown again",
        err=True,
    )


@chatwoot.command("list")
def chatwoot_list(client: ClientOption) -> None:
    """List a client's Chatwoot accounts."""
    with open_container() as container:
        for desk in container.chatwoot_desks.list_all(existing_client(container, client)):
            typer.echo(f"{desk.key}  {desk.base_url}  account {desk.account_id}")


def _kind(name: str) -> EventKind:
    from assist.domain.errors import WebhookStateError
    from assist.domain.exchange import EventKind

    if name not in set(EventKind):
        raise WebhookStateError(f"there is no event {name!r}; use {', '.join(EventKind)}")
    return EventKind(name)
