"""Gives back what agents have who can no longer work."""

from __future__ import annotations

from collections.abc import Iterator

from assist.domain.conversation import Author, Conversation, MessageDraft
from assist.domain.decision import HandoffTarget
from assist.domain.desk import GENERAL_QUEUE, DeskQuery, DeskView, place_of
from assist.domain.desk_moves import release
from assist.domain.people import User
from assist.domain.rules import Priority
from assist.ports import Clock
from assist.ports.desk import DeskLists
from assist.services.clients import ClientService
from assist.services.desk import DeskService
from assist.services.handing_over import HandingOverService
from knowledge_base.models import Audience

AGENT_GONE = "agent_gone"
PAGE = 200


class ReleasingService:
    """Returns conversations to their queues."""

    def __init__(
        self,
        lists: DeskLists,
        clients: ClientService,
        desk: DeskService,
        handing_over: HandingOverService,
        clock: Clock,
    ) -> None:
        self._lists = lists
        self._clients = clients
        self._desk = desk
        self._handing_over = handing_over
        self._clock = clock

    def release_all(self, user: User) -> int:
        """Let anybody have a user's open conversations, and return how many there were.

        What waits for its client company goes on waiting there, and for nobody in particular.
        """
        held = list(self._held_by(user))
        for conversation in held:
            self._release(conversation, user)
        return len(held)

    def _held_by(self, user: User) -> Iterator[Conversation]:
        """Read all of them, also of clients whom the user no longer serves."""
        client_ids = frozenset(client_id for client_id, _ in self._clients.list_all())
        query = DeskQuery(DeskView.MINE, client_ids, user.id)
        page = self._lists.list_entries(query, None, PAGE)
        while page:
            yield from (each.conversation for each in page)
            after = place_of(query, page[-1].conversation)
            page = self._lists.list_entries(query, after, PAGE) if len(page) == PAGE else ()

    def _release(self, conversation: Conversation, user: User) -> None:
        text = f"{user.name} can no longer sign in. The conversation is free for everybody."
        note = MessageDraft(Author.SYSTEM, text, self._clock(), audience=Audience.INTERNAL)
        target = HandoffTarget(GENERAL_QUEUE, Priority.HIGH)
        spare = self._handing_over.for_agent(conversation, AGENT_GONE, target).handoff
        self._desk.move(conversation, lambda current: release(current, user.id, note, spare))
