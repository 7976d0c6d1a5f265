"""Serves the API from one process that owns the embedded stores and works off the jobs."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from api.app import create_app
from api.warming import warm_up
from api.worker import build_worker
from assist.domain.errors import SettingsError

if TYPE_CHECKING:
    from api.pages.access import DemoAccess
    from assist.bootstrap import Container

SHUTDOWN_S = 5
"""How long open answers may take to end after a stop."""


def run_server(
    container: Container, *, on_ready: Callable[[str], None], demo: DemoAccess | None = None
) -> None:
    """Serve until a signal; `on_ready` gets the address when requests are answered.

    Raises `SettingsError` when the address cannot be used and `HomeInUseError` when another
    process owns the stores.
    """
    with bind(container.settings.host, container.settings.port) as listener:
        warm_up(container, [client_id for client_id, _ in container.clients.list_all()])
        worker = build_worker(container)
        app = create_app(container, demo=demo, wake_worker=worker.wake, check_worker=worker.check)

        def announce() -> None:
            container.home_lock.announce(local_url(listener))
            on_ready(local_url(listener))

        config = uvicorn.Config(
            app,
            timeout_graceful_shutdown=SHUTDOWN_S,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        with worker:
            container.conversing.answer_left_over()
            _Server(config, announce, container.wakeups.close).run(sockets=[listener])


def bind(host: str, port: int) -> socket.socket:
    """Take an address before anything slow happens. Raises `SettingsError` when it is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"({error.strerror})"
        raise SettingsError(
            f"cannot serve on {host} port {port}: it {reason}; choose another one with --port or "
            "ASSIST_PORT"
        ) from error
    return listener


def local_url(listener: socket.socket) -> str:
    """Return the address under which this machine reaches a listener."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Tells when requests are accepted, and ends live streams before it waits for open requests."""

    def __init__(
        self, config: uvicorn.Config, announce: Callable[[], None], end_streams: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._announce = announce
        self._end_streams = end_streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_streams()
        await super().shutdown(sockets)
