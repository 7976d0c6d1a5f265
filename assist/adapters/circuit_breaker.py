"""Stops asking what keeps failing, and tries again after a pause with one call at a time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic


class CircuitBreaker:
    """Counts failures in a row; safe to use from several threads."""

    def __init__(
        self,
        failures: int = 3,
        pause_s: float = 30.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most = failures
        self._pause_s = pause_s
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._closed_until = 0.0

    def allows(self) -> bool:
        """Say whether a call may be made; after a pause one is, and the others wait for it."""
        with self._lock:
            if self._failures < self._most:
                return True
            now = self._clock()
            if now < self._closed_until:
                return False
            self._closed_until = now + self._pause_s
            return True

    def succeeded(self) -> None:
        """Forget the failures."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Count a failure; the last one that is borne begins a pause."""
        with self._lock:
            self._failures += 1
            self._closed_until = self._clock() + self._pause_s
