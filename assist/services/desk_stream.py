"""Follows all conversations of some clients live, for one viewer at the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from assist.domain.conversation import ConversationId
from assist.domain.desk import Change, DeskEntry, DeskQuery, DeskView, Watermark, place_of
from assist.ports import Clock, Wakeups
from assist.ports.desk import DeskLists
from assist.services.typing_board import Typing, TypingBoard
from knowledge_base.models import ClientId

PAGE = 200
POLL_S = 5.0
"""How often the store is read without a wake-up: one may get lost."""

PAUSE_S = 0.2
"""The least time between two reads: a burst of messages is read at once."""

OVERLAP = timedelta(seconds=10)
"""How long a change may take from its time stamp to its commit, over the clocks of all hosts."""


LONG_AGO = timedelta(days=7)
"""From when a stream begins anew: no session lasts as long."""

LEFT_ALONE = timedelta(hours=24)
"""After how long without a word a customer of the assistant has gone, as in the reports."""


@dataclass(frozen=True)
class Ready:
    """All that there was before has been sent."""


@dataclass(frozen=True)
class DeskNews:
    """What a viewer gets; a stream that starts again from `mark` misses nothing of what follows.

    Without a mark the viewer has not got everything yet.
    """

    item: DeskEntry | Typing | Ready
    mark: datetime | None


class DeskStream:
    """Tails changes by their time, with an overlap; viewers keep the highest revision."""

    def __init__(
        self,
        lists: DeskLists,
        typing: TypingBoard,
        wakeups: Wakeups,
        clock: Clock,
        *,
        poll_s: float = POLL_S,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._lists = lists
        self._typing = typing
        self._wakeups = wakeups
        self._clock = clock
        self._poll_s = poll_s
        self._pause_s = pause_s

    async def follow(
        self, client_ids: frozenset[ClientId], since: datetime | None = None
    ) -> AsyncGenerator[DeskNews]:
        """Yield what changed since then, or all that is open; then what changes from now on.

        What only the assistant has had for a day is not looked at by anybody, and is left out at
        first. It goes on until streams must end.
        """
        if since and self._clock() - since > LONG_AGO:
            since = None
        viewer = _Viewer(client_ids, since or self._clock())
        with self._wakeups.listen_to_clients(client_ids) as listener:
            if since is None:
                entries = await asyncio.to_thread(self._read_open, client_ids)
                viewer.has_got(entries)
                for entry in entries:
                    yield DeskNews(entry, None)
            is_ready = False
            while True:
                mark = viewer.mark
                for entry in await asyncio.to_thread(self._read_changes, viewer):
                    yield DeskNews(entry, mark if is_ready or since else None)
                if not is_ready:
                    is_ready = True
                    yield DeskNews(Ready(), viewer.mark)
                for sign in self._read_signs(viewer):
                    yield DeskNews(sign, viewer.mark)
                if not await listener.wait(self._poll_s):
                    return
                await asyncio.sleep(self._pause_s)

    def _read_open(self, client_ids: frozenset[ClientId]) -> list[DeskEntry]:
        """Read what is not resolved; what changes meanwhile comes with the changes."""
        until = self._clock() - LEFT_ALONE
        query = DeskQuery(DeskView.OPEN, client_ids, untouched_until=until)
        found: list[DeskEntry] = []
        page: Sequence[DeskEntry] = self._lists.list_entries(query, None, PAGE)
        while page:
            found += page
            after = place_of(query, page[-1].conversation)
            page = self._lists.list_entries(query, after, PAGE) if len(page) == PAGE else ()
        return found

    def _read_changes(self, viewer: _Viewer) -> list[DeskEntry]:
        """Read what changed up to now; of what the viewer has got already no content is read."""
        started_at = self._clock()
        changes = list(self._changes(viewer))
        news = [each.mark.conversation_id for each in changes if viewer.is_news(each)]
        parts = [news[first : first + PAGE] for first in range(0, len(news), PAGE)]
        entries = [entry for part in parts for entry in self._lists.read_entries(part)]
        viewer.revisions = {each.mark.conversation_id: each.revision for each in changes}
        viewer.has_got(entries)
        viewer.mark = max(viewer.mark, started_at)
        return entries

    def _changes(self, viewer: _Viewer) -> Iterator[Change]:
        after = Watermark(viewer.mark - OVERLAP, ConversationId(""))
        while True:
            page = self._lists.list_changes(viewer.client_ids, after, PAGE)
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].mark

    def _read_signs(self, viewer: _Viewer) -> list[Typing]:
        signs = self._typing.list_new(viewer.client_ids, viewer.signs)
        viewer.signs = signs[-1].number if signs else viewer.signs
        return signs


@dataclass
class _Viewer:
    """What a viewer has got: all changes up to the mark, and some behind it."""

    client_ids: frozenset[ClientId]
    mark: datetime
    revisions: dict[ConversationId, int] = field(default_factory=dict)
    signs: int = 0

    def is_news(self, change: Change) -> bool:
        """Say whether the viewer has not got this change."""
        known = self.revisions.get(change.mark.conversation_id)
        return known is None or change.revision > known

    def has_got(self, entries: Iterable[DeskEntry]) -> None:
        """Note what the viewer gets."""
        self.revisions |= {each.conversation.id: each.conversation.revision for each in entries}
