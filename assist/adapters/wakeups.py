"""Wakes the live streams of this process; several processes need something between them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Lock
from typing import NamedTuple

from assist.domain.conversation import ConversationId
from knowledge_base.models import ClientId


class InProcessWakeups:
    """`Wakeups` between the threads that write and the event loops that stream."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: defaultdict[_Topic, set[_Listener]] = defaultdict(set)
        self._is_closed = False

    def wake(self, conversation_id: ConversationId, client_id: ClientId) -> None:
        """Wake the listeners of a conversation and of its client."""
        topics = _Topic("conversation", conversation_id), _Topic("client", client_id)
        with self._lock:
            listeners = [each for topic in topics for each in self._listeners.get(topic, ())]
        for listener in listeners:
            listener.wake()

    def listen(self, conversation_id: ConversationId) -> AbstractContextManager[_Listener]:
        """Register a listener for as long as the context lasts."""
        return self._listen([_Topic("conversation", conversation_id)])

    def listen_to_clients(
        self, client_ids: Collection[ClientId]
    ) -> AbstractContextManager[_Listener]:
        """Register a listener of several clients for as long as the context lasts."""
        return self._listen([_Topic("client", client_id) for client_id in client_ids])

    def close(self) -> None:
        """End the present listeners, and the later ones as they come."""
        with self._lock:
            self._is_closed = True
            listeners = {each for group in self._listeners.values() for each in group}
        for listener in listeners:
            listener.end()

    @contextmanager
    def _listen(self, topics: Sequence[_Topic]) -> Iterator[_Listener]:
        listener = _Listener()
        with self._lock:
            for topic in topics:
                self._listeners[topic].add(listener)
            if self._is_closed:
                listener.end()
        try:
            yield listener
        finally:
            self._forget(topics, listener)

    def _forget(self, topics: Sequence[_Topic], listener: _Listener) -> None:
        with self._lock:
            for topic in topics:
                self._listeners[topic].discard(listener)
                if not self._listeners[topic]:
                    del self._listeners[topic]


class _Topic(NamedTuple):
    """What somebody listens to; a client may be called like a conversation."""

    kind: str
    id: str


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
