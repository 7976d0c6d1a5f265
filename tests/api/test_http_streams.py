"""Live streams of conversations on a real server: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import aclosing
from itertools import islice
from typing import Any

import httpx
import pytest
import uvicorn

from api.server import _Server
from assist.domain.keys import KeyScope
from tests.api.installation import Installation, browse

pytestmark = pytest.mark.slow

MESSAGES = 200
STREAMS = 20
WRITERS = 4
SEED = 20261121
TIMEOUT_S = 60


class Site:
    """A server in a thread, with one conversation."""

    def __init__(self, installation: Installation) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            browse(installation).app,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=TIMEOUT_S,
        )
        self._server = _Server(config, lambda: None, installation.container.wakeups.close)
        self.thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}
        )
        self.thread.start()
        root = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1/conversations"
        headers = installation.headers(KeyScope.CUSTOMER)
        started = httpx.post(root, json={}, headers=headers, timeout=TIMEOUT_S).json()
        self.url = f"{root}/{started['conversation_id']}"
        self.headers = headers | {"X-Conversation-Token": started["token"]}

    def stop(self) -> None:
        self._server.should_exit = True
        self.thread.join()
        self._listener.close()


@pytest.fixture
def site(installation: Installation) -> Iterator[Site]:
    opened = Site(installation)
    yield opened
    opened.stop()


async def read_sequences(client: httpx.AsyncClient, site: Site, after: int) -> Any:
    """Yield the sequences that a stream sends."""
    headers = site.headers | {"Last-Event-ID": str(after)}
    async with client.stream("GET", f"{site.url}/events", headers=headers) as response:
        assert response.status_code == 200
        async for line in response.aiter_lines():
            if line.startswith("id: "):
                yield int(line.removeprefix("id: "))


async def follow(client: httpx.AsyncClient, site: Site, seed: int) -> list[int]:
    """Read all messages, breaking off again and again after a few of them."""
    lengths = random.Random(seed)  # noqa: S311 - chooses moments, keeps no secret
    seen: list[int] = []
    while len(seen) < MESSAGES:
        wanted = lengths.randint(1, 40)
        async with aclosing(read_sequences(client, site, seen[-1] if seen else 0)) as sequences:
            async for sequence in sequences:
                seen.append(sequence)
                wanted -= 1
                if not wanted or len(seen) == MESSAGES:
                    break
    return seen


async def write(client: httpx.AsyncClient, site: Site, writer: int) -> None:
    """Send a share of the messages; each one gets a reply."""
    for number in range(MESSAGES // 2 // WRITERS):
        headers = site.headers | {"Idempotency-Key": f"{writer}-{number}"}
        body = {"text": f"Question {number}"}
        response = await client.post(f"{site.url}/messages", json=body, headers=headers)
        assert response.status_code == 200


def test_streams_that_break_off_and_resume_get_every_message_once(site: Site) -> None:
    async def run() -> list[list[int]]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(timeout=TIMEOUT_S, limits=limits) as client:
            readers = [
                asyncio.ensure_future(follow(client, site, SEED + number))
                for number in range(STREAMS)
            ]
            await asyncio.gather(*(write(client, site, writer) for writer in range(WRITERS)))
            return await asyncio.gather(*readers)

    assert asyncio.run(run()) == [list(range(1, MESSAGES + 1))] * STREAMS


def test_a_server_that_stops_ends_its_streams(site: Site) -> None:
    async def run() -> list[int]:
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
            await write(client, site, writer=0)
            seen = []
            async with aclosing(read_sequences(client, site, 0)) as sequences:
                async for sequence in sequences:
                    seen.append(sequence)
                    if len(seen) == 1:
                        threading.Thread(target=site.stop).start()
            return seen

    assert asyncio.run(run()) == list(range(1, MESSAGES // WRITERS + 1))
    site.thread.join()


def test_a_quiet_stream_is_kept_open_by_comments(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.01)
    stream = httpx.stream("GET", f"{site.url}/events", headers=site.headers, timeout=TIMEOUT_S)

    with stream as response:
        first = list(islice(response.iter_lines(), 20))
    assert any(line.startswith(": ") for line in first)
