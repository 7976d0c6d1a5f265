"""`assist site`: the websites that may show a client's widget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.session import existing_client, open_container

if TYPE_CHECKING:
    from assist.domain.site import Site
    from assist.services.sites import SiteService
    from knowledge_base.models import ClientId

app = typer.Typer(help="Websites that may show a client's widget.", no_args_is_help=True)

_Client = Annotated[str, typer.Argument(help="Id of the client company.")]
_Key = Annotated[str, typer.Argument(help="Key of the site.")]
_Origins = Annotated[
    list[str], typer.Option("--origin", help="Where its pages are, like https://shop.example.")
]


@app.command("add")
def add(
    client: _Client,
    origin: _Origins,
    label: Annotated[str, typer.Option(help="What the site is.")] = "",
) -> None:
    """Register a website; print what to put on its pages and the secret for signed-in customers."""
    with _sites_of(client) as (sites, client_id):
        site = sites.add(client_id, origin, label)
    typer.echo(_snippet(site))
    typer.echo(
        f"site {site.key}: put the line above on its pages, with your server's address as HOST\n"
        f"secret to sign customers' identities with, for the client's server only: {site.secret}",
        err=True,
    )


@app.command("list")
def list_all(client: _Client) -> None:
    """List a client's websites, oldest first."""
    with _sites_of(client) as (sites, client_id):
        for site in sites.list_sites(client_id):
            typer.echo(f"{site.key}  {' '.join(site.origins)}  {site.label}".rstrip())


@app.command("origins")
def set_origins(client: _Client, key: _Key, origin: _Origins) -> None:
    """Let a website's widget be shown on these origins, and on no others."""
    with _sites_of(client) as (sites, client_id):
        site = sites.move(sites.get(client_id, key), origin)
    typer.echo(f"{site.key}  {' '.join(site.origins)}")


@app.command("rotate")
def rotate(client: _Client, key: _Key) -> None:
    """Give a website a new secret and print it; the old one is refused at once."""
    with _sites_of(client) as (sites, client_id):
        site = sites.rotate(client_id, key)
    typer.echo(site.secret)


@app.command("remove")
def remove(client: _Client, key: _Key) -> None:
    """Remove a website: its pages show no widget any more."""
    with _sites_of(client) as (sites, client_id):
        sites.remove(client_id, key)
    typer.echo(f"removed site {key}")


@contextmanager
def _sites_of(client: str) -> Iterator[tuple[SiteService, ClientId]]:
    with open_container() as container:
        yield container.sites, existing_client(container, client)


def _snippet(site: Site) -> str:
    return f'<script async src="https://HOST/widget/v1.js" data-site="{site.key}"></script>'
