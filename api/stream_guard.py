"""Ends a live stream when its caller may no longer read it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from api.auth import find_access

if TYPE_CHECKING:
    from api.auth import Access
    from assist.bootstrap import Container

CHECK_S = 15.0
"""How long a stream may outlive its session, key or user."""

_Item = TypeVar("_Item")


def is_current(container: Container, access: Access) -> bool:
    """Say whether the caller may still do all that they could when the request came."""
    now = find_access(container, access.secret)
    return (
        now is not None
        and now.permissions >= access.permissions
        and now.client_ids() >= access.client_ids()
    )


async def while_allowed(
    items: AsyncGenerator[_Item],
    container: Container,
    access: Access,
    *,
    check_s: float = CHECK_S,
) -> AsyncGenerator[_Item]:
    """Yield a stream's items until it ends or the caller loses any right that they had.

    A browser connects again by itself, and is told then what it may still do.
    """
    clock = asyncio.get_running_loop().time
    entries: asyncio.Queue[_Entry[_Item]] = asyncio.Queue(maxsize=1)
    pump = asyncio.create_task(_pump(items, entries))
    check_at = clock() + check_s
    try:
        while True:
            entry = await _next(entries, check_at - clock())
            if clock() >= check_at:
                if not await asyncio.to_thread(is_current, container, access):
                    return
                check_at = clock() + check_s
            if entry is None:
                continue
            if isinstance(entry, _End):
                entry.raise_error()
                return
            yield entry.item
    finally:
        pump.cancel()


@dataclass(frozen=True)
class _Next(Generic[_Item]):
    item: _Item


@dataclass(frozen=True)
class _End:
    error: Exception | None

    def raise_error(self) -> None:
        """Let the stream fail as its source did."""
        if self.error:
            raise self.error


_Entry = _Next[_Item] | _End


async def _next(entries: asyncio.Queue[_Entry[_Item]], timeout_s: float) -> _Entry[_Item] | None:
    try:
        return await asyncio.wait_for(entries.get(), max(0.0, timeout_s))
    except TimeoutError:
        return None


async def _pump(items: AsyncGenerator[_Item], entries: asyncio.Queue[_Entry[_Item]]) -> None:
    """Read the source in a task of its own: to wait for it no longer must not break it off."""
    error: Exception | None = None
    try:
        async with aclosing(items):
            async for item in items:
                await entries.put(_Next(item))
    except Exception as failure:  # noqa: BLE001 - raised again where the stream is read
        error = failure
    await entries.put(_End(error))
