"""Wakes the live streams of this process; several processes need something between them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from assist.domain.conversation import ConversationId


class InProcessWakeups:
    """`Wakeups` between the threads that write and the event loops that stream."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: defaultdict[ConversationId, set[_Listener]] = defaultdict(set)
        self._is_closed = False

    def wake(self, conversation_id: ConversationId) -> None:
        """Wake the listeners of a conversation."""
        with self._lock:
            listeners = list(self._listeners.get(conversation_id, ()))
        for listener in listeners:
            listener.wake()

    @contextmanager
    def listen(self, conversation_id: ConversationId) -> Iterator[_Listener]:
        """Register a listener for as long as the context lasts."""
        listener = _Listener()
        with self._lock:
            self._listeners[conversation_id].add(listener)
            if self._is_closed:
                listener.end()
        try:
            yield listener
        finally:
            self._forget(conversation_id, listener)

    def close(self) -> None:
        """End the present listeners, and the later ones as they come."""
        with self._lock:
            self._is_closed = True
            listeners = [each for group in self._listeners.values() for each in group]
        for listener in listeners:
            listener.end()

    def _forget(self, conversation_id: ConversationId, listener: _Listener) -> None:
        with self._lock:
            self._listeners[conversation_id].discard(listener)
            if not self._listeners[conversation_id]:
                del self._listeners[conversation_id]


class _Listener:
    """Waits in the event loop in which it was made; any thread may wake it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._has_ended = False

    async def wait(self, timeout_s: float) -> bool:
        """Return after news or the timeout, and `False` at the end."""
        if not self._has_ended:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), timeout_s)
        # Cleared before the caller looks again: what is written meanwhile wakes it once more.
        self._news.clear()
        return not self._has_ended

    def wake(self) -> None:
        """Report news; a loop that is gone has nobody to tell."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._news.set)

    def end(self) -> None:
        """Report the end."""
        self._has_ended = True
        self.wake()
