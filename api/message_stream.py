"""Answers a customer's message as server-sent events, and to the end even if nobody listens."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from fastapi.concurrency import run_in_threadpool
from fastapi.encoders import jsonable_encoder
from fastapi.sse import EventSourceResponse, format_sse_event

from api.errors import problem_of
from api.schemas.conversations import ExchangeOut, MessageOut
from api.streams import text_pieces
from assist.domain.conversation import Author

if TYPE_CHECKING:
    from assist.domain.exchange import Exchange

_log = logging.getLogger(__name__)

Receive = Callable[[Callable[["Exchange"], None]], "Exchange"]
"""Takes and answers a message; calls its argument as soon as the message is stored."""


async def stream_exchange(receive: Receive, path: str) -> EventSourceResponse:
    """Return the stream once the message is stored; what keeps it from that is raised.

    The thread goes on when the customer goes away: a stored message must get its reply. It is of
    the pool of the requests: that of the live streams is small, and they must not wait for replies.
    """
    loop = asyncio.get_running_loop()
    accepted: asyncio.Future[Exchange] = loop.create_future()

    def announce(exchange: Exchange) -> None:
        loop.call_soon_threadsafe(accepted.set_result, exchange)

    done = asyncio.ensure_future(run_in_threadpool(receive, announce))
    await asyncio.wait([accepted, done], return_when=asyncio.FIRST_COMPLETED)
    first = accepted.result() if accepted.done() else await done
    return EventSourceResponse(_events(first, done, path), headers={"X-Accel-Buffering": "no"})


async def _events(
    accepted: Exchange, done: asyncio.Future[Exchange], path: str
) -> AsyncIterator[bytes]:
    """Yield `accepted`, the reply's text in pieces, and `done`; or a problem."""
    yield _event("accepted", MessageOut.of(accepted.messages[0]))
    try:
        exchange = await asyncio.shield(done)
    except Exception as error:  # noqa: BLE001 - the status is sent: all must be told in the stream
        _log.exception("a streamed reply failed")
        yield _event("error", problem_of(error).as_json(path))
        return
    replies = [each.text for each in exchange.messages if each.author is Author.ASSISTANT]
    for piece in text_pieces("\n\n".join(replies)):
        yield _event("delta", {"text": piece})
    yield _event("done", ExchangeOut.of(exchange))


def _event(name: str, data: Any) -> bytes:
    text = json.dumps(jsonable_encoder(data), ensure_ascii=False)
    return format_sse_event(event=name, data_str=text)
