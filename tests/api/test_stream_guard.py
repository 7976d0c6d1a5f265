"""Live streams end when their caller may no longer read them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from api.auth import Access, find_access
from api.stream_guard import while_allowed
from assist.domain.keys import KeyScope
from assist.domain.people import Role
from assist.services.people import UserChange
from tests.api.installation import NORTH, SOUTH, Installation


def _revoke(installation: Installation, access: Access) -> None:
    assert access.key
    assert installation.container.keys.revoke(NORTH, access.key.id)


def _change(change: UserChange) -> Callable[[Installation, Access], None]:
    def apply(installation: Installation, access: Access) -> None:
        assert access.user
        installation.container.people.change(access.user.id, change)

    return apply


def _token(headers: dict[str, str]) -> str:
    return headers["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize(
    ("secret_of", "lose"),
    [
        (lambda at: at.secrets[NORTH, KeyScope.AGENT], _revoke),
        (lambda at: _token(at.person(Role.AGENT)), _change(UserChange(disabled=True))),
        (lambda at: _token(at.person(Role.AGENT)), _change(UserChange(role=Role.TRAINER))),
        (
            lambda at: _token(at.person(Role.LEAD, NORTH, SOUTH)),
            _change(UserChange(client_ids=[SOUTH])),
        ),
    ],
)
def test_a_live_stream_ends_when_its_caller_loses_a_right(
    installation: Installation,
    secret_of: Callable[[Installation], str],
    lose: Callable[[Installation, Access], None],
) -> None:
    access = find_access(installation.container, secret_of(installation))
    assert access

    async def follow() -> list[int]:
        stream = while_allowed(_count(), installation.container, access, check_s=0.05)
        seen = []
        async for number in stream:
            seen.append(number)
            if number == 1:
                await asyncio.to_thread(lose, installation, access)
        return seen

    assert asyncio.run(asyncio.wait_for(follow(), 20))[:2] == [0, 1]


async def _count() -> AsyncGenerator[int]:
    """Count two and then wait for good."""
    yield 0
    yield 1
    await asyncio.Event().wait()


def test_a_live_stream_goes_on_while_its_caller_may_read(installation: Installation) -> None:
    access = find_access(installation.container, _token(installation.person(Role.AGENT)))
    assert access
    closed = []

    async def numbers() -> AsyncGenerator[int]:
        try:
            for number in range(5):
                await asyncio.sleep(0.03)
                yield number
        finally:
            closed.append(True)

    async def follow() -> list[int]:
        stream = while_allowed(numbers(), installation.container, access, check_s=0.02)
        return [number async for number in stream]

    assert asyncio.run(follow()) == [0, 1, 2, 3, 4]
    assert closed


def test_a_live_stream_fails_as_its_source_does(installation: Installation) -> None:
    access = find_access(installation.container, installation.secrets[NORTH, KeyScope.AGENT])
    assert access

    async def broken() -> AsyncGenerator[int]:
        yield 0
        raise ConnectionError

    async def follow() -> list[int]:
        return [number async for number in while_allowed(broken(), installation.container, access)]

    with pytest.raises(ConnectionError):
        asyncio.run(follow())


def test_a_reader_who_leaves_closes_the_source(installation: Installation) -> None:
    access = find_access(installation.container, installation.secrets[NORTH, KeyScope.AGENT])
    assert access
    closed = asyncio.Event()

    async def numbers() -> AsyncGenerator[int]:
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            closed.set()

    async def leave() -> None:
        stream = while_allowed(numbers(), installation.container, access)
        await anext(stream)
        await stream.aclose()
        await asyncio.wait_for(closed.wait(), 5)

    asyncio.run(leave())
