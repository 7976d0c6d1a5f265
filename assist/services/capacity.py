"""Keeps agents from having more conversations at once than they can take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assist.domain.conversation import Conversation, ConversationState
from assist.domain.errors import CapacityError
from assist.domain.people import Role, User
from assist.ports.desk import DeskLists
from assist.services.keyed_locks import KeyedLocks


class CapacityService:
    """Counts before somebody takes a conversation; leads decide for themselves."""

    def __init__(self, lists: DeskLists) -> None:
        self._lists = lists
        self._locks = KeyedLocks()

    @contextmanager
    def room_for(self, user: User | None, conversation: Conversation) -> Iterator[None]:
        """Let a user take the conversation within this context. Raises `CapacityError`.

        Two requests of one agent come one after the other, so that both are counted.
        """
        if user is None or user.role in {Role.LEAD, Role.ADMIN}:
            yield
            return
        with self._locks.hold(user.id):
            is_open = conversation.state is not ConversationState.RESOLVED
            if conversation.assignee != user.id or not is_open:
                self._check(user)
            yield

    def _check(self, user: User) -> None:
        has = self._lists.count_open([user.id]).get(user.id, 0)
        if has >= user.capacity:
            raise CapacityError(
                f"You have {has} of {user.capacity} conversations; resolve one, or pass it on, "
                "before you take another."
            )
