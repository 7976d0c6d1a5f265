"""Live streams: woken by news, kept alive by a slow poll, ended by a stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, aclosing
from dataclasses import replace
from threading import Thread
from typing import cast

from assist.adapters.wakeups import InProcessWakeups
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationId,
    ConversationState,
    Message,
    MessageDraft,
    Step,
)
from assist.domain.exchange import RequestKey
from assist.domain.status import Status
from assist.services.following import PAGE, FollowingService
from assist.services.statuses import StatusService
from knowledge_base.models import Audience, ClientId
from tests.conversation_fakes import MemoryConversations, conversation
from tests.fakes import ACME, NOON, ZENITH

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


class OneStatus:
    """Tells a status that a test may change."""

    def __init__(self) -> None:
        self.status = Status(ConversationState.ASSISTANT)

    def read(self, conversation: Conversation) -> Status:
        assert conversation.id == ONE
        return self.status

    def with_typing(self, status: Status, conversation: Conversation) -> Status:
        assert conversation.id == ONE
        return replace(status, is_agent_typing=self.status.is_agent_typing)


def follower(
    store: MemoryConversations,
    wakeups: InProcessWakeups,
    statuses: OneStatus | None = None,
    *,
    poll_s: float,
) -> FollowingService:
    told = cast("StatusService", statuses or OneStatus())
    return FollowingService(store, told, wakeups, poll_s=poll_s)


async def take(news: AsyncIterator[Message | Status], count: int) -> list[str]:
    """Return the texts of the next messages; statuses between them are passed over."""
    texts: list[str] = []
    while len(texts) < count:
        item = await anext(news)
        texts += [item.text] if isinstance(item, Message) else []
    return texts


def test_a_listener_is_woken_from_another_thread() -> None:
    async def wait() -> bool:
        wakeups = InProcessWakeups()
        with wakeups.listen(ONE) as listener:
            in_thread(lambda: wakeups.wake(ONE, ACME))
            return await listener.wait(NEVER_S)

    assert asyncio.run(wait())


def test_news_of_another_conversation_wakes_nobody() -> None:
    async def wait() -> bool:
        wakeups = InProcessWakeups()
        with wakeups.listen(ONE) as listener:
            wakeups.wake(TWO, ACME)
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
    wakeups.wake(ONE, ACME)


def test_a_listener_whose_loop_has_gone_disturbs_nobody() -> None:
    wakeups = InProcessWakeups()

    async def enter(stack: ExitStack) -> None:
        stack.enter_context(wakeups.listen(ONE))

    with ExitStack() as stack:
        asyncio.run(enter(stack))
        assert wakeups._listeners
        wakeups.wake(ONE, ACME)


def test_stored_messages_come_first_and_new_ones_as_they_are_written() -> None:
    async def follow() -> list[str]:
        store, wakeups = stored(), InProcessWakeups()
        write(store, "one", "two")
        following = follower(store, wakeups, poll_s=NEVER_S)
        async with aclosing(following.follow(conversation(), 1)) as messages:
            before = await take(messages, 1)
            waiting = asyncio.ensure_future(take(messages, 1))
            await asyncio.sleep(0.01)
            write(store, "three")
            wakeups.wake(ONE, ACME)
            return before + await waiting

    assert asyncio.run(follow()) == ["two", "three"]


def test_a_lost_wakeup_only_delays_a_message() -> None:
    async def follow() -> list[str]:
        store = stored()
        following = follower(store, InProcessWakeups(), poll_s=0.01)
        async with aclosing(following.follow(conversation(), 0)) as messages:
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
        following = follower(store, wakeups, poll_s=NEVER_S)
        news = following.follow(conversation(), 0)
        return [each.sequence async for each in news if isinstance(each, Message)]

    assert asyncio.run(follow()) == list(range(1, 2 * PAGE + 1))


def test_a_status_comes_first_and_whenever_it_changes() -> None:
    async def follow() -> list[Status]:
        store, wakeups, statuses = stored(), InProcessWakeups(), OneStatus()
        following = follower(store, wakeups, statuses, poll_s=NEVER_S)
        seen: list[Status] = []
        async with aclosing(following.follow(conversation(), 0)) as news:
            seen.append(cast("Status", await anext(news)))
            statuses.status = replace(statuses.status, is_agent_typing=True)
            wakeups.wake(ONE, ACME)
            seen.append(cast("Status", await anext(news)))
            statuses.status = replace(statuses.status, place=2)
            write(store, "one")
            wakeups.wake(ONE, ACME)
            seen.append(cast("Status", await anext(news)))
        return seen

    first, typing, queued = asyncio.run(follow())

    assert first == Status(ConversationState.ASSISTANT)
    assert typing == replace(first, is_agent_typing=True)
    assert queued.place == 2


def test_customers_get_no_notes_and_agents_do() -> None:
    async def follow(audience: Audience) -> list[str]:
        store, wakeups = stored(), InProcessWakeups()
        note = MessageDraft(Author.AGENT, "secret", NOON, audience=Audience.INTERNAL)
        store.accept(ONE, RequestKey("note", ""), lambda current: Step(current, (note,)))
        write(store, "one")
        wakeups.close()
        news = follower(store, wakeups, poll_s=NEVER_S).follow(conversation(), 0, audience)
        return [each.text async for each in news if isinstance(each, Message)]

    assert asyncio.run(follow(Audience.PUBLIC)) == ["one"]
    assert asyncio.run(follow(Audience.INTERNAL)) == ["secret", "one"]


def test_a_customers_stream_ends_when_another_token_opens_the_conversation() -> None:
    async def follow(audience: Audience) -> list[str]:
        store, wakeups = stored(), InProcessWakeups()
        write(store, "one")
        following = follower(store, wakeups, poll_s=0.01)
        texts: list[str] = []
        async for each in following.follow(conversation(), 0, audience):
            texts += [each.text] if isinstance(each, Message) else []
            if texts == ["one"]:
                store.accept(
                    ONE,
                    RequestKey("token", ""),
                    lambda current: Step(replace(current, token_digest="new")),
                )
                write(store, "two")
            if texts[-1:] == ["two"]:
                wakeups.close()
        return texts

    assert asyncio.run(follow(Audience.PUBLIC)) == ["one"]
    assert asyncio.run(follow(Audience.INTERNAL)) == ["one", "two"]


def test_news_of_a_client_wakes_who_listens_to_it_among_others() -> None:
    async def wait() -> tuple[bool, bool]:
        wakeups = InProcessWakeups()
        with (
            wakeups.listen_to_clients([ZENITH, ACME]) as both,
            wakeups.listen_to_clients([ZENITH]) as other,
        ):
            in_thread(lambda: wakeups.wake(ONE, ACME))
            return await both.wait(NEVER_S), other._news.is_set()

    assert asyncio.run(wait()) == (True, False)


def test_a_client_that_is_called_like_a_conversation_is_not_taken_for_it() -> None:
    async def wait() -> bool:
        wakeups = InProcessWakeups()
        with wakeups.listen_to_clients([ClientId(ONE)]) as listener:
            wakeups.wake(ONE, ACME)
            await asyncio.sleep(0)
            return listener._news.is_set()

    assert not asyncio.run(wait())
