"""What every command begins with: settings, the container and who owns the embedded stores."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assist.adapters.home_lock import HomeOwner
    from assist.bootstrap import Container, Settings
    from knowledge_base.models import ClientId

STORES_WAIT_S = 60.0
"""How long a command waits for another short command; an ingest of a small folder takes less."""

_POLL_S = 0.2

ClientOption = Annotated[str, typer.Option("--client", help="Id of the client company.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def load_settings(**overrides: Any) -> Settings:
    """Read the settings. Raises `SettingsError` naming every variable that is wrong."""
    from pydantic import ValidationError

    from assist.bootstrap import Settings
    from assist.domain.errors import SettingsError

    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(
            f"ASSIST_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()
        )
        raise SettingsError(f"the settings are not valid: {faults}") from error


@contextmanager
def open_container(**overrides: Any) -> Iterator[Container]:
    """Open the installation; `overrides` replace settings unless they are `None`."""
    from assist.bootstrap import build_container

    container = build_container(load_settings(**overrides), lock_wait_s=STORES_WAIT_S)
    try:
        yield container
    finally:
        container.close()


def existing_client(container: Container, name: str) -> ClientId:
    """Return a client's id. Raises `ClientNotFoundError` saying how to add it."""
    from knowledge_base.models import ClientId

    container.clients.get(ClientId(name))
    return ClientId(name)


def find_long_runner(container: Container, *, wait_s: float = STORES_WAIT_S) -> HomeOwner | None:
    """Return the server or worker that owns the stores, `None` when this process may take them.

    Waits for another short command to end. Raises `HomeInUseError` when it takes too long.
    """
    deadline = time.monotonic() + wait_s
    lock = container.home_lock
    owner = lock.find_owner()
    if owner and not is_long_runner(owner):
        typer.echo(f"waiting for process {owner.pid} ({owner.command})", err=True)
    while owner and not is_long_runner(owner):
        if time.monotonic() > deadline:
            lock.acquire()
            return None
        time.sleep(_POLL_S)
        owner = lock.find_owner()
    return owner


def find_server(container: Container, *, wait_s: float = STORES_WAIT_S) -> HomeOwner | None:
    """Return the server that owns the stores, `None` when this process may take them.

    Raises `HomeInUseError` when `assist worker` has them: it answers no requests.
    """
    owner = find_long_runner(container, wait_s=wait_s)
    if owner and not owner.url:
        container.home_lock.acquire()
        return None
    return owner


def is_long_runner(owner: HomeOwner) -> bool:
    """Say whether the owner keeps the stores and takes jobs: a server or `assist worker`."""
    return bool(owner.url) or owner.command.split()[:2] == ["assist", "worker"]
