"""`assist serve`, `worker` and `demo`: the commands that run until they are stopped."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.session import find_long_runner, open_container

if TYPE_CHECKING:
    from api.pages.access import DemoAccess
    from assist.bootstrap import Container

_Host = Annotated[str | None, typer.Option(help="Address to serve on.")]
_Port = Annotated[int | None, typer.Option(help="Port to serve on.")]


def serve(host: _Host = None, port: _Port = None) -> None:
    """Serve the HTTP API and work off background jobs."""
    from api.server import run_server

    with open_container(host=host, port=port) as container:
        _refuse_second_owner(container)
        with _stopped_by_signals():
            run_server(container, on_ready=lambda url: typer.echo(f"serving on {url}"))


def worker() -> None:
    """Work off background jobs without serving; `assist serve` does both."""
    from api.worker import build_worker

    with open_container() as container:
        _refuse_second_owner(container)
        _ = container.knowledge_base
        jobs = build_worker(container)
        with _stopped_by_signals(), jobs:
            typer.echo("working off jobs")
            threading.Event().wait()


def demo(
    port: _Port = None,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Only load the demo clients.")
    ] = False,
) -> None:
    """Load three demo clients and serve them with a page for each."""
    from api.cli.output import progress_bar
    from api.demo.load import load_demo
    from api.server import run_server

    with open_container(port=port) as container:
        _refuse_second_owner(container)
        with progress_bar() as show:
            access = load_demo(container, show)
        if no_serve:
            typer.echo("the demo clients are loaded; start them with `assist demo`")
            return
        with _stopped_by_signals():
            run_server(
                container, demo=access, on_ready=lambda url: _welcome(container, url, access)
            )


def _welcome(container: Container, url: str, access: DemoAccess) -> None:
    """Print what to open, and a question to send."""
    import json
    import shlex

    typer.echo(f"\nBPO Assist demo: {url}/demo\n")
    for client_id in access.secrets:
        typer.echo(f"  {client_id:<12} {url}/demo/{client_id}")
    client_id, secrets = next(iter(access.secrets.items()))
    question = {"question": container.clients.get(client_id).starters[0]}
    typer.echo(
        f"  OpenAPI      {url}/openapi.json\n\nAsk {client_id} over the API:\n\n"
        f"  curl -s {url}/v1/ask -H 'Authorization: Bearer {secrets.customer}' \\\n"
        f"    -H 'Content-Type: application/json' -d {shlex.quote(json.dumps(question))}\n\n"
        "Stop with Ctrl-C."
    )


def _refuse_second_owner(container: Container) -> None:
    """Raise `HomeInUseError` when a server or worker has the stores already."""
    from assist.domain.errors import HomeInUseError

    owner = find_long_runner(container)
    if owner:
        place = f" on {owner.url}" if owner.url else ""
        raise HomeInUseError(
            f"process {owner.pid} ({owner.command}) runs{place} with the same home folder; "
            "stop it, or set ASSIST_HOME to another folder"
        )


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """End the program with exit code 0 on SIGTERM and Ctrl-C: both are how it is stopped."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    finally:
        signal.signal(signal.SIGTERM, before)
