"""Delivers events to other systems in the background, and does what time brings about.

Several processes may share the queue.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from assist.domain.deliveries import Delivery
    from assist.services.notifying import NotifyingService

SENDERS = 4
"""Receivers served at the same time: a slow one does not hold up the others."""

POLL_S = 1.0
PRUNE_S = 3600.0
IDLE_S = 60.0
"""How often conversations that customers have left are looked for; they wait for hours anyway."""

STOP_WAIT_S = 15.0
"""How long a stop waits for deliveries on their way: an attempt takes at most ten seconds."""

_logger = logging.getLogger(__name__)


@dataclass
class Chore:
    """What is done again and again beside the deliveries, first when `every_s` have passed."""

    do: Callable[[], object]
    every_s: float
    _done_at: float = field(default_factory=time.monotonic)

    def do_if_due(self) -> None:
        """Do it when its time has come; one that fails waits for the next time."""
        if time.monotonic() - self._done_at >= self.every_s:
            self._done_at = time.monotonic()
            self.do()


class DeliveryWorker:
    """Empties the outbox and works the deliveries off until it is stopped.

    A delivery whose process died is taken again when its lease ends.
    """

    def __init__(
        self,
        notifying: NotifyingService,
        wake: Event,
        *,
        poll_s: float = POLL_S,
        senders: int = SENDERS,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._notifying = notifying
        self._wake = wake
        self._poll_s = poll_s
        self._senders = senders
        self._pool = ThreadPoolExecutor(senders, thread_name_prefix="delivery-sender")
        self._running: set[Future[Delivery]] = set()
        self._chores = chores
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="delivery-worker", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, wait_s: float = STOP_WAIT_S) -> None:
        """Take nothing more, and let what is on its way arrive."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(wait_s)
        self._pool.shutdown(wait=not self._thread.is_alive(), cancel_futures=True)
        if self._thread.is_alive():
            _logger.warning("a delivery did not end within %s s; it will be repeated", wait_s)

    def _run(self) -> None:
        """Work until a stop is requested; a failing database is tried again."""
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                is_idle = not self._work()
            except Exception:
                _logger.exception("the deliveries cannot be used; trying again")
                is_idle = True
            if is_idle:
                self._wake.wait(self._poll_s)

    def _work(self) -> bool:
        """Do one round and say whether there may be more to do at once."""
        events = self._notifying.dispatch()
        started = self._start_deliveries()
        for chore in self._chores:
            chore.do_if_due()
        return bool(events or started)

    def _start_deliveries(self) -> int:
        """Hand deliveries to free senders and return how many."""
        self._running = {future for future in self._running if not future.done()}
        started = 0
        while len(self._running) < self._senders and not self._stopping.is_set():
            delivery = self._notifying.take()
            if delivery is None:
                break
            future = self._pool.submit(self._notifying.deliver, delivery)
            self._running.add(future)
            future.add_done_callback(self._after)
            started += 1
        return started

    def _after(self, future: Future[Delivery]) -> None:
        """Look for the next delivery as soon as a sender is free."""
        if not future.cancelled() and (error := future.exception()):
            _logger.error("the outcome of a delivery could not be stored", exc_info=error)
        self._wake.set()


def build_deliveries(container: Container) -> DeliveryWorker:
    """Build the worker of an installation."""
    chores = (
        Chore(container.notifying.prune, PRUNE_S),
        Chore(container.idling.resolve_idle, IDLE_S),
    )
    return DeliveryWorker(container.notifying, container.delivery_wake, chores=chores)
