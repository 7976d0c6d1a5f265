"""Prints what many open conversations cost against a single idle one, within one run.

    python -m scripts.bench_desk [--conversations 200] [--rate 10] [--seconds 30]

A real server on loopback answers customers' messages while every conversation has a live stream
open. The same is measured before with one conversation alone. A message counts as delivered when
the assistant's reply to it has arrived on the stream.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np

from scripts.bench import Bench, Line, print_lines
from scripts.bench_corpus import QUESTIONS, write_corpus

FILES, PASSAGES_PER_FILE = 40, 5
ALONE = 60
WARM_UP = 10
SETTLE_S = 5.0


@dataclass
class Visit:
    """A conversation with its stream: what was acknowledged, and what arrived when."""

    path: str
    headers: dict[str, str]
    posted_at: dict[int, float] = field(default_factory=dict)
    arrived_at: dict[int, list[float]] = field(default_factory=dict)
    posts_s: list[float] = field(default_factory=list)

    async def follow(self, http: httpx.AsyncClient) -> None:
        """Note the arrival of each message until the stream is closed."""
        async with http.stream("GET", f"{self.path}/events", headers=self.headers) as stream:
            event = ""
            async for line in stream.aiter_lines():
                if line.startswith("event:"):
                    event = line.removeprefix("event:").strip()
                elif line.startswith("data:") and event == "message":
                    sequence = json.loads(line.removeprefix("data:"))["sequence"]
                    self.arrived_at.setdefault(sequence, []).append(time.perf_counter())

    async def send(self, http: httpx.AsyncClient, text: str) -> None:
        """Send a message and note how long its acknowledgement took."""
        headers = self.headers | {"Idempotency-Key": uuid4().hex}
        started = time.perf_counter()
        reply = await http.post(f"{self.path}/messages", json={"text": text}, headers=headers)
        reply.raise_for_status()
        self.posts_s.append(time.perf_counter() - started)
        for message in reply.json()["messages"]:
            self.posted_at[message["sequence"]] = started

    def deliveries_s(self) -> list[float]:
        """Return the time from sending to the arrival of each acknowledged message."""
        known = self.posted_at.keys() & self.arrived_at.keys()
        return [self.arrived_at[sequence][0] - self.posted_at[sequence] for sequence in known]

    @property
    def lost(self) -> int:
        """Count acknowledged messages that never arrived."""
        return len(self.posted_at.keys() - self.arrived_at.keys())

    @property
    def repeated(self) -> int:
        """Count arrivals of a message that had arrived on the same stream."""
        return sum(len(times) - 1 for times in self.arrived_at.values())


def main() -> None:
    """Run both measurements and print them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10.0, help="messages a second in all")
    parser.add_argument("--seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch), requests=0)
        write_corpus(bench.corpus, FILES, PASSAGES_PER_FILE)
        bench.load()
        with bench.server() as (url, _, _):
            lines = asyncio.run(_measure(url, bench.key(), arguments))
    print_lines(lines)


async def _measure(url: str, key: str, arguments: argparse.Namespace) -> list[Line]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, limits=limits, timeout=60) as http:
        [alone] = await _open(http, 1)
        await _with_streams(http, [alone], _one_by_one(http, alone))
        many = await _open(http, arguments.conversations)
        pace = _at_rate(http, many, arguments.rate, arguments.seconds)
        await _with_streams(http, many, pace)
    return _lines(alone, many)


async def _open(http: httpx.AsyncClient, count: int) -> list[Visit]:
    visits: list[Visit] = []
    for _ in range(count):
        started = (await http.post("/v1/conversations", json={})).raise_for_status().json()
        path = f"/v1/conversations/{started['conversation_id']}"
        visits.append(Visit(path, {"X-Conversation-Token": started["token"]}))
    return visits


async def _with_streams(
    http: httpx.AsyncClient, visits: Sequence[Visit], work: Coroutine[object, object, None]
) -> None:
    async with AsyncExitStack() as streams:
        for visit in visits:
            task = asyncio.create_task(visit.follow(http))
            streams.callback(task.cancel)
        await asyncio.sleep(1)
        await work
        await asyncio.sleep(SETTLE_S)


async def _one_by_one(http: httpx.AsyncClient, visit: Visit) -> None:
    for turn in range(WARM_UP + ALONE):
        await visit.send(http, _question(turn))
    del visit.posts_s[:WARM_UP]


async def _at_rate(
    http: httpx.AsyncClient, visits: Sequence[Visit], rate: float, seconds: float
) -> None:
    """Send at fixed moments, whatever the answers take."""
    chance = random.Random(0)
    sent: list[asyncio.Task[None]] = []
    started = time.perf_counter()
    for turn in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + turn / rate - time.perf_counter()))
        visit = chance.choice(visits)
        sent.append(asyncio.create_task(visit.send(http, _question(turn))))
    await asyncio.gather(*sent)


def _question(turn: int) -> str:
    return f"{QUESTIONS[turn % len(QUESTIONS)]} ({turn})"


def _lines(alone: Visit, many: Sequence[Visit]) -> list[Line]:
    lines = [
        Line("open conversations", f"{len(many)}"),
        Line("messages sent", f"{sum(len(visit.posts_s) for visit in many)}"),
    ]
    posts = [seconds for visit in many for seconds in visit.posts_s]
    deliveries = [seconds for visit in many for seconds in visit.deliveries_s()]
    for what, single, several in (
        ("message POST", alone.posts_s, posts),
        ("reply on the stream", alone.deliveries_s(), deliveries),
    ):
        before, now = (float(np.percentile(each, 95)) * 1000 for each in (single, several))
        lines.append(Line(f"{what}, p95, one conversation alone", f"{before:.1f} ms"))
        lines.append(Line(f"{what}, p95, all open", f"{now:.1f} ms"))
        lines.append(Line(f"{what}, ratio", f"{now / before:.2f}x"))
    lines.append(Line("acknowledged messages lost", f"{sum(v.lost for v in many)}", "0"))
    lines.append(Line("messages twice on a stream", f"{sum(v.repeated for v in many)}", "0"))
    return lines


if __name__ == "__main__":
    main()
