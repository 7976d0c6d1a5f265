"""`assist serve`, `worker` and `demo`: the commands that run until they are stopped."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.session import find_long_runner, open_container

if TYPE_CHECKING:
    import socket

    from api.pages.access import DemoAccess
    from assist.bootstrap import Container

_Host = Annotated[str | None, typer.Option(help="Address to serve on.")]
_Port = Annotated[int | None, typer.Option(help="Port to serve on.")]


def serve(host: _Host = None, port: _Port = None) -> None:
    """Serve the HTTP API and work off background jobs."""
    with _open_to_run(host=host, port=port) as container, _listener(container) as listener:
        from api.server import run_server

        with _stopped_by_signals():
            run_server(container, listener, on_ready=lambda url: typer.echo(f"serving on {url}"))


def worker() -> None:
    """Work off background jobs and webhooks without serving; `assist serve` does both."""
    from api.delivery import build_deliveries
    from api.worker import build_worker

    with _open_to_run() as container:
        _ = container.knowledge_base
        deliveries = build_deliveries(container)
        with _stopped_by_signals(), build_worker(container), deliveries:
            typer.echo("working off jobs")
            threading.Event().wait()


def demo(
    port: _Port = None,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Only load the demo clients.")
    ] = False,
) -> None:
    """Load three demo clients and serve them with a page for each."""
    with _open_to_run(port=port) as container:
        if no_serve:
            _load_demo(container, container.settings.port)
            typer.echo("the demo clients are loaded; start them with `assist demo`")
            return
        with _listener(container) as listener:
            access = _load_demo(container, container.settings.port)
            _keep_mail(container)
            from api.server import run_server

            def welcome(url: str) -> None:
                _welcome(container, url, access)

            with _stopped_by_signals():
                run_server(container, listener, demo=access, on_ready=welcome)


def _load_demo(container: Container, port: int) -> DemoAccess:
    from api.cli.output import progress_bar
    from api.demo.load import load_demo

    with progress_bar() as show:
        return load_demo(container, show, port)


def _keep_mail(container: Container) -> None:
    """Let no mail leave: the demo's client companies do not exist."""
    from api.demo.mailbox import DemoMailbox

    container.mailer = DemoMailbox(container.settings.home, typer.echo)


def _welcome(container: Container, url: str, access: DemoAccess) -> None:
    """Print what to open, and a question to send."""
    import json
    import shlex

    typer.echo(f"\nBPO Assist demo: {url}/demo\n")
    for client_id in access.secrets:
        typer.echo(f"  {client_id:<12} {url}/demo/{client_id}")
    typer.echo(f"  OpenAPI      {url}/openapi.json")
    _welcome_people(container, url, access)
    client_id, secrets = next(iter(access.secrets.items()))
    question = {"question": container.clients.get(client_id).starters[0]}
    typer.echo(
        f"Ask {client_id} over the API:\n\n"
        f"  curl -s {url}/v1/ask -H 'Authorization: Bearer {secrets.customer}' \\\n"
        f"    -H 'Content-Type: application/json' -d {shlex.quote(json.dumps(question))}\n\n"
        "Stop with Ctrl-C."
    )


def _welcome_people(container: Container, url: str, access: DemoAccess) -> None:
    """Print who may sign in to the console, and with which password."""
    from api.demo.people import DOMAIN

    typer.echo(f"\nAgents' console: {url}/console\n")
    for user in container.people.list_all():
        if user.email.endswith(f"@{DOMAIN}"):
            typer.echo(f"  {user.email:<20} {user.role}")
    typer.echo(
        f"  password of all      {access.password}\n\nDesk report (lead, admin): {url}/lead\n"
    )
    typer.echo("Mail to the client companies is not sent: it is kept, and named here.\n")


@contextmanager
def _open_to_run(**overrides: Any) -> Iterator[Container]:
    """Open the installation for a command that keeps its stores until it is stopped."""
    from api.logs import configure_logging

    with open_container(**overrides) as container:
        configure_logging(container.settings)
        _refuse_second_owner(container)
        yield container


def _listener(container: Container) -> socket.socket:
    """Take the address at once: loading takes seconds. Links name the port that was taken."""
    from api.listening import bind

    listener = bind(container.settings.host, container.settings.port)
    taken = {"port": listener.getsockname()[1]}
    container.settings = container.settings.model_copy(update=taken)
    return listener


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
