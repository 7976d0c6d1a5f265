"""`assist client`: the client companies and their profiles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.session import existing_client, open_container

app = typer.Typer(help="Client companies and their profiles.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(help="Id of the client company.")]
_PROFILE_HELP = "Profile file (client.yaml)."


@app.command("add")
def add(
    name: _Name,
    profile: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=_PROFILE_HELP)
    ] = None,
) -> None:
    """Add a client company."""
    from api.cli.profiles import read_profile

    with open_container() as container:
        client_id = container.clients.add(name, read_profile(profile) if profile else None)
    typer.echo(f"added client {client_id!r}; next: assist ingest FOLDER --client {client_id}")


@app.command("update")
def update(
    name: _Name,
    profile: Annotated[Path, typer.Option(exists=True, dir_okay=False, help=_PROFILE_HELP)],
) -> None:
    """Replace a client's profile."""
    from api.cli.profiles import read_profile

    with open_container() as container:
        container.clients.update(existing_client(container, name), read_profile(profile))
    typer.echo(f"updated client {name!r}")


@app.command("show")
def show(name: _Name) -> None:
    """Print a client's profile in the form of client.yaml."""
    import yaml

    with open_container() as container:
        profile = container.clients.get(existing_client(container, name))
    values = profile.model_dump(mode="json")
    typer.echo(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), nl=False)


@app.command("list")
def list_all() -> None:
    """List all clients with the knowledge version that answers."""
    with open_container() as container:
        for client_id, profile in container.clients.list_all():
            version = container.publications.find_published(client_id)
            answers = f"version {version.number}" if version else "no knowledge yet"
            typer.echo(f"{client_id:<24}{profile.name:<32}{answers}")
