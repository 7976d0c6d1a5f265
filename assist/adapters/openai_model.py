"""A language model behind an endpoint that is trusted with nothing: not to answer, nor to end.

Each answer has one deadline over all its attempts. It is kept by cancelling, because a timeout per
read never ends a stream that drips.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import CancelledError
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock, Thread
from typing import TYPE_CHECKING

from assist.adapters.circuit_breaker import CircuitBreaker
from assist.adapters.openai_chat import AttemptError, Endpoint, ask, open_chat
from assist.domain.generating import Fault, ModelFaultError, Prompt, Written

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

RETRIED = frozenset({Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.UNREACHABLE, Fault.CUT})
"""Faults after which a second attempt may do better."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Opened:
    """The library's client and the event loop that its connections belong to."""

    chat: ChatOpenAI
    loop: asyncio.AbstractEventLoop
    thread: Thread


class OpenAIModel:
    """A `LanguageModel` whose calls run on an event loop of their own, from any thread."""

    def __init__(self, endpoint: Endpoint, breaker: CircuitBreaker | None = None) -> None:
        self.name = endpoint.model
        self._endpoint = endpoint
        self._breaker = breaker or CircuitBreaker()
        self._slots = BoundedSemaphore(endpoint.concurrency)
        self._opening = Lock()
        self._opened: _Opened | None = None

    def open(self) -> None:
        """Import the libraries and start the loop: two seconds, once."""
        self._open()

    def write(self, prompt: Prompt) -> Written:
        """Ask the endpoint, at most twice, unless it is busy with us or keeps failing."""
        if not self._slots.acquire(blocking=False):
            raise ModelFaultError(Fault.BUSY)
        try:
            if not self._breaker.allows():
                raise ModelFaultError(Fault.PAUSED)
            return self._ask(prompt)
        finally:
            self._slots.release()

    def close(self) -> None:
        """Cancel what runs, close the connections and end the loop."""
        with self._opening:
            opened, self._opened = self._opened, None
        if opened:
            asyncio.run_coroutine_threadsafe(_wind_up(opened.chat), opened.loop).result()
            opened.loop.call_soon_threadsafe(opened.loop.stop)
            opened.thread.join()
            opened.loop.close()

    def _open(self) -> _Opened:
        with self._opening:
            if self._opened is None:
                loop = asyncio.new_event_loop()
                thread = Thread(target=loop.run_forever, name="language-model", daemon=True)
                self._opened = _Opened(open_chat(self._endpoint), loop, thread)
                thread.start()
            return self._opened

    def _ask(self, prompt: Prompt) -> Written:
        opened = self._open()
        answer = self._within_deadline(opened.chat, prompt)
        try:
            written = asyncio.run_coroutine_threadsafe(answer, opened.loop).result()
        except (AttemptError, CancelledError) as error:
            self._breaker.failed()
            fault = error.fault if isinstance(error, AttemptError) else Fault.FAILED
            raise ModelFaultError(fault) from None
        self._breaker.succeeded()
        return written

    async def _within_deadline(self, chat: ChatOpenAI, prompt: Prompt) -> Written:
        try:
            async with asyncio.timeout(self._endpoint.deadline_s) as deadline:
                return await self._with_retry(chat, prompt, deadline)
        except TimeoutError:
            raise AttemptError(Fault.TIMEOUT) from None

    async def _with_retry(
        self, chat: ChatOpenAI, prompt: Prompt, deadline: asyncio.Timeout
    ) -> Written:
        """Ask again after a wait, if the fault may pass and the wait ends before the deadline."""
        try:
            return await ask(chat, prompt)
        except AttemptError as error:
            wait_s = self._endpoint.retry_wait_s if error.wait_s is None else error.wait_s
            left_s = (deadline.when() or 0.0) - asyncio.get_running_loop().time()
            if error.fault not in RETRIED or wait_s >= left_s:
                raise
            _logger.info("a model call is repeated after: %s", error)
        await asyncio.sleep(wait_s)
        return await ask(chat, prompt)


async def _wind_up(chat: ChatOpenAI) -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    if chat.http_async_client:
        await chat.http_async_client.aclose()
