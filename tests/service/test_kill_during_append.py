"""Processes killed while they write conversations lose nothing that they acknowledged."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import cast

import pytest
from sqlalchemy import Engine

from assist.adapters.sql.clients import SqlClientDirectory
from assist.adapters.sql.conversation_lists import SqlConversationLists
from assist.adapters.sql.conversations import SqlConversationStore
from assist.adapters.sql.outbox import SqlOutbox
from assist.adapters.sql.queue_figures import SqlQueueFigures
from assist.adapters.sql.turns import SqlTurnLog
from assist.adapters.wakeups import InProcessWakeups
from assist.domain.client import ClientProfile
from assist.domain.conversation import Author
from assist.domain.exchange import EventKind
from assist.domain.turn import Question, Turn
from assist.services.answering import AnsweringService
from assist.services.clients import ClientService
from assist.services.conversing import ConversingService
from assist.services.handing_over import HandingOverService
from knowledge_base.adapters.sql.engine import open_engine
from tests.conversation_fakes import ScriptedAnswering, conversation, make_reply
from tests.fakes import ACME, NOON, FakeClock

pytestmark = pytest.mark.slow

CYCLES = 50
SEED = 20261121
LONGEST_S = 0.15
"""A cycle lasts up to this after its first acknowledgement: some ten messages."""

_spawning = get_context("forkserver")
_spawning.set_forkserver_preload([__name__])


def think(question: Question) -> Turn:
    """Leave time for a kill between the message and its reply."""
    time.sleep(0.003)
    return make_reply(question)


def build(engine: Engine) -> ConversingService:
    store, lists = SqlConversationStore(engine), SqlConversationLists(engine)
    clients = ClientService(SqlClientDirectory(engine))
    answering = cast("AnsweringService", ScriptedAnswering(think))
    wakeups, clock = InProcessWakeups(), FakeClock()
    handing_over = HandingOverService(
        store, SqlTurnLog(engine), SqlQueueFigures(engine), clients, clock
    )
    return ConversingService(store, lists, answering, handing_over, clients, wakeups, clock)


def write_until_killed(url: str, cycle: int, acknowledged: Connection) -> None:
    """Send messages and report each one's sequence when it is acknowledged."""
    conversing = build(open_engine(url))
    number = 0
    while True:
        number += 1
        exchange = conversing.receive(conversation(), f"Message {number}", f"{cycle}-{number}")
        acknowledged.send([message.sequence for message in exchange.messages])


def run_and_kill(url: str, cycle: int, after_s: float) -> list[int]:
    """Kill a writer some time after its first acknowledgement; return what it acknowledged."""
    ours, theirs = _spawning.Pipe(duplex=False)
    writer = _spawning.Process(target=write_until_killed, args=(url, cycle, theirs))
    writer.start()
    theirs.close()
    acknowledged: list[int] = ours.recv()
    time.sleep(after_s)
    writer.kill()
    with suppress(EOFError, OSError):  # at the end, or within a report that the kill cut off
        while True:
            acknowledged += ours.recv()
    writer.join()
    assert writer.exitcode == -9
    return acknowledged


def deliver_all(engine: Engine) -> list[tuple[EventKind, int]]:
    outbox = SqlOutbox(engine)
    delivered = []
    while events := outbox.claim_events(NOON, NOON + timedelta(hours=1), 500):
        delivered += [(event.kind, event.sequence) for event in events]
        outbox.acknowledge([event.id for event in events])
    return delivered


def test_a_killed_writer_loses_nothing_it_acknowledged(engine: Engine) -> None:
    SqlClientDirectory(engine).add_client(ACME, ClientProfile(name="Acme"))
    store = SqlConversationStore(engine)
    store.add_conversation(conversation())
    moments = random.Random(SEED)  # noqa: S311 - chooses moments, keeps no secret
    url = engine.url.render_as_string(hide_password=False)
    acknowledged: list[int] = []

    for cycle in range(CYCLES):
        acknowledged += run_and_kill(url, cycle, moments.uniform(0, LONGEST_S))
    interrupted = len(SqlConversationLists(engine).list_unanswered())
    recovered = build(engine).answer_left_over()

    messages = store.list_messages(conversation().id, 0, 1_000_000)
    sequences = [message.sequence for message in messages]
    authors = [message.author for message in messages]
    assert sequences == list(range(1, len(messages) + 1))
    assert set(acknowledged) <= set(sequences)
    assert len(acknowledged) >= 2 * CYCLES
    assert authors.count(Author.CUSTOMER) == authors.count(Author.ASSISTANT)
    assert recovered == interrupted > 0
    assert SqlConversationLists(engine).list_unanswered() == []
    assert deliver_all(engine) == [(EventKind.MESSAGE_ADDED, number) for number in sequences]
