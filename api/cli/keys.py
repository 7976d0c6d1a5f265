"""`assist key`: the API keys of a client."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

import typer

from api.cli.session import ClientOption, existing_client, open_container

app = typer.Typer(help="API keys of a client.", no_args_is_help=True)


@app.command("add")
def add(
    client: ClientOption,
    scope: Annotated[
        Literal["customer", "agent", "trainer"],
        typer.Option(help="customer: ask; agent: also read internal knowledge; trainer: publish."),
    ],
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, help="Days until the key expires; never by default.")
    ] = None,
) -> None:
    """Create a key and print its secret, which is not stored and not shown again."""
    from assist.domain.keys import KeyScope

    valid_for = timedelta(days=days) if days else None
    with open_container() as container:
        client_id = existing_client(container, client)
        key, secret = container.keys.issue(
            client_id, KeyScope(scope), label=label, valid_for=valid_for
        )
    typer.echo(secret)
    typer.echo(f"key {key.id}: keep the secret above, it is not shown again", err=True)


@app.command("list")
def list_all(client: ClientOption) -> None:
    """List a client's keys, newest first."""
    with open_container() as container:
        for key in container.keys.list_keys(existing_client(container, client)):
            state = "active" if key.is_active(container.clock()) else "ended"
            typer.echo(
                f"{key.id}  {key.scope:<9}{state:<8}{key.created_at:%Y-%m-%d %H:%M}  {key.label}"
            )


@app.command("revoke")
def revoke(
    client: ClientOption, key: Annotated[str, typer.Argument(help="Id of the key.")]
) -> None:
    """Revoke a key at once."""
    from assist.domain.errors import AssistError
    from assist.domain.keys import ApiKeyId

    with open_container() as container:
        if not container.keys.revoke(existing_client(container, client), ApiKeyId(key)):
            raise AssistError(
                f"client {client!r} has no active key {key!r}; "
                f"`assist key list --client {client}` shows them"
            )
    typer.echo(f"revoked key {key}")
