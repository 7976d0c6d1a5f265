"""Live streams: woken by news, kept alive by a slow poll, ended by a stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, aclosing
from threading import Thread

from assist.adapters.wakeups import InProcessWakeups
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationId,
    Message,
    MessageDraft,
    Step,
)
from assist.domain.exchange import RequestKey
from assist.services.following import PAGE, FollowingService
from tests.conversation_fakes import MemoryConversations, conversation
from tests.fakes import NOON

ONE, TWO = ConversationId("conversation-1"), ConversationId("conversation-2")
NEVER_S = 60.0


def in_thread(action: Callable[[], None]) -> None:
    thread = Thread(target=action)
    thread.start()
    thread.join()


def write(store: MemoryConversations, *texts: str) -> None:
    drafts = tuple(MessageDraft(Author.CUSTOMER, text, NOON) for text in texts)

    def move(current: Conversation) -> Step:
        return Step(current, drafts)

    store.accept(ONE, RequestKey(repr(texts), ""), move)


def stored() -> MemoryConversations:
    store = MemoryConversations()
    store.add_conversation(conversation())
    return store


async def take(messages: AsyncIterator[Message], count: int) -> list[str]:
    return [(await anext(messages)).text for _ in range(count)]


def test_a_listener_is_woken_from_another_thread() -> None:
    async def wait() -> bool:
        wakeups = InProcessWakeups()
        with wakeups.listen(ONE) as listener:
            in_thread(lambda: wakeups.wake(ONE))
            return await listener.wait(NEVER_S)

    assert asyncio.run(wait())


def test_news_of_another_conversation_wakes_nobody() -> None:
    async def wait() -> bool:
        wakeups = InProcessWakeups()
        with wakeups.listen(ONE) as listener:
            wakeups.wake(TWO)
            await asyncio.sleep(0)
            return listener._news.is_set()

    assert not asyncio.run(wait())


def test_a_wait_without_news_returns_after_its_timeout() -> None:
    async def wait() -> bool:
        with InProcessWakeups().listen(ONE) as listener:
            return await listener.wait(0.01)

    assert asyncio.run(wait())


def test_a_stop_ends_listeners_of_before_and_after() -> None:
    async def wait() -> list[bool]:
        wakeups = InProcessWakeups()
        with wakeups.listen(ONE) as early:
            in_thread(wakeups.close)
            with wakeups.listen(TWO) as late:
                return [await early.wait(NEVER_S), await late.wait(NEVER_S)]

    assert asyncio.run(wait()) == [False, False]


def test_listeners_that_left_are_forgotten() -> None:
    async def listen() -> InProcessWakeups:
        wakeups = InProcessWakeups()
        with wakeups.listen(ONE), wakeups.listen(ONE):
            pass
        return wakeups

    wakeups = asyncio.run(listen())

    assert not wakeups._listeners
    wakeups.wake(ONE)


def test_a_listener_whose_loop_has_gone_disturbs_nobody() -> None:
    wakeups = InProcessWakeups()

    async def enter(stack: ExitStack) -> None:
        stack.enter_context(wakeups.listen(ONE))

    with ExitStack() as stack:
        asyncio.run(enter(stack))
        assert wakeups._listeners
        wakeups.wake(ONE)


def test_stored_messages_come_first_and_new_ones_as_they_are_written() -> None:
    async def follow() -> list[str]:
        store, wakeups = stored(), InProcessWakeups()
        write(store, "one", "two")
        following = FollowingService(store, wakeups, poll_s=NEVER_S)
        async with aclosing(following.follow(ONE, 1)) as messages:
            before = await take(messages, 1)
            waiting = asyncio.ensure_future(take(messages, 1))
            await asyncio.sleep(0.01)
            write(store, "three")
            wakeups.wake(ONE)
            return before + await waiting

    assert asyncio.run(follow()) == ["two", "three"]


def test_a_lost_wakeup_only_delays_a_message() -> None:
    async def follow() -> list[str]:
        store = stored()
        following = FollowingService(store, InProcessWakeups(), poll_s=0.01)
        async with aclosing(following.follow(ONE, 0)) as messages:
            waiting = asyncio.ensure_future(take(messages, 1))
            await asyncio.sleep(0.01)
            write(store, "one")
            return await waiting

    assert asyncio.run(follow()) == ["one"]


def test_a_long_history_comes_whole_and_a_stop_ends_the_stream() -> None:
    async def follow() -> list[int]:
        store, wakeups = stored(), InProcessWakeups()
        write(store, *(str(number) for number in range(2 * PAGE)))
        wakeups.close()
        following = FollowingService(store, wakeups, poll_s=NEVER_S)
        return [message.sequence async for message in following.follow(ONE, 0)]

    assert asyncio.run(follow()) == list(range(1, 2 * PAGE + 1))
