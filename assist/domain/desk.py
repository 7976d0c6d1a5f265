"""What agents look at: views of their clients' conversations, and places in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from statistics import median

from assist.domain.client import ClientProfile
from assist.domain.conversation import Conversation, ConversationId, Handoff, Message
from assist.domain.general_rules import general_rules_without
from assist.domain.people import UserId
from assist.domain.rules import Priority
from knowledge_base.models import ClientId

GENERAL_QUEUE = "general"
LEAST_WAITS = 5
"""Fewer past waits than this tell nothing about the next one."""


class DeskView(StrEnum):
    """What an agent looks at."""

    WAITING = "waiting"
    MINE = "mine"
    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class DeskQuery:
    """A view of the conversations of some clients; `user_id` is whose `mine` are.

    `skills` are those of the agent who looks: what needs another one comes later in the queue, if
    it is no more urgent. `None` makes no difference. Open ones that the assistant has, and nobody
    touched after `untouched_until`, are left out: their customers have gone.
    """

    view: DeskView
    client_ids: frozenset[ClientId]
    user_id: UserId | None = None
    skills: frozenset[str] | None = None
    untouched_until: datetime | None = None

    def lacks_skill(self, handoff: Handoff) -> bool:
        """Say whether the agent cannot do what a handoff needs."""
        return self.skills is not None and handoff.skill not in self.skills | {""}


@dataclass(frozen=True)
class Watermark:
    """The place of a change in the order of changes."""

    updated_at: datetime
    conversation_id: ConversationId

    @classmethod
    def of(cls, conversation: Conversation) -> Watermark:
        """Return the place of a conversation's last change."""
        return cls(conversation.changed_at, conversation.id)


@dataclass(frozen=True)
class Change:
    """A conversation's last change."""

    mark: Watermark
    revision: int


@dataclass(frozen=True)
class WaitingPlace:
    """Where a conversation stands for an agent: urgent first, then what they can do, then time."""

    priority: Priority
    lacks_skill: bool
    queued_at: datetime
    conversation_id: ConversationId


DeskPlace = WaitingPlace | Watermark
"""Behind what a page goes on: a place in the queue, or of a change in all other views."""


@dataclass(frozen=True)
class DeskEntry:
    """A conversation with its newest message for customers."""

    conversation: Conversation
    last_message: Message | None = None


def place_of(query: DeskQuery, conversation: Conversation) -> DeskPlace:
    """Return where a conversation stands in a view."""
    handoff = conversation.handoff
    if query.view is not DeskView.WAITING or handoff is None:
        return Watermark.of(conversation)
    lacks_skill = query.lacks_skill(handoff)
    return WaitingPlace(handoff.priority, lacks_skill, handoff.queued_at, conversation.id)


def expected_wait_s(waits_s: Sequence[float], place: int) -> int | None:
    """Return the median wait of those who were served, for each one who has to be served.

    `None` says that too little is known.
    """
    if len(waits_s) < LEAST_WAITS:
        return None
    return ceil(median(waits_s) * place)


def queues_of(profile: ClientProfile) -> tuple[str, ...]:
    """Return the queues to which a client's conversations can go, the general one first."""
    rules = (*profile.handoff_rules, *general_rules_without(frozenset(profile.general_rules_off)))
    named = sorted({rule.queue for rule in rules} - {GENERAL_QUEUE})
    return (GENERAL_QUEUE, *named)
