"""`assist kb`: the knowledge versions of a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import print_json
from api.cli.session import ClientOption, JsonOption, existing_client, find_server, open_container

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from knowledge_base.models import ClientId, VersionNumber

app = typer.Typer(help="Knowledge versions of a client.", no_args_is_help=True)


@app.command("versions")
def versions(client: ClientOption, as_json: JsonOption = False) -> None:
    """List the versions, newest first."""
    with open_container() as container:
        listed = _list_versions(container, existing_client(container, client))
    if as_json:
        print_json(listed)
        return
    for version in listed:
        mark = "  published" if version["published"] else ""
        typer.echo(
            f"{version['number']:>6}  {version['created_at'][:16]}  "
            f"{version['articles']:>6} articles  {version['passages']:>6} passages{mark}"
        )


@app.command("publish")
def publish(
    number: Annotated[int, typer.Argument(min=1, help="Number of the version.")],
    client: ClientOption,
    as_json: JsonOption = False,
) -> None:
    """Make a version answer."""
    from knowledge_base.models import VersionNumber

    with open_container() as container:
        client_id = existing_client(container, client)
        _publish(container, client_id, VersionNumber(number))
    _tell({"client": client, "published": number}, f"version {number} answers now", as_json)


@app.command("rollback")
def rollback(client: ClientOption, as_json: JsonOption = False) -> None:
    """Go back to the version that answered before."""
    with open_container() as container:
        client_id = existing_client(container, client)
        _roll_back(container, client_id)
        published = container.publications.find_published(client_id)
    number = published.number if published else None
    _tell({"client": client, "published": number}, f"version {number} answers again", as_json)


@app.command("compact")
def compact(
    client: ClientOption,
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest versions stay.")] = 3,
    as_json: JsonOption = False,
) -> None:
    """Delete old versions and give their disk space back."""
    with open_container() as container:
        client_id = existing_client(container, client)
        if find_server(container):
            container.home_lock.acquire()
        deleted = container.knowledge_base.publisher.compact(client_id, keep=keep)
    numbers = ", ".join(str(number) for number in deleted) or "none"
    _tell({"client": client, "deleted": deleted}, f"deleted versions: {numbers}", as_json)


def _list_versions(container: Container, client_id: ClientId) -> list[dict[str, Any]]:
    published = container.publications.find_published(client_id)
    return [
        {
            "number": version.number,
            "created_at": version.created_at.isoformat(),
            "articles": version.articles,
            "passages": version.passages,
            "embedding_model": version.embedding_model,
            "published": published is not None and version.number == published.number,
        }
        for version in container.publications.list_versions(client_id)
    ]


def _publish(container: Container, client_id: ClientId, number: VersionNumber) -> None:
    if not _post(container, client_id, "/v1/knowledge/publish", {"version": number}):
        container.knowledge_base.publisher.publish(client_id, number, reason="published by hand")


def _roll_back(container: Container, client_id: ClientId) -> None:
    if not _post(container, client_id, "/v1/knowledge/rollback", {}):
        container.knowledge_base.publisher.roll_back(client_id)


def _post(container: Container, client_id: ClientId, path: str, body: dict[str, int]) -> bool:
    """Let the server that owns the stores do it; say whether there is one."""
    from api.cli.server_client import connect
    from assist.domain.keys import KeyScope

    owner = find_server(container)
    if owner is None:
        return False
    with connect(container, owner.url, client_id, KeyScope.TRAINER) as server:
        server.post(path, body)
    return True


def _tell(value: dict[str, Any], text: str, as_json: bool) -> None:
    if as_json:
        print_json(value)
    else:
        typer.echo(text)
