"""Serves the API from one process that owns the embedded stores and works off the jobs."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from api.app import create_app
from api.delivery import build_deliveries
from api.listening import local_url
from api.warming import warm_rules, warm_up
from api.worker import build_worker

if TYPE_CHECKING:
    import socket

    from api.pages.access import DemoAccess
    from assist.bootstrap import Container

SHUTDOWN_S = 5
"""How long open answers may take to end after a stop."""


def run_server(
    container: Container,
    listener: socket.socket,
    *,
    on_ready: Callable[[str], None],
    demo: DemoAccess | None = None,
) -> None:
    """Serve until a signal; `on_ready` gets the address when requests are answered.

    Raises `HomeInUseError` when another process owns the stores.
    """
    warm_up(container, [client_id for client_id, _ in container.clients.list_all()])
    worker = build_worker(container)
    app = create_app(container, demo=demo, wake_worker=worker.wake, check_worker=worker.check)

    def announce() -> None:
        container.home_lock.announce(local_url(listener))
        on_ready(local_url(listener))
        Thread(target=warm_rules, name="warm-rules", daemon=True).start()

    config = uvicorn.Config(
        app,
        timeout_graceful_shutdown=SHUTDOWN_S,
        log_config=None,  # ours is in place, and its request lines replace the access log
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
    )
    with worker, build_deliveries(container):
        container.conversing.answer_left_over()
        _Server(config, announce, container.wakeups.close).run(sockets=[listener])


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
