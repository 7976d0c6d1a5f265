"""The live stream of the desk: all that is open, then each change, whatever is lost between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta

from assist.adapters.wakeups import InProcessWakeups
from assist.domain.conversation import Conversation, ConversationId, Step
from assist.domain.customer import Customer
from assist.domain.desk import DeskEntry
from assist.domain.exchange import RequestKey
from assist.domain.moves import with_customer
from assist.services.desk_stream import LEFT_ALONE, LONG_AGO, OVERLAP, PAGE, DeskStream, Ready
from assist.services.typing_board import Typing, TypingBoard
from knowledge_base.models import ClientId
from tests.conversation_fakes import MemoryConversations, conversation
from tests.fakes import ACME, NOON, ZENITH, FakeClock

NEVER_S = 60.0
Seen = tuple[str, int] | str


class Site:
    """A store whose conversations a test changes, and streams of it."""

    def __init__(self, *, poll_s: float = NEVER_S) -> None:
        self.clock = FakeClock()
        self.store = MemoryConversations(self.clock)
        self.wakeups = InProcessWakeups()
        self.typing = TypingBoard(self.wakeups, self.clock)
        self.stream = DeskStream(
            self.store, self.typing, self.wakeups, self.clock, poll_s=poll_s, pause_s=0
        )
        self.changes = 0

    def add(self, name: str, client_id: ClientId = ACME) -> Conversation:
        added = replace(conversation(name, client_id), updated_at=self.clock())
        self.store.add_conversation(added)
        return added

    def change(self, changed: Conversation, *, is_told: bool = True) -> None:
        self.changes += 1
        customer = Customer(str(self.changes))

        def move(current: Conversation) -> Step:
            return with_customer(current, customer)

        self.store.accept(changed.id, RequestKey(str(self.changes), ""), move)
        if is_told:
            self.wakeups.wake(changed.id, changed.client_id)

    async def take(
        self, count: int, since: datetime | None = None, clients: frozenset[ClientId] | None = None
    ) -> list[Seen]:
        """Return what a new stream gives first."""
        async with aclosing(self.stream.follow(clients or frozenset({ACME}), since)) as news:
            return await take(news, count)


async def take(news: AsyncIterator[object], count: int) -> list[Seen]:
    return [described(await anext(news)) for _ in range(count)]


def described(news: object) -> Seen:
    item = getattr(news, "item", None)
    match item:
        case DeskEntry():
            return item.conversation.id, item.conversation.revision
        case Typing():
            return f"typing {item.who}"
        case Ready():
            return "ready"
        case _:
            raise AssertionError(news)


def test_what_is_open_comes_first_and_then_the_changes() -> None:
    async def follow() -> list[Seen]:
        site = Site()
        one, two = site.add("one"), site.add("two")
        site.add("other", ZENITH)
        async with aclosing(site.stream.follow(frozenset({ACME}))) as news:
            seen = await take(news, 3)
            for changed in (two, one, two):
                site.change(changed)
                seen += await take(news, 1)
        return seen

    assert asyncio.run(follow()) == [
        ("two", 0),
        ("one", 0),
        "ready",
        ("two", 1),
        ("one", 1),
        ("two", 2),
    ]


def test_a_lost_wakeup_only_delays_a_change() -> None:
    async def follow() -> list[Seen]:
        site = Site(poll_s=0.01)
        one = site.add("one")
        async with aclosing(site.stream.follow(frozenset({ACME}))) as news:
            await take(news, 2)
            site.change(one, is_told=False)
            return await take(news, 1)

    assert asyncio.run(follow()) == [("one", 1)]


def test_what_is_committed_late_is_not_missed() -> None:
    """A transaction stamps its change, and commits it after a later one was read."""

    async def follow() -> list[Seen]:
        site = Site()
        late, quick = site.add("late"), site.add("quick")
        async with aclosing(site.stream.follow(frozenset({ACME}))) as news:
            await take(news, 3)
            site.clock.advance(OVERLAP.total_seconds() - 1)
            stamped_at = site.clock()
            site.clock.advance(1)
            site.change(quick)
            seen = await take(news, 1)
            site.clock.now = stamped_at
            site.change(late)
            return seen + await take(news, 1)

    assert asyncio.run(follow()) == [("quick", 1), ("late", 1)]


def test_a_stream_resumes_from_its_mark_without_missing_anything() -> None:
    async def follow() -> tuple[list[Seen], list[datetime | None]]:
        site = Site()
        one, two = site.add("one"), site.add("two")
        async with aclosing(site.stream.follow(frozenset({ACME}))) as news:
            marks = [(await anext(news)).mark for _ in range(3)]
        site.clock.advance(3600)
        site.change(two)
        site.clock.advance(3600)
        site.change(one)
        site.clock.advance(3600)
        return await site.take(3, marks[-1]), marks

    seen, marks = asyncio.run(follow())

    assert marks == [None, None, NOON]
    assert seen == [("two", 1), ("one", 1), "ready"]


def test_a_change_within_the_overlap_may_come_again_with_its_revision() -> None:
    async def follow() -> list[Seen]:
        site = Site()
        site.change(site.add("one"))
        site.clock.advance(5)
        return await site.take(2, NOON + timedelta(seconds=5))

    assert asyncio.run(follow()) == [("one", 1), "ready"]


def test_many_conversations_come_whole() -> None:
    async def follow() -> tuple[set[Seen], set[Seen]]:
        site = Site()
        for number in range(PAGE + 5):
            site.add(f"c{number:03}")
        first = await site.take(PAGE + 6)
        site.clock.advance(60)
        for number in range(PAGE + 5):
            site.change(conversation(f"c{number:03}"))
        resumed = await site.take(PAGE + 6, NOON + timedelta(seconds=30))
        return set(first), set(resumed)

    first, resumed = asyncio.run(follow())

    assert first == {(f"c{number:03}", 0) for number in range(PAGE + 5)} | {"ready"}
    assert resumed == {(f"c{number:03}", 1) for number in range(PAGE + 5)} | {"ready"}


def test_it_tells_who_types_in_the_conversations_of_its_clients() -> None:
    async def follow() -> list[Seen]:
        site = Site()
        one = site.add("one")
        async with aclosing(site.stream.follow(frozenset({ACME}))) as news:
            await take(news, 2)
            site.typing.note(conversation("other", ZENITH), "Ben")
            site.typing.note(one, "Ana")
            return await take(news, 1)

    assert asyncio.run(follow()) == ["typing Ana"]


def test_what_the_assistant_has_had_for_a_day_is_left_out_until_it_changes() -> None:
    async def follow() -> list[Seen]:
        site = Site()
        one, _ = site.add("one"), site.add("two")
        site.clock.advance(LEFT_ALONE.total_seconds() + 1)
        async with aclosing(site.stream.follow(frozenset({ACME}))) as news:
            seen = await take(news, 1)
            site.change(one)
            return seen + await take(news, 1)

    assert asyncio.run(follow()) == ["ready", ("one", 1)]


def test_a_stream_of_long_ago_begins_anew() -> None:
    async def follow() -> list[Seen]:
        site = Site()
        site.change(site.add("one"))
        site.clock.advance(LONG_AGO.total_seconds() + 1)
        site.change(site.add("two"))
        return await site.take(2, NOON)

    assert asyncio.run(follow()) == [("two", 1), "ready"]


def test_nobody_gets_what_they_may_not_see() -> None:
    async def follow() -> list[Seen]:
        site = Site()
        site.add("one")
        return await site.take(1, clients=frozenset({ZENITH}))

    assert asyncio.run(follow()) == ["ready"]


def test_a_stop_ends_it_after_what_is_stored() -> None:
    async def follow() -> list[Seen]:
        site = Site()
        site.add("one")
        site.wakeups.close()
        return [described(each) async for each in site.stream.follow(frozenset({ACME}))]

    assert asyncio.run(follow()) == [(ConversationId("one"), 0), "ready"]
