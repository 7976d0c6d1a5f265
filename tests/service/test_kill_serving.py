"""A server that is killed while customers write loses nothing that it acknowledged."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event
from typing import NamedTuple

import httpx
import pytest
from sqlalchemy import Engine, func, select

from assist.adapters.sql.conversation_tables import outbox
from assist.adapters.sql.webhook_tables import deliveries
from assist.bootstrap import Container, Settings, build_container
from assist.domain.conversation import Author, ConversationId
from assist.domain.deliveries import DeliveryState
from assist.domain.keys import KeyScope
from assist.services.notifying import DELIVERY_LEASE
from tests.service.receiving import Receiver, receiving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CYCLES = 50
SEED = 20261121
LONGEST_S = 0.25
"""A server lives up to this after its first acknowledgement: some ten messages."""

CUSTOMERS = 4
CONVERSATIONS = 3
"""Fewer than customers: some write to the same one at the same time."""

_spawning = get_context("forkserver")
_spawning.set_forkserver_preload(
    [
        __name__,
        "psycopg",
        "sqlalchemy.dialects.postgresql.psycopg",
        "tests.service.killable_server",
        "uvicorn.lifespan.on",
        "uvicorn.loops.auto",
        "uvicorn.protocols.http.auto",
    ]
)


class Told(NamedTuple):
    """A message as customers and webhooks are told of it."""

    sequence: int
    author: str
    text: str


@dataclass(frozen=True)
class Visit:
    """A conversation with what opens it."""

    id: ConversationId
    headers: dict[str, str]


@dataclass
class Customer:
    """Writes to the conversations in turn, and repeats what a kill cut off."""

    name: str
    visits: Sequence[Visit]
    client: httpx.Client
    sent: dict[str, Visit] = field(default_factory=dict)
    acknowledged: dict[str, list[Told]] = field(default_factory=dict)
    pending: str = ""
    cut_off: int = 0

    def keys_of(self, visit: Visit) -> list[str]:
        return [key for key, its in self.sent.items() if its == visit]

    def acknowledged_in(self, visit: Visit) -> list[list[Told]]:
        return [self.acknowledged[key] for key in self.keys_of(visit)]

    def write_until_killed(self, url: str, heard: Event) -> None:
        """Send messages, and note each that is acknowledged."""
        try:
            while True:
                self.write(url)
                heard.set()
        except httpx.ConnectError:  # killed between two requests
            return
        except httpx.TransportError:
            self.cut_off += 1

    def write(self, url: str) -> None:
        """Send the message that has no reply yet, or else a new one."""
        if not self.pending:
            self.pending = f"{self.name}-{len(self.sent) + 1}"
            self.sent[self.pending] = self.visits[len(self.sent) % len(self.visits)]
        visit = self.sent[self.pending]
        reply = self.client.post(
            f"{url}/v1/conversations/{visit.id}/messages",
            headers=visit.headers | {"Idempotency-Key": self.pending},
            json={"text": f"Message {self.pending}"},
        )
        told = [told_of(message) for message in reply.raise_for_status().json()["messages"]]
        assert told[0].text == f"Message {self.pending}"
        self.acknowledged[self.pending] = told
        self.pending = ""


def told_of(message: dict[str, object]) -> Told:
    return Told(*(message[name] for name in Told._fields))  # type: ignore[arg-type]


def serve(settings: Settings, ahead: timedelta, ready: Connection) -> None:
    """Serve in a process of its own, the only one that needs what is imported here."""
    from tests.service import killable_server

    killable_server.serve(settings, ahead, ready)


@contextmanager
def serving(settings: Settings, number: int) -> Iterator[str]:
    """Start a server and give its address; at the end it is killed."""
    ours, theirs = _spawning.Pipe(duplex=False)
    # The leases of the killed predecessor are over.
    ahead = number * (DELIVERY_LEASE + timedelta(seconds=1))
    server = _spawning.Process(target=serve, args=(settings, ahead, theirs))
    server.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        server.kill()
        server.join()
        ours.close()
    assert server.exitcode == -9


@dataclass(frozen=True)
class Site:
    """A client whose customers write and whose webhook listens."""

    container: Container
    visits: Sequence[Visit]
    receiver: Receiver
    client: httpx.Client

    def unanswered(self) -> int:
        return len(self.container.conversation_lists.list_unanswered())

    def undelivered(self) -> int:
        """Count the events and the deliveries that are still to be worked off."""
        waiting = deliveries.c.state != DeliveryState.DELIVERED
        counts = select(func.count()).select_from(outbox), select(func.count()).where(waiting)
        with self.container.engine.connect() as connection:
            return sum(connection.scalars(query).one() for query in counts)

    def stored(self, visit: Visit) -> list[Told]:
        messages = self.container.conversations.list_messages(visit.id, 0, 1_000_000)
        return [Told(each.sequence, str(each.author), each.text) for each in messages]

    def delivered(self) -> dict[str, list[Told]]:
        """Return what the webhook was told of each conversation, in order and without repeats."""
        told: defaultdict[str, dict[Told, None]] = defaultdict(dict)
        for call in list(self.receiver.received):
            data = json.loads(call.body)["data"]
            told[data["conversation_id"]][told_of(data["message"])] = None
        return {conversation_id: list(messages) for conversation_id, messages in told.items()}


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> Iterator[Site]:
    url = engine.url.render_as_string(hide_password=False)
    settings = Settings(
        home=tmp_path, database_url=url, port=0, allow_private_targets=True, log_level="error"
    )
    container = build_container(settings)
    client_id = container.clients.add("acme")
    _, secret = container.keys.issue(client_id, KeyScope.CUSTOMER)
    visits = []
    for _ in range(CONVERSATIONS):
        conversation, token = container.desk.start(client_id)
        headers = {"Authorization": f"Bearer {secret}", "X-Conversation-Token": token}
        visits.append(Visit(conversation.id, headers))
    with receiving() as receiver, httpx.Client(timeout=60) as client:
        container.webhooks.add(client_id, receiver.url)
        yield Site(container, visits, receiver, client)
    container.close()


def write_and_kill(site: Site, customers: Sequence[Customer], number: int, after_s: float) -> None:
    """Let the customers write, and kill the server some time after its first acknowledgement."""
    heard = Event()
    with ThreadPoolExecutor(len(customers)) as threads:
        with serving(site.container.settings, number) as url:
            writing = [threads.submit(each.write_until_killed, url, heard) for each in customers]
            assert heard.wait(60)
            time.sleep(after_s)
        for each in writing:
            each.result(60)


def finish(site: Site, customers: Sequence[Customer]) -> int:
    """Start once more and let all end that was begun; return what was unanswered at the start."""
    with serving(site.container.settings, CYCLES) as url:
        unanswered = site.unanswered()
        for customer in customers:
            if customer.pending:
                customer.write(url)
        deadline = time.monotonic() + 120
        while site.undelivered():
            assert time.monotonic() < deadline, "not everything is delivered"
            time.sleep(0.05)
    return unanswered


def test_a_killed_server_loses_nothing_that_it_acknowledged(site: Site) -> None:
    moments = random.Random(SEED)  # noqa: S311 - chooses moments, keeps no secret
    names = [f"customer-{number}" for number in range(1, CUSTOMERS + 1)]
    customers = [Customer(name, site.visits, site.client) for name in names]
    left_over = []

    for number in range(CYCLES):
        write_and_kill(site, customers, number, moments.uniform(0, LONGEST_S))
        left_over.append(site.unanswered())
    unanswered = finish(site, customers)

    assert sum(customer.cut_off for customer in customers) >= CYCLES
    assert sum(left_over) >= CYCLES / 10
    for visit in site.visits:
        check_conversation(site, visit, customers)
    assert unanswered == 0


def check_conversation(site: Site, visit: Visit, customers: Sequence[Customer]) -> None:
    """Compare what is stored with what was sent, acknowledged and told to the webhook."""
    stored = site.stored(visit)
    asked = {f"Message {key}" for each in customers for key in each.keys_of(visit)}
    acknowledged = [told for each in customers for told in each.acknowledged_in(visit)]
    assert [each.sequence for each in stored] == list(range(1, len(stored) + 1))
    assert texts_of(stored, Author.CUSTOMER) == sorted(asked)
    assert texts_of(stored, Author.ASSISTANT) == sorted(f"Reply to {text}" for text in asked)
    assert len(stored) == 2 * len(asked)
    assert sorted(message for told in acknowledged for message in told) == stored
    for question, reply in acknowledged:
        assert reply.text == f"Reply to {question.text}"
    assert site.delivered()[visit.id] == stored


def texts_of(messages: Sequence[Told], author: Author) -> list[str]:
    return sorted(each.text for each in messages if each.author == author)
